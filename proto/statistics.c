/*
 * Mean, deviation, quantiles, outliers.
 */

#include "proto/statistics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void statistics_sort(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
}

double statistics_quantile(const double *sorted, size_t count, double share)
{
	double rank = (double)(count - 1) * share;
	size_t low = (size_t)rank;
	double part = rank - (double)low;

	if (low >= count - 1)
		return sorted[count - 1];
	if (part == 0)
		return sorted[low];
	/* Ratios may be infinite, and no difference from that is a number. */
	if (isinf(sorted[low + 1]))
		return sorted[low + 1];
	/* From the nearer end, so that equal neighbours give exactly their value. */
	if (part < 0.5)
		return sorted[low] + (sorted[low + 1] - sorted[low]) * part;
	return sorted[low + 1] - (sorted[low + 1] - sorted[low]) * (1 - part);
}

double statistics_median(const double *values, size_t count, double *room)
{
	memcpy(room, values, count * sizeof(*values));
	statistics_sort(room, count);
	return statistics_quantile(room, count, 0.5);
}

double statistics_sum(const double *values, size_t count)
{
	double sum = 0, lost = 0;

	for (size_t i = 0; i < count; i++) {
		double next = sum + values[i];

		lost += fabs(sum) >= fabs(values[i]) ? sum - next + values[i]
						     : values[i] - next + sum;
		sum = next;
	}
	return sum + lost;
}

double statistics_mean(const double *sorted, size_t count)
{
	/* Rounding must not carry the mean of equal values away from them. */
	return fmin(fmax(statistics_sum(sorted, count) / (double)count, sorted[0]),
		    sorted[count - 1]);
}

double statistics_deviation(const double *values, size_t count, double mean)
{
	double squares = 0;

	if (count < 2)
		return NAN;
	for (size_t i = 0; i < count; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	return sqrt(squares / (double)(count - 1));
}

double statistics_mad(const double *sorted, size_t count, double *room)
{
	double median = statistics_quantile(sorted, count, 0.5);

	for (size_t i = 0; i < count; i++)
		room[i] = fabs(sorted[i] - median);
	statistics_sort(room, count);
	return statistics_quantile(room, count, 0.5);
}

struct outliers statistics_outliers(const double *sorted, size_t count)
{
	double low = statistics_quantile(sorted, count, 0.25);
	double high = statistics_quantile(sorted, count, 0.75);
	double range = high - low;
	struct outliers found = {0, 0};

	for (size_t i = 0; i < count; i++) {
		double beyond = fmax(low - sorted[i], sorted[i] - high);

		if (beyond > 3 * range)
			found.severe++;
		else if (beyond > 1.5 * range)
			found.mild++;
	}
	return found;
}
