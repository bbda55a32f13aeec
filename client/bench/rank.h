/*
 * Tests that look at ranks only, so wild values do no harm. Pure.
 */
#ifndef CLIENT_BENCH_RANK_H
#define CLIENT_BENCH_RANK_H

#include <stdbool.h>
#include <stddef.h>

struct rank_sum {
	double u;	/* of the first: pairs in which it is the larger one; ties count half */
	double p_value; /* two-sided */
};

/* Mann-Whitney (1947) of two sorted samples. False: no memory. */
bool rank_sum_test(const double *first, size_t first_count, const double *second,
		   size_t second_count, struct rank_sum *found);

/*
 * Mann-Kendall: the two-sided p-value of a rise or fall in the order given, by normal approximation
 * with corrections for ties and continuity (Mann 1945, Kendall 1975); not a number with fewer than
 * 3 values. In n log n steps (Knight 1966). False: no memory.
 */
bool rank_trend_test(const double *values, size_t count, double *p_value);

#endif
