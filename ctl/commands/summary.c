/*
 * profctl summary: what profd knows in all, and the top functions.
 */
#include <stdio.h>

#include "ctl/base/command.h"
#include "ctl/base/functions.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/json.h"

#define TOP 10

static void print_totals(const struct prof_summary *s)
{
	static const struct column columns[] = {{NULL, SIDE_LEFT, false}, {NULL, SIDE_LEFT, false}};
	struct table *t = table_new(columns, 2);
	char text[UNITS_ROOM];

	table_cell(t, "Functions");
	table_cell(t, units_count(text, s->profiled_functions));
	table_cell(t, "Calls");
	table_cell(t, units_count(text, s->total_calls));
	table_cell(t, "Errors");
	table_cell(t, units_count(text, s->errors));
	table_cell(t, "Slow");
	table_cell(t, units_count(text, s->slow_calls));
	table_cell(t, "Total time");
	table_cell(t, units_seconds(text, s->total_seconds));
	table_cell(t, "Since");
	table_cell(t, s->since > 0.0 ? units_moment(text, s->since, 0) : "-");
	say_table(t);
}

static void print(const struct prof_summary *s)
{
	char text[UNITS_ROOM];

	print_totals(s);
	if (s->count == 0)
		return;
	putchar('\n');
	functions_print(s->functions, s->count);
	if (s->profiled_functions > s->count)
		printf("%s more: see profctl list\n",
		       units_count(text, s->profiled_functions - s->count));
}

enum outcome run_summary(const struct request *r)
{
	struct prof_filter filter = {.size = sizeof(filter),
				     .pattern = r->operands[0],
				     .program = r->program,
				     .order = r->order,
				     .limit = r->has_limit || r->json ? r->limit : TOP};
	struct prof_summary *summary;
	enum outcome outcome = OUTCOME_DONE;
	prof_error error = prof_get_summary(&filter, r->timeout, &summary);

	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		view_summary(JSON_ANSWER, summary);
	else
		print(summary);
	prof_free(summary);
	return outcome;
}
