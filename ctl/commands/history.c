/*
 * profctl history: calls, errors and quantiles of a function over time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/chart.h"
#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/json.h"
#include "view/past.h"

#define USUAL	     3600.0
#define MOST_LINES   60
#define CHART_HEIGHT 12

static void print_csv(const struct prof_history *h)
{
	char stamp[UNITS_ROOM];

	puts("start,width_seconds,calls,errors,slow,total_seconds,min_seconds,max_seconds,p50,p75,"
	     "p90,p95,p99,p999,"
	     "late_calls");
	for (size_t i = 0; i < h->count; i++) {
		const struct prof_step *s = h->steps[i];

		printf("%s,%.9g,%llu,%llu,%llu,%.9g,%.9g,%.9g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%llu\n",
		       past_stamp(stamp, s->start), s->width, (unsigned long long)s->all->calls,
		       (unsigned long long)s->error_count, (unsigned long long)s->slow_count,
		       s->all->total_seconds, s->all->min_seconds, s->all->max_seconds, s->p50,
		       s->p75, s->p90, s->p95, s->p99, s->p999, (unsigned long long)s->late_calls);
	}
}

/* Marked where there are too few calls for it. */
static const char *quantile(char *to, const struct prof_step *s, unsigned which, double value)
{
	units_seconds(to, value);
	strcat(to, (s->doubtful >> which & 1) != 0 ? "*" : " ");
	return to;
}

/* note: whether there is a column for it. */
static void add_row(struct table *t, const struct prof_step *s, double step, bool note)
{
	char text[2 * UNITS_ROOM];

	table_cell(t, past_moment(text, s->start, step));
	table_cell(t, units_short_count(text, s->all->calls));
	snprintf(text, sizeof(text), "%.3g", (double)s->all->calls / s->width);
	table_cell(t, text);
	table_cell(t, units_short_count(text, s->error_count));
	table_cell(t, units_short_count(text, s->slow_count));
	table_cell(t, units_seconds(text, view_average(s->all)));
	table_cell(t, quantile(text, s, PROF_P50, s->p50));
	table_cell(t, quantile(text, s, PROF_P90, s->p90));
	table_cell(t, quantile(text, s, PROF_P99, s->p99));
	table_cell(t, units_seconds(text, s->all->max_seconds));
	if (note)
		table_cell(t, s->late_calls == 0 ? "" : "late");
}

static void print_chart(const struct prof_history *h)
{
	size_t slots = past_slot_count(h), room = chart_room(stdout), group = 1;
	char left[UNITS_ROOM], right[UNITS_ROOM];
	struct chart_bar *bars;

	if (room == 0) {
		printf("\nThis terminal is too narrow for the chart, which takes %d columns.\n",
		       CHART_MARGIN + CHART_LEAST);
		return;
	}
	while (slots / group >= room)
		group++;
	bars = need(calloc(slots / group + 1, sizeof(*bars)));
	for (size_t i = 0; i < h->count; i++) {
		const struct prof_step *s = h->steps[i];
		struct chart_bar *b = &bars[past_slot(h, s) / group];

		if (b->high <= 0.0 || s->p50 < b->low)
			b->low = s->p50;
		b->high = s->p99 > b->high ? s->p99 : b->high;
		b->top = s->all->max_seconds > b->top ? s->all->max_seconds : b->top;
	}
	puts("\np50 to p99, and a line to the maximum:");
	chart_bars(stdout, bars, (slots + group - 1) / group, CHART_HEIGHT,
		   &(struct chart_axis){past_moment(left, h->extent.since, h->step),
					past_moment(right, h->extent.until, h->step)});
	free(bars);
}

static void print(const struct prof_history *h)
{
	static const struct column columns[] = {
		{"TIME", SIDE_LEFT, false},  {"CALLS", SIDE_RIGHT, false},
		{"/S", SIDE_RIGHT, false},   {"ERRORS", SIDE_RIGHT, false},
		{"SLOW", SIDE_RIGHT, false}, {"AVG", SIDE_RIGHT, false},
		{"P50 ", SIDE_RIGHT, false}, {"P90 ", SIDE_RIGHT, false},
		{"P99 ", SIDE_RIGHT, false}, {"MAX", SIDE_RIGHT, false},
		{"NOTE", SIDE_LEFT, false},
	};
	size_t width = sizeof(columns) / sizeof(columns[0]);
	bool doubtful = false, late = false;
	struct table *t;

	for (size_t i = 0; i < h->count; i++) {
		doubtful |= h->steps[i]->doubtful != 0;
		late |= h->steps[i]->late_calls != 0;
	}
	/* Without notes it fits into 80 columns. */
	t = table_new(columns, late ? width : width - 1);
	for (size_t i = 0; i < h->count; i++)
		add_row(t, h->steps[i], h->step, late);
	say_table(t);
	if (doubtful)
		puts("* too few calls for this quantile: what is shown is the slowest");
	if (late)
		puts("late: pushed after profd had been away; some of these calls may belong to a "
		     "time before");
	print_chart(h);
}

enum outcome run_history(const struct request *r)
{
	struct prof_selection selection = {
		.size = sizeof(selection), .function = r->operands[0], .program = r->program};
	enum outcome outcome = OUTCOME_DONE;
	struct prof_history *history;
	struct prof_range range;
	prof_error error;
	double step;

	if (!past_range(r->since, r->until, USUAL, &range))
		return say_backwards();
	step = r->step > 0.0 ? r->step : past_step(&range, MOST_LINES);
	error = prof_get_history(&selection, &range, step, 0, r->timeout, &history);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json) {
		view_history(JSON_ANSWER, r->operands[0], history);
	} else if (history->count == 0) {
		complain("no calls of '%s' in this time range", r->operands[0]);
		outcome = OUTCOME_NO;
	} else if (r->csv) {
		print_csv(history);
	} else {
		print(history);
	}
	prof_free(history);
	return outcome;
}
