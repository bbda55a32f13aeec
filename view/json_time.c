/*
 * Answers about a stretch of time: history, heatmap, histograms, differences.
 */
#include "view/json.h"

static double average(const struct prof_histogram *h)
{
	return h->calls == 0 ? 0.0 : h->total_seconds / (double)h->calls;
}

static json_t *step_of_history(const struct prof_step *s)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"start", view_real(s->start), "width", view_real(s->width), "call_count",
		view_count(s->all->calls), "error_count", view_count(s->error_count), "slow_count",
		view_count(s->slow_count), "total_seconds", view_real(s->all->total_seconds),
		"avg_seconds", view_real(average(s->all)), "min_seconds",
		view_real(s->all->min_seconds), "max_seconds", view_real(s->all->max_seconds),
		"p50", view_real(s->p50), "p75", view_real(s->p75), "p90", view_real(s->p90), "p95",
		view_real(s->p95), "p99", view_real(s->p99), "p99.9", view_real(s->p999),
		"late_call_count", view_count(s->late_calls));
}

/* Pairs of an index i and a count: calls longer than 2^((i-1)/64) and at most 2^(i/64) seconds. */
static json_t *buckets(const struct prof_histogram *h)
{
	json_t *pairs = json_array();

	for (size_t i = 0; i < h->count; i++)
		json_array_append_new(pairs, json_pack("[i, o]", h->buckets[i].index,
						       view_count(h->buckets[i].count)));
	return pairs;
}

static json_t *step_of_heatmap(const struct prof_step *s)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "start", view_real(s->start), "width",
			 view_real(s->width), "call_count", view_count(s->all->calls), "buckets",
			 buckets(s->all));
}

/* `answer` has what stands before its steps. */
static json_t *with_steps(json_t *answer, const struct prof_history *h,
			  json_t *(*tell)(const struct prof_step *))
{
	json_t *steps = json_array();

	view_extent(answer, &h->extent);
	for (size_t i = 0; i < h->count; i++)
		json_array_append_new(steps, tell(h->steps[i]));
	json_object_set_new(answer, "steps", steps);
	return answer;
}

json_t *view_history(const char *function, const struct prof_history *h)
{
	return with_steps(
		json_pack("{s:s?, s:o}", "function_name", function, "step", view_real(h->step)), h,
		step_of_history);
}

json_t *view_heatmap(const char *function, const struct prof_history *h)
{
	return with_steps(json_pack("{s:s?, s:i, s:o}", "function_name", function, "schema", 6,
				    "step", view_real(h->step)),
			  h, step_of_heatmap);
}

static json_t *histogram(const struct prof_histogram *h)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "call_count", view_count(h->calls),
			 "total_seconds", view_real(h->total_seconds), "min_seconds",
			 view_real(h->min_seconds), "max_seconds", view_real(h->max_seconds),
			 "buckets", buckets(h));
}

json_t *view_histograms(const struct prof_histogram_list *list)
{
	json_t *answer = json_pack("{s:i}", "schema", 6), *functions = json_array();

	view_extent(answer, &list->extent);
	for (size_t i = 0; i < list->count; i++) {
		const struct prof_function_histogram *f = list->functions[i];

		json_array_append_new(
			functions,
			json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "function_name", f->function,
				  "error_count", view_count(f->error_count), "slow_count",
				  view_count(f->slow_count), "returned", histogram(f->returned),
				  "failed", histogram(f->failed), "all", histogram(f->all)));
	}
	json_object_set_new(answer, "functions", functions);
	return answer;
}

static json_t *difference(const struct difference *d)
{
	static const char *const names[SHIFT_QUANTILES] = {"p50", "p90", "p99"};
	json_t *object =
		json_pack("{s:s, s:s, s:o, s:o}", "function_name", d->function, "verdict",
			  shift_word(d->shift.verdict), "calls_before", view_count(d->calls_before),
			  "calls_after", view_count(d->calls_after));

	for (unsigned i = 0; i < SHIFT_QUANTILES; i++) {
		json_t *ratio =
			d->shift.ratio[i] > 0.0 ? view_real(d->shift.ratio[i]) : json_null();

		json_object_set_new(object, names[i],
				    json_pack("{s:o, s:o, s:o, s:o}", "before",
					      view_real(d->shift.before[i]), "after",
					      view_real(d->shift.after[i]), "ratio", ratio, "p",
					      view_real(d->shift.p[i])));
	}
	return object;
}

json_t *view_differences(const struct differences *d)
{
	json_t *functions = json_array(), *before = json_object(), *after = json_object();

	view_extent(before, &d->before);
	view_extent(after, &d->after);
	for (size_t i = 0; i < d->count; i++)
		json_array_append_new(functions, difference(&d->all[i]));
	return json_pack("{s:o, s:o, s:o}", "before", before, "after", after, "functions",
			 functions);
}
