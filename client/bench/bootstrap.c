/*
 * Resampling.
 */
#include "client/bench/bootstrap.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/statistics.h"

#define MOST_DRAWS	20000000u
#define LEAST_RESAMPLES 200u
#define TAIL		0.025

static const struct prof_bench_interval unknown = {NAN, NAN};

uint32_t bootstrap_resamples(uint32_t wanted, size_t count)
{
	size_t allowed = MOST_DRAWS / count;

	if (allowed < LEAST_RESAMPLES)
		allowed = LEAST_RESAMPLES;
	return wanted < allowed ? wanted : (uint32_t)allowed;
}

double bootstrap_divide(double x, double y)
{
	if (y > 0)
		return x / y;
	return x > 0 ? INFINITY : 1;
}

/* Draws `count` of the values, with replacement; how often each was drawn goes into `drawn`, which
 * is all 0 before. */
static double draw(struct lot *lot, const double *sorted, size_t count, uint32_t *drawn)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = lot_below(lot, count);

		drawn[at]++;
		sum += sorted[at];
	}
	return sum;
}

/* The median of what was drawn; sets `drawn` back to 0. */
static double take_median(const double *sorted, size_t count, uint32_t *drawn)
{
	size_t seen = 0, at = 0, half = (count + 1) / 2;
	double low, high;

	while (seen + drawn[at] < half)
		seen += drawn[at++];
	low = high = sorted[at];
	if (count % 2 == 0 && seen + drawn[at] == half) {
		do
			at++;
		while (drawn[at] == 0);
		high = sorted[at];
	}
	memset(drawn, 0, count * sizeof(*drawn));
	return low + (high - low) / 2;
}

static struct prof_bench_interval interval(double *values, size_t count)
{
	struct prof_bench_interval found;

	statistics_sort(values, count);
	found.low = statistics_quantile(values, count, TAIL);
	found.high = statistics_quantile(values, count, 1 - TAIL);
	return found;
}

bool bootstrap_location(const double *sorted, size_t count, uint32_t resamples, uint64_t seed,
			struct prof_bench_interval *mean, struct prof_bench_interval *median)
{
	uint32_t *drawn = NULL;
	double *means = NULL, *medians;
	struct lot lot;
	bool done = false;

	*mean = *median = unknown;
	if (count < 2 || resamples == 0)
		return true;
	lot_seed(&lot, seed);
	resamples = bootstrap_resamples(resamples, count);
	drawn = calloc(count, sizeof(*drawn));
	means = malloc(2 * (size_t)resamples * sizeof(*means));
	if (drawn == NULL || means == NULL)
		goto out;
	medians = means + resamples;
	for (uint32_t i = 0; i < resamples; i++) {
		means[i] = draw(&lot, sorted, count, drawn) / (double)count;
		medians[i] = take_median(sorted, count, drawn);
	}
	*mean = interval(means, resamples);
	*median = interval(medians, resamples);
	done = true;
out:
	free(drawn);
	free(means);
	return done;
}

bool bootstrap_ratio(const double *first, size_t first_count, const double *second,
		     size_t second_count, uint32_t resamples, uint64_t seed,
		     struct prof_bench_interval *ratio)
{
	size_t most = first_count > second_count ? first_count : second_count;
	uint32_t *drawn = NULL;
	double *ratios = NULL;
	struct lot lot;
	bool done = false;

	*ratio = unknown;
	if (first_count < 2 || second_count < 2 || resamples == 0)
		return true;
	lot_seed(&lot, seed);
	resamples = bootstrap_resamples(resamples, most);
	drawn = calloc(most, sizeof(*drawn));
	ratios = malloc(resamples * sizeof(*ratios));
	if (drawn == NULL || ratios == NULL)
		goto out;
	for (uint32_t i = 0; i < resamples; i++) {
		double one, two;

		draw(&lot, first, first_count, drawn);
		one = take_median(first, first_count, drawn);
		draw(&lot, second, second_count, drawn);
		two = take_median(second, second_count, drawn);
		ratios[i] = bootstrap_divide(one, two);
	}
	*ratio = interval(ratios, resamples);
	done = true;
out:
	free(drawn);
	free(ratios);
	return done;
}
