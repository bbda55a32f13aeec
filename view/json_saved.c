/*
 * Structs of profclient.h and profbench.h become JSON.
 */
#include "view/json_saved.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>

#include "view/json.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static json_t *real(double number)
{
	return isfinite(number) ? json_real(number) : json_null();
}

static json_t *text(const char *known)
{
	return known == NULL || known[0] == '\0' ? json_null() : json_string(known);
}

static json_t *interval(const struct prof_bench_interval *ends)
{
	return json_pack("[o, o]", real(ends->low), real(ends->high));
}

json_t *view_saved(const struct prof_saved *s)
{
	const struct prof_benchmark *b = s->benchmark;

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
			 " s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "name", b->name, "number", view_count(s->number), "results",
			 view_count(s->results), "saved", real(s->saved), "uid",
			 s->uid == UINT_MAX ? json_null() : json_integer(s->uid), "iterations",
			 view_count(b->count), "failures", view_count(s->failures), "mean",
			 real(s->mean), "std_dev", real(b->count < 2 ? NAN : s->deviation),
			 "median", real(s->median), "min_time", real(s->min), "max_time",
			 real(s->max), "command", text(b->command), "machine", text(b->machine),
			 "kernel", text(b->system), "processor", text(b->processor), "compiler",
			 text(b->compiler), "revision", text(b->revision), "note", text(b->note));
}

void view_timings(json_t *object, const struct prof_benchmark *b)
{
	json_t *timings = json_array(), *statuses = json_array();

	for (size_t i = 0; b->timings != NULL && i < b->count; i++)
		json_array_append_new(timings, real(b->timings[i]));
	for (size_t i = 0; b->statuses != NULL && i < b->count; i++)
		json_array_append_new(statuses, json_integer(b->statuses[i]));
	json_object_set_new(object, "timings", timings);
	if (b->statuses != NULL)
		json_object_set(object, "statuses", statuses);
	json_decref(statuses);
}

static json_t *doubts(const struct prof_bench_result *r)
{
	json_t *list = json_array();
	char sentence[256];

	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++)
		if (prof_bench_doubt_text(r, i, sentence, sizeof(sentence)) != 0)
			json_array_append_new(list, json_string(sentence));
	return list;
}

void view_figures(json_t *object, const struct prof_bench_result *r)
{
	const struct {
		const char *name;
		double value;
	} figures[] = {
		{"mean", r->mean},	   {"std_dev", r->std_dev}, {"min_time", r->min_time},
		{"max_time", r->max_time}, {"total", r->total},	    {"median", r->median},
		{"p50", r->p50},	   {"p75", r->p75},	    {"p90", r->p90},
		{"p95", r->p95},	   {"p99", r->p99},	    {"mad", r->mad},
		{"trend_p", r->trend_p},   {"drift", r->drift},
	};

	json_object_set_new(object, "iterations", view_count(r->iterations));
	for (size_t i = 0; i < COUNT(figures); i++)
		json_object_set_new(object, figures[i].name, real(figures[i].value));
	json_object_set_new(object, "mild_outliers", view_count(r->mild_outliers));
	json_object_set_new(object, "severe_outliers", view_count(r->severe_outliers));
	json_object_set_new(object, "mean_ci_low", real(r->mean_ci.low));
	json_object_set_new(object, "mean_ci_high", real(r->mean_ci.high));
	json_object_set_new(object, "median_ci_low", real(r->median_ci.low));
	json_object_set_new(object, "median_ci_high", real(r->median_ci.high));
	json_object_set_new(object, "doubts", doubts(r));
}

json_t *view_comparison(const struct prof_bench_comparison *c)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "first",
			 c->first, "second", c->second, "first_median", real(c->first_median),
			 "second_median", real(c->second_median), "ratio", real(c->ratio),
			 "ratio_ci", interval(&c->ratio_ci), "u", real(c->u), "p_value",
			 real(c->p_value), "relevance", real(c->relevance), "significance",
			 real(c->significance), "verdict", prof_bench_verdict_text(c->verdict));
}

json_t *view_saved_list(const struct prof_saved_list *list)
{
	json_t *benchmarks = json_array();

	for (size_t i = 0; i < list->count; i++)
		json_array_append_new(benchmarks, view_saved(list->results[i]));
	return json_pack("{s:o}", "benchmarks", benchmarks);
}

static json_t *change(const struct series *s, const struct prof_bench_change *c)
{
	const struct prof_saved *now = s->results[c->index], *last = s->results[c->index - 1];

	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "number",
			 view_count(now->number), "previous_number", view_count(last->number),
			 "verdict",
			 prof_bench_verdict_text(c->after > c->before ? PROF_BENCH_SLOWER
								      : PROF_BENCH_FASTER),
			 "before", real(c->before), "after", real(c->after), "ratio",
			 real(c->after / c->before), "p_value", real(c->p_value), "revision",
			 text(now->benchmark->revision), "previous_revision",
			 text(last->benchmark->revision), "other_machine",
			 series_machines_differ(now->benchmark, last->benchmark));
}

json_t *view_series(const char *name, const struct series *s)
{
	json_t *results = json_array(), *changes = json_array();

	for (size_t i = 0; i < s->count; i++)
		json_array_append_new(results, view_saved(s->results[i]));
	for (size_t i = 0; i < s->changes->count; i++)
		json_array_append_new(changes, change(s, s->changes->changes[i]));
	return json_pack("{s:s, s:o, s:o}", "name", name, "results", results, "changes", changes);
}

json_t *view_result(const struct result *r)
{
	const struct prof_benchmark *b = r->benchmark;
	struct prof_benchmark named = *b;
	struct prof_saved unsaved = {.benchmark = &named, .uid = UINT_MAX};
	json_t *object;

	if (b->name == NULL)
		named.name = r->label;
	object = view_saved(r->saved != NULL ? r->saved : &unsaved);
	if (r->saved == NULL) {
		json_object_set_new(object, "number", json_null());
		json_object_set_new(object, "results", json_null());
		json_object_set_new(object, "saved", json_null());
		json_object_set_new(object, "failures", view_count(r->figures->failures));
	}
	json_object_set_new(object, "label", json_string(r->label));
	view_figures(object, r->figures);
	return object;
}

static bool machine_is_known(const struct prof_benchmark *b)
{
	return b->machine != NULL && b->machine[0] != '\0';
}

json_t *view_pair(const struct result *first, const struct result *second,
		  const struct prof_bench_comparison *comparison)
{
	const struct prof_benchmark *one = first->benchmark, *two = second->benchmark;
	json_t *same = series_machines_differ(one, two)			? json_false()
		       : machine_is_known(one) && machine_is_known(two) ? json_true()
									: json_null();

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "first", view_result(first), "second",
			 view_result(second), "comparison", view_comparison(comparison),
			 "same_machine", same, "warnings",
			 result_warnings(first, second, comparison));
}
