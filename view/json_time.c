/*
 * Answers about a stretch of time: history, heatmap, histograms, differences.
 */
#include <math.h>

#include "proto/quantile.h"
#include "text/fields.h"
#include "view/json.h"

#define SCHEMA 6 /* of the buckets: 2^6 of them double the time */

#define FIELD_OF_QUANTILE(member, name, share) FIELD(name, prof_step, member)

const struct field view_extent[] = {
	FIELD("since", prof_extent, since),
	FIELD("until", prof_extent, until),
	FIELD("complete", prof_extent, complete),
	{0},
};

/* Pairs of an index i and a count: calls longer than 2^((i-1)/64) and at most 2^(i/64) seconds. */
static void write_buckets(struct writer *w, const char *name, const void *of)
{
	const struct prof_histogram *h = of;

	writer_array(w, name);
	for (size_t i = 0; i < h->count; i++) {
		writer_array(w, NULL);
		writer_integer(w, NULL, h->buckets[i].index);
		writer_count(w, NULL, h->buckets[i].count);
		writer_end(w);
	}
	writer_end(w);
}

double view_average(const struct prof_histogram *h)
{
	return h->calls == 0 ? 0.0 : (h->total_seconds + h->recursive_seconds) / (double)h->calls;
}

static void write_average(struct writer *w, const char *name, const void *of)
{
	writer_real(w, name, view_average(((const struct prof_step *)of)->all));
}

static void write_step_buckets(struct writer *w, const char *name, const void *of)
{
	write_buckets(w, name, ((const struct prof_step *)of)->all);
}

static const struct field step_of_history[] = {
	FIELD("start", prof_step, start),
	FIELD("width", prof_step, width),
	FIELD_VIA("call_count", prof_step, all, calls),
	FIELD("error_count", prof_step, error_count),
	FIELD("slow_count", prof_step, slow_count),
	FIELD_VIA("total_seconds", prof_step, all, total_seconds),
	FIELD_MADE("avg_seconds", write_average),
	FIELD_VIA("min_seconds", prof_step, all, min_seconds),
	FIELD_VIA("max_seconds", prof_step, all, max_seconds),
	QUANTILE_LIST(FIELD_OF_QUANTILE),
	FIELD("late_call_count", prof_step, late_calls),
	{0},
};

static const struct field step_of_heatmap[] = {
	FIELD("start", prof_step, start),
	FIELD("width", prof_step, width),
	FIELD_VIA("call_count", prof_step, all, calls),
	FIELD_MADE("buckets", write_step_buckets),
	{0},
};

static const struct field history[] = {
	FIELD("step", prof_history, step),
	FIELD_STRUCT("", MEMBERS, prof_history, extent, view_extent),
	FIELD_LIST("steps", prof_history, steps, step_of_history),
	{0},
};
static const struct field heatmap[] = {
	FIELD("step", prof_history, step),
	FIELD_STRUCT("", MEMBERS, prof_history, extent, view_extent),
	FIELD_LIST("steps", prof_history, steps, step_of_heatmap),
	{0},
};

void view_history(struct writer *w, const char *function, const struct prof_history *h)
{
	writer_object(w, NULL);
	writer_text(w, "function_name", function);
	fields_write(w, history, h);
	writer_end(w);
}

void view_heatmap(struct writer *w, const char *function, const struct prof_history *h)
{
	writer_object(w, NULL);
	writer_text(w, "function_name", function);
	writer_integer(w, "schema", SCHEMA);
	fields_write(w, heatmap, h);
	writer_end(w);
}

static const struct field histogram[] = {
	FIELD("call_count", prof_histogram, calls),
	FIELD("total_seconds", prof_histogram, total_seconds),
	FIELD("min_seconds", prof_histogram, min_seconds),
	FIELD("max_seconds", prof_histogram, max_seconds),
	FIELD_MADE("buckets", write_buckets),
	{0},
};
static const struct field histograms_of_function[] = {
	FIELD("function_name", prof_function_histogram, function),
	FIELD("error_count", prof_function_histogram, error_count),
	FIELD("slow_count", prof_function_histogram, slow_count),
	FIELD_STRUCT("returned", OBJECT, prof_function_histogram, returned, histogram),
	FIELD_STRUCT("failed", OBJECT, prof_function_histogram, failed, histogram),
	FIELD_STRUCT("all", OBJECT, prof_function_histogram, all, histogram),
	{0},
};
static const struct field histograms[] = {
	FIELD_STRUCT("", MEMBERS, prof_histogram_list, extent, view_extent),
	FIELD_LIST("functions", prof_histogram_list, functions, histograms_of_function),
	{0},
};

void view_histograms(struct writer *w, const struct prof_histogram_list *list)
{
	writer_object(w, NULL);
	writer_integer(w, "schema", SCHEMA);
	fields_write(w, histograms, list);
	writer_end(w);
}

static void write_difference(struct writer *w, const struct difference *d)
{
	const struct shift *s = &d->shift;

	writer_object(w, NULL);
	writer_text(w, "function_name", d->function);
	writer_text(w, "verdict", shift_word(s->verdict));
	writer_count(w, "calls_before", d->calls_before);
	writer_count(w, "calls_after", d->calls_after);
	for (unsigned i = 0; i < SHIFT_QUANTILES; i++) {
		writer_object(w, view_quantile_names[shift_quantiles[i]]);
		writer_real(w, "before", s->before[i]);
		writer_real(w, "after", s->after[i]);
		writer_figure(w, "ratio", s->ratio[i] > 0.0 ? s->ratio[i] : NAN);
		writer_real(w, "p", s->p[i]);
		writer_end(w);
	}
	writer_end(w);
}

void view_differences(struct writer *w, const struct differences *d)
{
	writer_object(w, NULL);
	fields_object(w, "before", view_extent, &d->before);
	fields_object(w, "after", view_extent, &d->after);
	writer_array(w, "functions");
	for (size_t i = 0; i < d->count; i++)
		write_difference(w, &d->all[i]);
	writer_end(w);
	writer_end(w);
}
