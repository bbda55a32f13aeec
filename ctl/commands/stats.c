/*
 * profctl stats: all statistics of one function.
 */
#include <stdio.h>

#include "ctl/base/command.h"
#include "ctl/base/functions.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/json.h"

/* "12 (0.5 %)" */
static const char *share(char *to, uint64_t part, uint64_t whole)
{
	char count[UNITS_ROOM];
	double percent = whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole;

	units_count(count, part);
	snprintf(to, 2 * UNITS_ROOM, part == 0 ? "%s" : "%s (%.3g %%)", count, percent);
	return to;
}

static void print(const struct prof_stats *s)
{
	static const struct column columns[] = {{NULL, SIDE_LEFT, false}, {NULL, SIDE_LEFT, true}};
	struct table *t = table_new(columns, 2);
	char text[2 * UNITS_ROOM];

	table_cell(t, "Function");
	table_name(t, s->function_name);
	table_cell(t, "Calls");
	table_cell(t, units_count(text, s->call_count));
	table_cell(t, "Errors");
	table_cell(t, share(text, s->error_count, s->call_count));
	table_cell(t, "Slow");
	table_cell(t, share(text, s->slow_count, s->call_count));
	table_cell(t, "Total time");
	table_cell(t, units_seconds(text, s->total_seconds));
	table_cell(t, "Average");
	table_cell(t, units_seconds(text, s->avg_seconds));
	table_cell(t, "Min");
	table_cell(t, units_seconds(text, s->min_seconds));
	for (unsigned i = 0; i < PROF_QUANTILES; i++) {
		table_cell(t, view_quantile_names[i]);
		table_cell(t, functions_marked_quantile(text, s, i, ""));
	}
	table_cell(t, "Max");
	table_cell(t, units_seconds(text, s->max_seconds));
	say_table(t);
	if (s->doubtful != 0)
		puts(functions_footnote);
}

enum outcome run_stats(const struct request *r)
{
	enum outcome outcome = OUTCOME_DONE;
	struct prof_stats *stats;
	prof_error error = prof_get_stats(r->operands[0], r->program, r->timeout, &stats);

	if (error == PROF_NOT_FOUND)
		return say_missing(r, r->operands[0]);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		view_function(JSON_ANSWER, stats);
	else
		print(stats);
	prof_free(stats);
	return outcome;
}
