/*
 * Errors in words, as the public header lists them.
 */
#include "client/base/error.h"

#include "include/profclient.h"

#define SENTENCE(name, number, sentence) \
	case number:                     \
		return sentence;
#define NAME(name, number, sentence) \
	case number:                 \
		return #name;

const char *error_text(int error)
{
	switch (error) {
	case PROF_OK:
		return "done";
		PROF_ERRORS(SENTENCE)
	}
	return "unknown error";
}

const char *error_name(int error)
{
	switch (error) {
	case PROF_OK:
		return "PROF_OK";
		PROF_ERRORS(NAME)
	}
	return "unknown";
}
