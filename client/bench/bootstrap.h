/*
 * Intervals by resampling: the percentile bootstrap (Efron 1979).
 *
 * A resample is drawn as counts over the sorted values, so its median needs no sorting: 10,000
 * resamples of 100 values take some milliseconds. Pure but for the lot it is given.
 */
#ifndef CLIENT_BENCH_BOOTSTRAP_H
#define CLIENT_BENCH_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/bench/random.h"
#include "include/profbench.h"

/* How many resamples are drawn of `count` values when `wanted` are asked for: what 20 million
 * draws allow, and 200 at least. */
uint32_t bootstrap_resamples(uint32_t wanted, size_t count);

/* 95 % intervals of mean and median; not a number with fewer than two values or no resamples.
 * False: no memory. */
bool bootstrap_location(const double *sorted, size_t count, uint32_t resamples, uint64_t seed,
			struct prof_bench_interval *mean, struct prof_bench_interval *median);

/* 95 % interval of the first's median over the second's, both resampled. */
bool bootstrap_ratio(const double *first, size_t first_count, const double *second,
		     size_t second_count, uint32_t resamples, uint64_t seed,
		     struct prof_bench_interval *ratio);

/* x / y, and what a ratio of two durations is where y is 0: 1 for equals, else infinite. */
double bootstrap_divide(double x, double y);

#endif
