/*
 * Structs of profclient.h and profbench.h become JSON.
 */
#include "view/json_saved.h"

#include <limits.h>
#include <math.h>

#include "proto/saved.h"
#include "text/figures.h"

#define FIELD_OF_TEXT(member, key, title) FIELD_VIA_AS(key, KNOWN, prof_saved, benchmark, member)

static const struct field saved[] = {
	FIELD_VIA("name", prof_saved, benchmark, name),
	FIELD_AS("number", NUMBER, prof_saved, number),
	FIELD_AS("results", NUMBER, prof_saved, results),
	FIELD_AS("saved", POSITIVE, prof_saved, saved),
	FIELD_AS("uid", OWNER, prof_saved, uid),
	FIELD_VIA("iterations", prof_saved, benchmark, count),
	FIELD("failures", prof_saved, failures),
	FIELD_AS("mean", FIGURE, prof_saved, mean),
	FIELD_AS("std_dev", FIGURE, prof_saved, deviation),
	FIELD_AS("median", FIGURE, prof_saved, median),
	FIELD_AS("min_time", FIGURE, prof_saved, min),
	FIELD_AS("max_time", FIGURE, prof_saved, max),
	SAVED_TEXT_LIST(FIELD_OF_TEXT),
	{0},
};

/* profd tells the deviation of one run as 0. */
static void write_saved(struct writer *w, const struct prof_saved *s)
{
	struct prof_saved told = *s;

	if (told.benchmark->count < 2)
		told.deviation = NAN;
	fields_object(w, NULL, saved, &told);
}

void view_saved_list(struct writer *w, const struct prof_saved_list *list)
{
	writer_object(w, NULL);
	writer_array(w, "benchmarks");
	for (size_t i = 0; i < list->count; i++)
		write_saved(w, list->results[i]);
	writer_end(w);
	writer_end(w);
}

static void write_ratio_ci(struct writer *w, const char *name, const void *of)
{
	const struct prof_bench_comparison *c = of;

	writer_array(w, name);
	writer_figure(w, NULL, c->ratio_ci.low);
	writer_figure(w, NULL, c->ratio_ci.high);
	writer_end(w);
}

static void write_verdict(struct writer *w, const char *name, const void *of)
{
	writer_text(w, name,
		    prof_bench_verdict_text(((const struct prof_bench_comparison *)of)->verdict));
}

static const struct field compared[] = {
	FIELD("first", prof_bench_comparison, first),
	FIELD("second", prof_bench_comparison, second),
	FIELD_AS("first_median", FIGURE, prof_bench_comparison, first_median),
	FIELD_AS("second_median", FIGURE, prof_bench_comparison, second_median),
	FIELD_AS("ratio", FIGURE, prof_bench_comparison, ratio),
	FIELD_MADE("ratio_ci", write_ratio_ci),
	FIELD_AS("u", FIGURE, prof_bench_comparison, u),
	FIELD_AS("p_value", FIGURE, prof_bench_comparison, p_value),
	FIELD_AS("relevance", FIGURE, prof_bench_comparison, relevance),
	FIELD_AS("significance", FIGURE, prof_bench_comparison, significance),
	FIELD_MADE("verdict", write_verdict),
	{0},
};

void view_comparison(struct writer *w, const char *name, const struct prof_bench_comparison *c)
{
	fields_object(w, name, compared, c);
}

/* What is not known, as null. */
static void write_known(struct writer *w, const char *name, const char *text)
{
	writer_text(w, name, text == NULL || text[0] == '\0' ? NULL : text);
}

static void write_change(struct writer *w, const struct series *s,
			 const struct prof_bench_change *c)
{
	const struct prof_saved *now = s->results[c->index], *last = s->results[c->index - 1];

	writer_object(w, NULL);
	writer_count(w, "number", now->number);
	writer_count(w, "previous_number", last->number);
	writer_text(w, "verdict",
		    prof_bench_verdict_text(c->after > c->before ? PROF_BENCH_SLOWER
								 : PROF_BENCH_FASTER));
	writer_figure(w, "before", c->before);
	writer_figure(w, "after", c->after);
	writer_figure(w, "ratio", c->after / c->before);
	writer_figure(w, "p_value", c->p_value);
	write_known(w, "revision", now->benchmark->revision);
	write_known(w, "previous_revision", last->benchmark->revision);
	writer_bool(w, "other_machine", series_machines_differ(now->benchmark, last->benchmark));
	writer_end(w);
}

void view_series(struct writer *w, const char *name, const struct series *s)
{
	writer_object(w, NULL);
	writer_text(w, "name", name);
	writer_array(w, "results");
	for (size_t i = 0; i < s->count; i++)
		write_saved(w, s->results[i]);
	writer_end(w);
	writer_array(w, "changes");
	for (size_t i = 0; i < s->changes->count; i++)
		write_change(w, s, s->changes->changes[i]);
	writer_end(w);
	writer_end(w);
}

static void write_timings(struct writer *w, const struct prof_benchmark *b)
{
	writer_array(w, "timings");
	for (size_t i = 0; b->timings != NULL && i < b->count; i++)
		writer_figure(w, NULL, b->timings[i]);
	writer_end(w);
	if (b->statuses == NULL)
		return;
	writer_array(w, "statuses");
	for (size_t i = 0; i < b->count; i++)
		writer_integer(w, NULL, b->statuses[i]);
	writer_end(w);
}

/* As it is saved, or would be, but with the figures that its timings tell. */
void view_result(struct writer *w, const char *name, const struct result *r, bool timings)
{
	const struct prof_saved unsaved = {.uid = UINT_MAX, .failures = r->figures->failures};
	struct prof_saved told = r->saved != NULL ? *r->saved : unsaved;
	struct prof_benchmark b = *r->benchmark;

	if (b.name == NULL)
		b.name = r->label;
	b.count = r->figures->iterations;
	told.benchmark = &b;
	told.mean = r->figures->mean;
	told.deviation = r->figures->std_dev;
	told.median = r->figures->median;
	told.min = r->figures->min_time;
	told.max = r->figures->max_time;
	writer_object(w, name);
	fields_write(w, saved, &told);
	writer_text(w, "label", r->label);
	writer_figure(w, "total", r->figures->total);
	fields_write(w, figures_derived, r->figures);
	writer_array(w, "doubts");
	figures_doubts(w, r->figures);
	writer_end(w);
	if (timings)
		write_timings(w, r->benchmark);
	writer_end(w);
}

static bool machine_is_known(const struct prof_benchmark *b)
{
	return b->machine != NULL && b->machine[0] != '\0';
}

static void write_warning(void *w, const char *sentence)
{
	writer_text(w, NULL, sentence);
}

void view_pair(struct writer *w, const struct result *first, const struct result *second,
	       const struct prof_bench_comparison *comparison, bool checked)
{
	const struct prof_benchmark *one = first->benchmark, *two = second->benchmark;

	writer_object(w, NULL);
	view_result(w, "first", first, false);
	view_result(w, "second", second, false);
	view_comparison(w, "comparison", comparison);
	if (series_machines_differ(one, two))
		writer_bool(w, "same_machine", false);
	else if (machine_is_known(one) && machine_is_known(two))
		writer_bool(w, "same_machine", true);
	else
		writer_null(w, "same_machine");
	writer_array(w, "warnings");
	result_warn(first, second, comparison, write_warning, w);
	writer_end(w);
	if (checked) {
		writer_real(w, "threshold", comparison->relevance);
		writer_bool(w, "slower", comparison->verdict == PROF_BENCH_SLOWER);
	}
	writer_end(w);
}
