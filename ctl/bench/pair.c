/*
 * profctl bench compare: one result against another, whatever they come from.
 */
#include "ctl/bench/pair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "proto/name.h"
#include "view/json_saved.h"

#define SENTENCE 2048

void pair_compare(struct pair *p, double relevance)
{
	struct prof_bench_criteria criteria = PROF_BENCH_CRITERIA_INIT;

	criteria.relevance = relevance;
	if (prof_bench_compare(p->first.result, p->second.result, &criteria, &p->comparison) !=
	    PROF_OK)
		need(NULL);
}

void pair_free(struct pair *p)
{
	source_free(&p->first);
	source_free(&p->second);
	prof_bench_free(p->comparison);
	*p = (struct pair){0};
}

void pair_tell(const struct pair *p, bool checked)
{
	struct result first = source_result(&p->first), second = source_result(&p->second);

	view_pair(JSON_ANSWER, &first, &second, p->comparison, checked);
}

static void add_row(struct table *t, const struct source *s)
{
	const struct prof_bench_result *r = s->result;
	char text[UNITS_ROOM], low[UNITS_ROOM], high[UNITS_ROOM], between[3 * UNITS_ROOM] = "-";

	if (!isnan(r->median_ci.low))
		snprintf(between, sizeof(between), "%s .. %s", units_timing(low, r->median_ci.low),
			 units_timing(high, r->median_ci.high));
	table_name(t, s->label);
	table_cell(t, units_timing(text, r->median));
	table_cell(t, between);
	table_cell(t, isnan(r->std_dev) ? "-" : units_timing(text, r->std_dev));
	table_cell(t, units_count(text, r->iterations));
	table_cell(t, units_count(text, r->failures));
	table_cell(t, s->saved == NULL ? "" : units_moment(text, s->saved->saved, 0));
	table_name(t, s->benchmark.machine == NULL ? "" : s->benchmark.machine);
	table_name(t, s->benchmark.revision == NULL ? "" : s->benchmark.revision);
}

/* context: what stands before it, a line before the first. */
static void print_warning(void *context, const char *sentence)
{
	const char **gap = context;
	char harmless[2 * SENTENCE];

	name_print(harmless, sizeof(harmless), sentence);
	printf("%sDoubtful: %s\n", *gap, harmless);
	*gap = "";
}

void pair_print(const struct pair *p)
{
	struct result first = source_result(&p->first), second = source_result(&p->second);
	const char *gap = "\n";
	static const struct column columns[] = {
		{"RESULT", SIDE_LEFT, true},   {"MEDIAN", SIDE_RIGHT, false},
		{"95 %", SIDE_RIGHT, false},   {"STD DEV", SIDE_RIGHT, false},
		{"RUNS", SIDE_RIGHT, false},   {"FAILED", SIDE_RIGHT, false},
		{"SAVED", SIDE_LEFT, false},   {"MACHINE", SIDE_LEFT, true},
		{"REVISION", SIDE_LEFT, true},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	char *sentence, harmless[2 * SENTENCE];

	add_row(t, &p->first);
	add_row(t, &p->second);
	say_table(t);
	if (prof_bench_comparison_text(p->comparison, &sentence) != PROF_OK)
		need(NULL);
	name_print(harmless, sizeof(harmless), sentence);
	prof_bench_free(sentence);
	printf("\n%s\n", harmless);
	result_warn(&first, &second, p->comparison, print_warning, &gap);
}

enum outcome run_bench_compare(const struct request *r)
{
	struct pair pair = {0};
	enum outcome outcome = source_find(&pair.first, r, r->operands[0]);

	if (outcome == OUTCOME_DONE)
		outcome = source_find(&pair.second, r, r->operands[1]);
	if (outcome == OUTCOME_DONE) {
		pair_compare(&pair, r->threshold < 0.0 ? RESULT_RELEVANCE : r->threshold);
		if (r->json)
			pair_tell(&pair, false);
		else
			pair_print(&pair);
	}
	pair_free(&pair);
	return outcome;
}
