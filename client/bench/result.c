/*
 * What timings tell, in one struct; and what may be asked of it.
 */
#include "client/bench/result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/bootstrap.h"
#include "client/bench/doubt.h"
#include "client/bench/rank.h"
#include "client/base/sized.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/statistics.h"

#define LEAST_RESAMPLES 100
#define MOST_RESAMPLES	1000000

bool bench_resamples_valid(uint64_t resamples)
{
	return resamples == 0 || (resamples >= LEAST_RESAMPLES && resamples <= MOST_RESAMPLES);
}

prof_error bench_check_name(const char *name)
{
	if (name == NULL)
		return PROF_BAD_ARGUMENT;
	return name_is_valid(name, strlen(name)) ? PROF_OK : PROF_BAD_NAME;
}

static bool is_duration(double seconds)
{
	return seconds >= 0 && seconds <= PROF_SECONDS_MAX;
}

/* `iterations` is the least that options tell. */
static prof_error read_options(struct prof_bench_options *to, const struct prof_bench_options *from)
{
	prof_error error;

	*to = (struct prof_bench_options)PROF_BENCH_OPTIONS_INIT;
	error = sized_read(to, iterations, from);
	if (error == PROF_OK && !bench_resamples_valid(to->resamples))
		error = PROF_BAD_OPTION;
	return error;
}

prof_error bench_read_options(struct prof_bench_options *to, const struct prof_bench_options *from)
{
	prof_error error = read_options(to, from);

	if (error != PROF_OK)
		return error;
	if (to->iterations == 0 || to->iterations > PROF_COUNT_MAX)
		return PROF_BAD_OPTION;
	return is_duration(to->min_total) && is_duration(to->time_limit) ? PROF_OK : PROF_BAD_VALUE;
}

static struct prof_bench_result *make(const char *name, const double *timings, size_t count)
{
	size_t length = strlen(name) + 1;
	struct prof_bench_result *result;
	double *own;

	if (count > (SIZE_MAX - sizeof(*result) - length) / sizeof(*timings))
		return NULL;
	result = calloc(1, sizeof(*result) + count * sizeof(*timings) + length);
	if (result == NULL)
		return NULL;
	own = (double *)(result + 1);
	result->timings = memcpy(own, timings, count * sizeof(*timings));
	result->name = memcpy(own + count, name, length);
	result->iterations = count;
	result->batch = 1;
	return result;
}

struct prof_bench_result *bench_result_copy(const struct prof_bench_result *result)
{
	struct prof_bench_result *copy = make(result->name, result->timings, result->iterations);

	if (copy != NULL) {
		const char *name = copy->name;
		const double *timings = copy->timings;

		*copy = *result;
		copy->name = name;
		copy->timings = timings;
	}
	return copy;
}

static void describe(struct prof_bench_result *r, const double *sorted, double *room)
{
	size_t n = r->iterations;
	struct outliers outliers = statistics_outliers(sorted, n);

	r->total = statistics_sum(r->timings, n);
	r->mean = statistics_mean(sorted, n);
	r->std_dev = statistics_deviation(r->timings, n, r->mean);
	r->min_time = sorted[0];
	r->max_time = sorted[n - 1];
	r->median = r->p50 = statistics_quantile(sorted, n, 0.5);
	r->p75 = statistics_quantile(sorted, n, 0.75);
	r->p90 = statistics_quantile(sorted, n, 0.9);
	r->p95 = statistics_quantile(sorted, n, 0.95);
	r->p99 = statistics_quantile(sorted, n, 0.99);
	r->mad = statistics_mad(sorted, n, room);
	r->mild_outliers = outliers.mild;
	r->severe_outliers = outliers.severe;
}

static double drift_of(const double *timings, size_t count, double *room)
{
	size_t third = count / 3;

	if (third == 0)
		return NAN;
	return bootstrap_divide(statistics_median(timings + count - third, third, room),
				statistics_median(timings, third, room)) -
	       1;
}

static prof_error fill(struct prof_bench_result *r, const struct prof_bench_options *options)
{
	size_t n = r->iterations;
	double *sorted = malloc(2 * n * sizeof(*sorted));
	bool done = false;

	if (sorted == NULL)
		return PROF_NO_MEMORY;
	memcpy(sorted, r->timings, n * sizeof(*sorted));
	statistics_sort(sorted, n);
	describe(r, sorted, sorted + n);
	r->drift = drift_of(r->timings, n, sorted + n);
	done = rank_trend_test(r->timings, n, &r->trend_p) &&
	       bootstrap_location(sorted, n, (uint32_t)options->resamples, options->seed,
				  &r->mean_ci, &r->median_ci);
	r->doubts = doubt_timings(r);
	free(sorted);
	return done ? PROF_OK : PROF_NO_MEMORY;
}

prof_error prof_bench_result_from(const char *name, const double *timings, size_t count,
				  const struct prof_bench_options *options,
				  struct prof_bench_result **result)
{
	struct prof_bench_options o;
	struct prof_bench_result *made;
	prof_error error = bench_check_name(name);

	if (timings == NULL || result == NULL)
		return PROF_BAD_ARGUMENT;
	if (error == PROF_OK)
		error = read_options(&o, options);
	if (error != PROF_OK)
		return error;
	if (count == 0 || count > PROF_COUNT_MAX)
		return PROF_BAD_OPTION;
	for (size_t i = 0; i < count; i++)
		if (!is_duration(timings[i]))
			return PROF_BAD_VALUE;
	made = make(name, timings, count);
	if (made == NULL)
		return PROF_NO_MEMORY;
	error = fill(made, &o);
	if (error == PROF_OK)
		*result = made;
	else
		free(made);
	return error;
}

prof_error prof_bench_percentile(const double *values, size_t count, double percent,
				 double *percentile)
{
	double *sorted;

	if (values == NULL || percentile == NULL)
		return PROF_BAD_ARGUMENT;
	if (count == 0 || count > SIZE_MAX / sizeof(*sorted) || !(percent >= 0 && percent <= 100))
		return PROF_BAD_OPTION;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return PROF_BAD_VALUE;
	sorted = malloc(count * sizeof(*sorted));
	if (sorted == NULL)
		return PROF_NO_MEMORY;
	memcpy(sorted, values, count * sizeof(*sorted));
	statistics_sort(sorted, count);
	*percentile = statistics_quantile(sorted, count, percent / 100);
	free(sorted);
	return PROF_OK;
}
