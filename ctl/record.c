/*
 * profctl record: add a call that was timed elsewhere.
 */
#include <stdlib.h>

#include "ctl/command.h"
#include "ctl/options.h"
#include "ctl/say.h"

static prof_error record(const struct request *r, double seconds)
{
	prof_function *function;
	prof_error error = prof_function_get(r->operands[0], &function);

	if (error == PROF_OK)
		error = prof_record_many(function, seconds, r->count, r->error);
	return error == PROF_OK ? prof_flush(r->timeout) : error;
}

enum outcome run_record(const struct request *r)
{
	prof_error error;
	double seconds;

	if (!options_seconds(r->operands[1], &seconds)) {
		complain("SECONDS %s: must be a number of seconds, such as 0.25", r->operands[1]);
		return OUTCOME_USAGE;
	}
	if (r->program != NULL && setenv("PROF_PROGRAM", r->program, 1) != 0)
		need(NULL);
	error = record(r, seconds);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (!r->json)
		return OUTCOME_DONE;
	return say_json(json_pack("{s:s, s:o, s:o, s:s?}", "function", r->operands[0], "seconds",
				  say_real(seconds), "count", say_count(r->count), "error",
				  r->error));
}
