/*
 * Comparing two results, whatever they come from.
 */
#include "ctl/pair.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/say.h"
#include "ctl/table.h"
#include "ctl/units.h"
#include "proto/name.h"
#include "view/json_saved.h"

#define SENTENCE 2048

__attribute__((__format__(__printf__, 2, 3))) static void warn(json_t *warnings, const char *format,
							       ...)
{
	char sentence[SENTENCE], whole[SENTENCE];
	va_list list;

	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	/* What was cut may end within a character. */
	name_copy(whole, sizeof(whole), sentence, strlen(sentence));
	need(json_array_append_new(warnings, json_string(whole)) == 0 ? warnings : NULL);
}

static const char *known(const char *text)
{
	return text == NULL || text[0] == '\0' ? "one that is not known" : text;
}

/* Of two samples without ties the least p-value is 2 in the number of ways to choose the one out of
 * both. */
static bool can_show(const struct prof_bench_comparison *c, size_t n, size_t m)
{
	double least = 2.0;

	for (size_t i = 1; i <= n && least >= c->significance; i++)
		least *= (double)i / (double)(m + i);
	return least < c->significance;
}

static void warn_of_doubts(json_t *warnings, const struct source *s)
{
	char doubt[256];

	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++)
		if (prof_bench_doubt_text(s->result, i, doubt, sizeof(doubt)) != 0)
			warn(warnings, "%s: %s", s->label, doubt);
}

static bool machines_known(const struct prof_benchmark *one, const struct prof_benchmark *other)
{
	return one->machine != NULL && one->machine[0] != '\0' && other->machine != NULL &&
	       other->machine[0] != '\0';
}

void pair_compare(struct pair *p, double relevance)
{
	struct prof_bench_criteria criteria = PROF_BENCH_CRITERIA_INIT;
	const struct prof_benchmark *one = &p->first.benchmark, *two = &p->second.benchmark;

	criteria.relevance = relevance;
	if (prof_bench_compare(p->first.result, p->second.result, &criteria, &p->comparison) !=
	    PROF_OK)
		need(NULL);
	p->warnings = need(json_array());
	if (series_machines_differ(one, two))
		warn(p->warnings,
		     "they were timed on different machines: %s (%s) and %s (%s), which alone may "
		     "be the difference",
		     known(one->machine), known(one->processor), known(two->machine),
		     known(two->processor));
	if (!can_show(p->comparison, one->count, two->count))
		warn(p->warnings,
		     "%zu and %zu timings are too few to show a difference, however large",
		     one->count, two->count);
	warn_of_doubts(p->warnings, &p->first);
	warn_of_doubts(p->warnings, &p->second);
}

void pair_free(struct pair *p)
{
	source_free(&p->first);
	source_free(&p->second);
	prof_free(p->comparison);
	json_decref(p->warnings);
	*p = (struct pair){0};
}

json_t *pair_json(const struct pair *p)
{
	const struct prof_benchmark *one = &p->first.benchmark, *two = &p->second.benchmark;
	json_t *same = series_machines_differ(one, two) ? json_false()
		       : machines_known(one, two)	? json_true()
							: json_null();

	return json_pack("{s:o, s:o, s:o, s:o, s:O}", "first", source_json(&p->first), "second",
			 source_json(&p->second), "comparison", view_comparison(p->comparison),
			 "same_machine", same, "warnings", p->warnings);
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

void pair_print(const struct pair *p)
{
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
	table_print(t, stdout, table_terminal_width(stdout));
	table_free(t);
	if (prof_bench_comparison_text(p->comparison, &sentence) != PROF_OK)
		need(NULL);
	name_print(harmless, sizeof(harmless), sentence);
	prof_free(sentence);
	printf("\n%s\n", harmless);
	for (size_t i = 0; i < json_array_size(p->warnings); i++) {
		name_print(harmless, sizeof(harmless),
			   json_string_value(json_array_get(p->warnings, i)));
		printf("%sDoubtful: %s\n", i == 0 ? "\n" : "", harmless);
	}
}
