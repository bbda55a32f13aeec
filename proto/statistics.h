/*
 * Figures that follow from numbers alone. Pure: no clock, no machine, no lot.
 *
 * `sorted` is in ascending order; there is at least one value; all are finite.
 */
#ifndef PROTO_STATISTICS_H
#define PROTO_STATISTICS_H

#include <stddef.h>
#include <stdint.h>

void statistics_sort(double *values, size_t count);

/* The quantile `share` (0 to 1), linear between the two nearest in rank. */
double statistics_quantile(const double *sorted, size_t count, double share);

/* The median of values in any order. `room` takes `count` of them. */
double statistics_median(const double *values, size_t count, double *room);

/* Sums with what rounding lost carried along (Neumaier 1974). */
double statistics_sum(const double *values, size_t count);

double statistics_mean(const double *sorted, size_t count);

/* Of a sample (n - 1), in two passes; not a number if there is only one. */
double statistics_deviation(const double *values, size_t count, double mean);

/* The median absolute deviation from the median. `room` takes `count` values. */
double statistics_mad(const double *sorted, size_t count, double *room);

struct outliers {
	uint64_t mild, severe;
};

/* Beyond Tukey's fences: 1.5 and 3 interquartile ranges from the quartiles. */
struct outliers statistics_outliers(const double *sorted, size_t count);

#endif
