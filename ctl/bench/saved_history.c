/*
 * profctl bench history: how a benchmark moved, and where it changed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/chart.h"
#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "ctl/bench/source.h"
#include "text/table.h"
#include "text/width.h"
#include "ctl/base/units.h"
#include "proto/name.h"
#include "view/json_saved.h"
#include "view/past.h"
#include "view/series.h"

#define MOST_LINES   60
#define CHART_HEIGHT 10
#define DAY	     86400.0

static void add_note(struct table *t, const char *note, bool moved)
{
	char *text;

	if (asprintf(&text, "%s%s%s", moved ? "another machine" : "",
		     moved && note[0] != '\0' ? ": " : "", note) < 0)
		need(NULL);
	table_name(t, text);
	free(text);
}

static void add_row(struct table *t, const struct series *s, size_t at)
{
	const struct prof_saved *saved = s->results[at];
	const struct prof_bench_change *change = series_change_at(s, at);
	bool moved =
		at > 0 && series_machines_differ(saved->benchmark, s->results[at - 1]->benchmark);
	char text[2 * UNITS_ROOM];

	snprintf(text, sizeof(text), "%" PRIu64, saved->number);
	table_cell(t, text);
	table_cell(t, units_moment(text, saved->saved, 0));
	table_cell(t, units_timing(text, saved->median));
	table_cell(t, saved->benchmark->count < 2 ? "-" : units_timing(text, saved->deviation));
	table_cell(t, units_count(text, saved->benchmark->count));
	table_cell(t, units_count(text, saved->failures));
	if (change != NULL)
		snprintf(text, sizeof(text), "%+.1f %%",
			 (change->after / change->before - 1) * 100);
	table_cell(t, change == NULL ? "" : text);
	table_name(t, saved->benchmark->machine);
	table_name(t, saved->benchmark->revision);
	add_note(t, saved->benchmark->note, moved);
}

static void print_table(const struct series *s, size_t from)
{
	static const struct column columns[] = {
		{"#", SIDE_RIGHT, false},      {"SAVED", SIDE_LEFT, false},
		{"MEDIAN", SIDE_RIGHT, false}, {"STD DEV", SIDE_RIGHT, false},
		{"RUNS", SIDE_RIGHT, false},   {"FAILED", SIDE_RIGHT, false},
		{"CHANGE", SIDE_RIGHT, false}, {"MACHINE", SIDE_LEFT, true},
		{"REVISION", SIDE_LEFT, true}, {"NOTE", SIDE_LEFT, false},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = from; i < s->count; i++)
		add_row(t, s, i);
	say_table(t);
	if (from > 0)
		printf("%zu earlier ones are not shown; see --limit\n", from);
}

/* A line below the chart, with a mark at each column that a change lies in. */
static void print_marks(const struct series *s, size_t columns, size_t group)
{
	char *marks = need(malloc(columns + 1));
	size_t last = 0;

	memset(marks, ' ', columns);
	for (size_t i = 0; i < s->changes->count; i++) {
		last = s->changes->changes[i]->index / group;
		marks[last] = '^';
	}
	printf("%*s%.*s\n", CHART_MARGIN, "", (int)last + 1, marks);
	free(marks);
}

static void print_chart(const struct series *s)
{
	size_t room = chart_room(stdout), group = 1, columns;
	double length = s->results[s->count - 1]->saved - s->results[0]->saved;
	char left[UNITS_ROOM], right[UNITS_ROOM];
	struct chart_bar *bars;

	if (room == 0)
		return;
	while (s->count / group >= room)
		group++;
	columns = (s->count + group - 1) / group;
	bars = need(calloc(columns, sizeof(*bars)));
	for (size_t i = 0; i < s->count; i++) {
		struct chart_bar *b = &bars[i / group];
		double median = s->results[i]->median;

		b->low = b->high <= 0.0 || median < b->low ? median : b->low;
		b->high = median > b->high ? median : b->high;
		b->top = b->high;
	}
	printf("\nMedians, the oldest first%s:\n", s->changes->count > 0 ? "; ^ a change" : "");
	chart_bars(stdout, bars, columns, CHART_HEIGHT,
		   &(struct chart_axis){
			   past_moment(left, s->results[0]->saved, length / 10),
			   past_moment(right, s->results[s->count - 1]->saved, length / 10)});
	if (s->changes->count > 0)
		print_marks(s, columns, group);
	free(bars);
}

static void print_revision(const char *from, const char *to)
{
	char one[NAME_PRINTED_MAX], other[NAME_PRINTED_MAX];

	if (from[0] == '\0' && to[0] == '\0')
		return;
	name_print(one, sizeof(one), from[0] == '\0' ? "?" : from);
	name_print(other, sizeof(other), to[0] == '\0' ? "?" : to);
	printf(", revision %s to %s", one, other);
}

static void print_changes(const struct series *s)
{
	if (s->changes->count == 0)
		puts("No change that can be shown.");
	for (size_t i = 0; i < s->changes->count; i++) {
		const struct prof_bench_change *c = s->changes->changes[i];
		const struct prof_saved *now = s->results[c->index],
					*last = s->results[c->index - 1];
		char before[UNITS_ROOM], after[UNITS_ROOM];

		printf("#%" PRIu64 " %s: %s, before %s (%+.1f %%)", now->number,
		       c->after > c->before ? "slower" : "faster", units_timing(after, c->after),
		       units_timing(before, c->before), (c->after / c->before - 1) * 100);
		print_revision(last->benchmark->revision, now->benchmark->revision);
		puts(series_machines_differ(now->benchmark, last->benchmark)
			     ? ", on another machine"
			     : "");
	}
}

static void print(const struct request *r, const struct series *s)
{
	size_t from = r->has_limit || s->count <= MOST_LINES ? 0 : s->count - MOST_LINES;

	print_table(s, from);
	print_chart(s);
	print_changes(s);
}

static enum outcome report(const struct request *r, const char *name,
			   const struct prof_saved_list *list)
{
	enum outcome outcome = OUTCOME_DONE;
	struct series series;

	if (!series_find(&series, list, r->since))
		need(NULL);
	if (r->json) {
		view_series(JSON_ANSWER, name, &series);
	} else if (series.count == 0) {
		complain("no result of '%s' was saved in this time range", name);
		outcome = OUTCOME_NO;
	} else {
		print(r, &series);
	}
	series_free(&series);
	return outcome;
}

enum outcome run_bench_history(const struct request *r)
{
	struct prof_saved_list *list;
	struct source_name name;
	enum outcome outcome = source_read_saved(&name, r->operands[0]);
	prof_error error;

	if (outcome != OUTCOME_DONE)
		return outcome;
	if (name.number != 0) {
		complain("a history covers all results: give '%s' without a number", name.text);
		free(name.text);
		return OUTCOME_USAGE;
	}
	error = prof_get_saved_history(name.text, 0, r->limit, r->timeout, &list);
	if (error != PROF_OK) {
		outcome = source_not_had(r, &name, error);
		if (error == PROF_TOO_MUCH)
			complain("too many results; see --limit");
	} else {
		outcome = report(r, name.text, list);
		prof_free(list);
	}
	free(name.text);
	return outcome;
}
