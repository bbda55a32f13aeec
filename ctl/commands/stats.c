/*
 * profctl stats: all statistics of one function.
 */
#include <stdio.h>
#include <string.h>

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

/* The calls of the function that run, among those of all; the longest is the first. */
struct running {
	unsigned calls;
	const struct prof_slow_call *longest;
};

static struct running find_running(const struct request *r, const struct prof_slow_list *list)
{
	struct running found = {0};

	for (size_t i = 0; i < list->count; i++) {
		const struct prof_slow_call *c = list->calls[i];

		if (strcmp(c->function, r->operands[0]) != 0 ||
		    !view_call_fits(c, r->program, NULL))
			continue;
		if (found.calls++ == 0)
			found.longest = c;
	}
	return found;
}

static void print_running(const struct running *running)
{
	char time[UNITS_ROOM], since[UNITS_ROOM];

	if (running->calls != 0)
		printf("%u running past the threshold, the longest for %s, since %s\n",
		       running->calls, units_seconds(time, running->longest->seconds),
		       units_moment(since, running->longest->started, 0));
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
	const struct prof_stats none = {.function_name = r->operands[0]};
	enum outcome outcome = OUTCOME_DONE;
	struct prof_stats *stats = NULL;
	struct prof_slow_list *list;
	struct running running;
	prof_error error = prof_get_stats(r->operands[0], r->program, r->timeout, &stats), also;

	if (error != PROF_OK && error != PROF_NOT_FOUND)
		return say_failure(r, error);
	also = prof_get_running(NULL, 0, r->timeout, &list);
	if (also != PROF_OK) {
		prof_free(stats);
		return say_failure(r, also);
	}
	running = find_running(r, list);
	/* A function of which no call has ended yet is one all the same. */
	if (stats == NULL && running.calls == 0)
		outcome = say_missing(r, r->operands[0]);
	else if (r->json)
		view_function(JSON_ANSWER, stats == NULL ? &none : stats);
	else
		print(stats == NULL ? &none : stats);
	if (!r->json)
		print_running(&running);
	prof_free(list);
	prof_free(stats);
	return outcome;
}
