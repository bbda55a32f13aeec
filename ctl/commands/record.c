/*
 * profctl record: add a call that was timed elsewhere. What profctl records, it records in a
 * process of its own, which ends at once.
 */
#include "ctl/commands/record.h"

#include <stdlib.h>

#include "ctl/base/say.h"
#include "proto/name.h"
#include "view/value.h"

/* The name as the variable must hold it: the library puts something in where there is a %. */
static prof_error set_program(const char *program)
{
	char text[NAME_PRINTED_MAX];
	size_t length = 0;

	for (const char *c = program; *c != '\0' && length + 2 < sizeof(text); c++) {
		if (*c == '%')
			text[length++] = '%';
		text[length++] = *c;
	}
	text[length] = '\0';
	if (!name_is_valid(text, length))
		return PROF_BAD_NAME;
	if (setenv("PROF_PROGRAM", text, 1) != 0)
		need(NULL);
	return PROF_OK;
}

prof_error record_calls(const struct request *r, double seconds, uint64_t count, const char *error)
{
	struct prof_options impatient = {.size = sizeof(impatient), .exit_wait = -1.0};
	prof_function *function;
	prof_error result = PROF_OK;

	/* The environment outranks what a program tells the library; here the command line has the
	 * last word. */
	if (r->program != NULL)
		result = set_program(r->program);
	if (result == PROF_OK)
		result = prof_lookup(r->operands[0], &function);
	/* The first push is answered with the thresholds, which decide whether this call is slow.
	 */
	if (result == PROF_OK)
		result = prof_flush(r->timeout);
	if (result == PROF_OK)
		result = prof_function_record_many(function, seconds, count, error);
	if (result == PROF_OK)
		result = prof_flush(r->timeout);
	/* Else exit would wait once more for a profd that did not answer in time. */
	if (result != PROF_OK)
		prof_init(&impatient);
	return result;
}

static void tell(const struct request *r, double seconds)
{
	struct writer *w = JSON_ANSWER;

	writer_object(w, NULL);
	writer_text(w, "function", r->operands[0]);
	writer_real(w, "seconds", seconds);
	writer_count(w, "count", r->count);
	writer_text(w, "error", r->error);
	writer_end(w);
}

enum outcome run_record(const struct request *r)
{
	prof_error error;
	double seconds;

	if (!value_seconds(r->operands[1], &seconds)) {
		complain("SECONDS %s: must be a number of seconds, such as 0.25", r->operands[1]);
		return OUTCOME_USAGE;
	}
	error = record_calls(r, seconds, r->count, r->error);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		tell(r, seconds);
	return OUTCOME_DONE;
}
