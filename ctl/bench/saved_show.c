/*
 * profctl bench show: one result, with all that its timings tell.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "ctl/bench/source.h"
#include "proto/saved.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/json_saved.h"

static void add_text(struct table *t, const char *what, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	table_cell(t, what);
	table_name(t, text);
}

static void add_timing(struct table *t, const char *what, double seconds)
{
	char text[UNITS_ROOM];

	table_cell(t, what);
	table_cell(t, isnan(seconds) ? "-" : units_timing(text, seconds));
}

static void add_middle(struct table *t, const char *what, double seconds,
		       const struct prof_bench_interval *ci)
{
	char middle[UNITS_ROOM], low[UNITS_ROOM], high[UNITS_ROOM], text[4 * UNITS_ROOM];

	if (isnan(ci->low)) {
		add_timing(t, what, seconds);
		return;
	}
	snprintf(text, sizeof(text), "%s (95 %% between %s and %s)", units_timing(middle, seconds),
		 units_timing(low, ci->low), units_timing(high, ci->high));
	table_cell(t, what);
	table_cell(t, text);
}

#define ADD_TEXT(member, key, title) add_text(t, title, b->member)

static void add_about(struct table *t, const struct source *s)
{
	const struct prof_benchmark *b = &s->benchmark;
	char text[2 * UNITS_ROOM], moment[UNITS_ROOM];

	add_text(t, "Result", s->label);
	if (s->is_file)
		add_text(t, "Name", b->name);
	if (s->saved != NULL) {
		snprintf(text, sizeof(text), "%s, one of %" PRIu64 " kept",
			 units_moment(moment, s->saved->saved, 0), s->saved->results);
		add_text(t, "Saved", text);
	}
	SAVED_TEXT_LIST(ADD_TEXT);
}

static void add_figures(struct table *t, const struct prof_bench_result *r)
{
	char text[3 * UNITS_ROOM], count[UNITS_ROOM], failed[UNITS_ROOM];

	snprintf(text, sizeof(text), "%s, %s failed", units_count(count, r->iterations),
		 units_count(failed, r->failures));
	add_text(t, "Runs", r->failures == 0 ? count : text);
	add_middle(t, "Median", r->median, &r->median_ci);
	add_middle(t, "Mean", r->mean, &r->mean_ci);
	add_timing(t, "Std dev", r->std_dev);
	add_timing(t, "MAD", r->mad);
	add_timing(t, "Min", r->min_time);
	add_timing(t, "p75", r->p75);
	add_timing(t, "p90", r->p90);
	add_timing(t, "p95", r->p95);
	add_timing(t, "p99", r->p99);
	add_timing(t, "Max", r->max_time);
	snprintf(text, sizeof(text), "%s mild, %s severe", units_count(count, r->mild_outliers),
		 units_count(failed, r->severe_outliers));
	add_text(t, "Outliers", text);
}

static void print(const struct source *s)
{
	static const struct column columns[] = {{NULL, SIDE_LEFT, false}, {NULL, SIDE_LEFT, true}};
	struct table *t = table_new(columns, 2);
	const char *gap = "\n";
	char doubt[256];

	add_about(t, s);
	add_figures(t, s->result);
	say_table(t);
	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++)
		if (prof_bench_doubt_text(s->result, i, doubt, sizeof(doubt)) != 0) {
			printf("%sDoubtful: %s\n", gap, doubt);
			gap = "";
		}
}

enum outcome run_bench_show(const struct request *r)
{
	struct source source;
	enum outcome outcome = source_find(&source, r, r->operands[0]);

	if (outcome == OUTCOME_DONE && r->json) {
		struct result shown = source_result(&source);

		view_result(JSON_ANSWER, NULL, &shown, true);
	} else if (outcome == OUTCOME_DONE) {
		print(&source);
	}
	source_free(&source);
	return outcome;
}
