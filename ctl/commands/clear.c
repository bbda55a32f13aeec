/*
 * profctl clear: delete statistics, after asking.
 */
#include <stdio.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "ctl/base/units.h"
#include "proto/name.h"
#include "view/json.h"

/* Names what would be deleted, so that a slip of the finger is seen. OUTCOME_DONE: go on. */
static enum outcome ask_person(const struct request *r)
{
	const char *function = r->operands[0];
	char count[UNITS_ROOM], name[NAME_PRINTED_MAX];
	struct prof_filter one = {.size = sizeof(one), .limit = 1};
	struct prof_summary *summary;
	struct prof_stats *stats;
	prof_error error;

	if (function != NULL) {
		error = prof_get_stats(function, NULL, r->timeout, &stats);
		if (error == PROF_NOT_FOUND)
			return say_missing(r, function);
		if (error != PROF_OK)
			return say_failure(r, error);
		name_print(name, sizeof(name), function);
		fprintf(stderr, "Delete the statistics of %s (%s call%s)", name,
			units_count(count, stats->call_count), stats->call_count == 1 ? "" : "s");
		prof_free(stats);
	} else {
		error = prof_get_summary(&one, r->timeout, &summary);
		if (error != PROF_OK)
			return say_failure(r, error);
		fprintf(stderr, "Delete the statistics of %s function%s",
			units_count(count, summary->profiled_functions),
			summary->profiled_functions == 1 ? "" : "s");
		prof_free(summary);
	}
	return say_ask();
}

enum outcome run_clear(const struct request *r)
{
	enum outcome outcome = OUTCOME_DONE;
	char count[UNITS_ROOM];
	uint64_t functions;
	prof_error error;

	if (!say_can_ask(r))
		return OUTCOME_USAGE;
	if (!r->yes)
		outcome = ask_person(r);
	if (outcome != OUTCOME_DONE)
		return outcome;
	error = prof_clear(r->operands[0], r->timeout, &functions);
	if (error == PROF_NOT_FOUND ||
	    (error == PROF_OK && r->operands[0] != NULL && functions == 0))
		return say_missing(r, r->operands[0]);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		say_count("cleared_functions", functions);
	else
		printf("The statistics of %s function%s were deleted.\n",
		       units_count(count, functions), functions == 1 ? "" : "s");
	return OUTCOME_DONE;
}
