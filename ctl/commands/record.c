/*
 * profctl record: add a call that was timed elsewhere.
 */
#include "ctl/base/command.h"
#include "ctl/base/confirm.h"
#include "ctl/base/options.h"
#include "ctl/base/say.h"
#include "view/json.h"
#include "view/value.h"

enum outcome run_record(const struct request *r)
{
	prof_error error;
	double seconds;

	if (!value_seconds(r->operands[1], &seconds)) {
		complain("SECONDS %s: must be a number of seconds, such as 0.25", r->operands[1]);
		return OUTCOME_USAGE;
	}
	error = confirm_calls(r, seconds, r->count, r->error);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (!r->json)
		return OUTCOME_DONE;
	return say_json(json_pack("{s:s, s:o, s:o, s:s?}", "function", r->operands[0], "seconds",
				  view_real(seconds), "count", view_count(r->count), "error",
				  r->error));
}
