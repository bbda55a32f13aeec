/*
 * Errors in words.
 */
#include "client/base/error.h"

const char *error_text(int error)
{
	switch ((prof_error)error) {
	case PROF_OK:
		return "done";
	case PROF_NOT_FOUND:
		return "no such function";
	case PROF_BAD_ARGUMENT:
		return "an argument is missing or not valid";
	case PROF_BAD_NAME:
		return "a name must be 1 to 255 bytes of UTF-8";
	case PROF_BAD_VALUE:
		return "a duration must be at least 0 and at most 2^30 seconds, a count at most "
		       "2^32";
	case PROF_BAD_ENDPOINT:
		return "an endpoint must be ipc:// and an absolute path of at most 99 bytes, or "
		       "tcp:// "
		       "with a host and a port up to 65534";
	case PROF_NO_CALL:
		return "no such call is open";
	case PROF_NO_MEMORY:
		return "out of memory";
	case PROF_NOT_RUNNING:
		return "profiling is switched off in this process, or could not start";
	case PROF_UNREACHABLE:
		return "no profd is reachable";
	case PROF_TIMEOUT:
		return "profd did not answer in time";
	case PROF_DENIED:
		return "permission denied";
	case PROF_VERSION:
		return "profd speaks another version of the protocol";
	case PROF_BAD_ANSWER:
		return "profd could not carry it out, or gave an answer that makes no sense";
	case PROF_TOO_MUCH:
		return "that is more than profd allows in one question";
	case PROF_BUSY:
		return "profd has too many questions to answer, or this one took too long";
	case PROF_BAD_OPTION:
		return "a count or an option is outside of its range";
	case PROF_STOPPED:
		return "stopped before it was done";
	case PROF_BAD_KEY:
		return "tcp:// needs PROF_KEY and PROF_SERVER_KEY: files of profctl keygen, "
		       "the first readable by its owner alone";
	case PROF_NO_CURVE:
		return "there is no libzmq, or it cannot encrypt, which tcp:// needs";
	case PROF_INTERRUPTED:
		return "a signal handler interrupted the library";
	case PROF_NO_HANDSHAKE:
		return "what listens there is no profd, or has another key than PROF_SERVER_KEY";
	}
	return "unknown error";
}
