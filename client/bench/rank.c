/*
 * Mann-Whitney and Mann-Kendall.
 */
#include "client/bench/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/statistics.h"

/* As SciPy: above this the normal approximation is used. */
#define EXACT_FEWER 8
/* Beyond it the counts need more digits than a double has, and the approximation is as good. */
#define EXACT_MORE 500

/* P(Z >= z) of the standard normal distribution. */
static double normal_tail(double z)
{
	return 0.5 * erfc(z / sqrt(2.0));
}

/* Walks two sorted samples as one. Gives U of the first and the sum of t^3 - t over groups of t
 * equal values. */
static double count_pairs(const double *first, size_t n, const double *second, size_t m,
			  double *ties)
{
	size_t i = 0, j = 0;
	double u = 0;

	*ties = 0;
	while (i < n || j < m) {
		double value = j == m || (i < n && first[i] <= second[j]) ? first[i] : second[j];
		size_t a = i, b = j;
		double together;

		while (i < n && first[i] == value)
			i++;
		while (j < m && second[j] == value)
			j++;
		u += (double)(i - a) * ((double)b + 0.5 * (double)(j - b));
		together = (double)(i - a + j - b);
		*ties += together * together * together - together;
	}
	return u;
}

/*
 * P(U >= u) of all orders being equally likely. The number of orders with each U is a coefficient
 * of the Gaussian binomial: the product over i of (1 - q^(more + i)) / (1 - q^i).
 */
static bool exact_tail(size_t fewer, size_t more, size_t u, double *tail)
{
	size_t size = fewer * more + 1;
	double *counts = calloc(size, sizeof(*counts)), all = 0, above = 0;

	if (counts == NULL)
		return false;
	counts[0] = 1;
	for (size_t i = 1; i <= fewer; i++) {
		for (size_t k = size; k-- > more + i;)
			counts[k] -= counts[k - more - i];
		for (size_t k = i; k < size; k++)
			counts[k] += counts[k - i];
	}
	for (size_t k = 0; k < size; k++) {
		all += counts[k];
		/* The counts are symmetric: taken from the low end, where they are smallest. */
		if (k <= size - 1 - u)
			above += counts[k];
	}
	free(counts);
	*tail = above / all;
	return true;
}

bool rank_sum_test(const double *first, size_t first_count, const double *second,
		   size_t second_count, struct rank_sum *found)
{
	double n = (double)first_count, m = (double)second_count, ties, tail;
	double u = count_pairs(first, first_count, second, second_count, &ties);
	double larger = fmax(u, n * m - u);
	size_t fewer = first_count < second_count ? first_count : second_count;
	size_t more = first_count < second_count ? second_count : first_count;

	if (ties == 0 && fewer <= EXACT_FEWER && more <= EXACT_MORE) {
		if (!exact_tail(fewer, more, (size_t)larger, &tail))
			return false;
	} else {
		double spread = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));

		tail = spread > 0 ? normal_tail((larger - n * m / 2 - 0.5) / sqrt(spread)) : 1;
	}
	found->u = u;
	found->p_value = fmin(2 * tail, 1);
	return true;
}

/* Merges two sorted halves; gives the pairs in which the earlier value is the larger one. */
static double merge(double *values, size_t middle, size_t count, double *room)
{
	size_t i = 0, j = middle, k = 0;
	double falling = 0;

	while (i < middle && j < count) {
		if (values[i] <= values[j]) {
			room[k++] = values[i++];
		} else {
			falling += (double)(middle - i);
			room[k++] = values[j++];
		}
	}
	memcpy(room + k, values + i, (middle - i) * sizeof(*values));
	k += middle - i;
	memcpy(values, room, k * sizeof(*values));
	return falling;
}

static double sort_and_count(double *values, size_t count, double *room)
{
	size_t middle = count / 2;

	if (count < 2)
		return 0;
	return sort_and_count(values, middle, room) +
	       sort_and_count(values + middle, count - middle, room) +
	       merge(values, middle, count, room);
}

bool rank_trend_test(const double *values, size_t count, double *p_value)
{
	double n = (double)count, equal = 0, ties = 0, falling, s, spread;
	double *sorted;

	*p_value = NAN;
	if (count < 3)
		return true;
	sorted = malloc(2 * count * sizeof(*sorted));
	if (sorted == NULL)
		return false;
	memcpy(sorted, values, count * sizeof(*sorted));
	falling = sort_and_count(sorted, count, sorted + count);
	for (size_t i = 0, j; i < count; i = j) {
		double t;

		for (j = i; j < count && sorted[j] == sorted[i]; j++)
			;
		t = (double)(j - i);
		equal += t * (t - 1) / 2;
		ties += t * (t - 1) * (2 * t + 5);
	}
	free(sorted);
	s = fabs(n * (n - 1) / 2 - equal - 2 * falling);
	spread = (n * (n - 1) * (2 * n + 5) - ties) / 18;
	*p_value = s > 0 && spread > 0 ? fmin(2 * normal_tail((s - 1) / sqrt(spread)), 1) : 1;
	return true;
}
