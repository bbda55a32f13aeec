/*
 * One result against another, and the verdict.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/bootstrap.h"
#include "client/bench/rank.h"
#include "client/bench/result.h"
#include "client/base/sized.h"
#include "proto/statistics.h"
#include "text/number.h"

prof_error bench_read_criteria(struct prof_bench_criteria *to,
			       const struct prof_bench_criteria *from)
{
	prof_error error;

	*to = (struct prof_bench_criteria)PROF_BENCH_CRITERIA_INIT;
	error = sized_read(to, relevance, from);
	if (error != PROF_OK)
		return error;
	return bench_resamples_valid(to->resamples) && to->relevance >= 0 &&
			       isfinite(to->relevance) && to->significance > 0 &&
			       to->significance < 1
		       ? PROF_OK
		       : PROF_BAD_OPTION;
}

static double *sorted_copy(const struct prof_bench_result *result)
{
	double *copy = malloc(result->iterations * sizeof(*copy));

	if (copy != NULL) {
		memcpy(copy, result->timings, result->iterations * sizeof(*copy));
		statistics_sort(copy, result->iterations);
	}
	return copy;
}

/* In three ways a difference must show; see prof_bench_comparison. */
static enum prof_bench_verdict judge(const struct prof_bench_comparison *c, double middle_u)
{
	if (c->p_value >= c->significance)
		return PROF_BENCH_NO_DIFFERENCE;
	/* A large U: the first's timings are the larger ones. A difference is counted from the
	 * first, so that 2 % more and 2 % less weigh the same for whoever sets a limit. */
	if (c->u > middle_u && c->second_median <= c->first_median * (1 - c->relevance) &&
	    c->second_median < c->first_median)
		return PROF_BENCH_FASTER;
	if (c->u < middle_u && c->second_median >= c->first_median * (1 + c->relevance) &&
	    c->second_median > c->first_median)
		return PROF_BENCH_SLOWER;
	return PROF_BENCH_NO_DIFFERENCE;
}

static prof_error fill(struct prof_bench_comparison *c, const struct prof_bench_result *first,
		       const struct prof_bench_result *second,
		       const struct prof_bench_criteria *criteria)
{
	double *one = sorted_copy(first), *two = sorted_copy(second);
	struct rank_sum ranks;
	prof_error error = PROF_NO_MEMORY;

	if (one == NULL || two == NULL ||
	    !rank_sum_test(one, first->iterations, two, second->iterations, &ranks) ||
	    !bootstrap_ratio(one, first->iterations, two, second->iterations,
			     (uint32_t)criteria->resamples, criteria->seed, &c->ratio_ci))
		goto out;
	c->first_median = first->median;
	c->second_median = second->median;
	c->ratio = bootstrap_divide(first->median, second->median);
	c->u = ranks.u;
	c->p_value = ranks.p_value;
	c->relevance = criteria->relevance;
	c->significance = criteria->significance;
	c->verdict = judge(c, (double)first->iterations * (double)second->iterations / 2);
	error = PROF_OK;
out:
	free(one);
	free(two);
	return error;
}

prof_error prof_bench_compare(const struct prof_bench_result *first,
			      const struct prof_bench_result *second,
			      const struct prof_bench_criteria *criteria,
			      struct prof_bench_comparison **comparison)
{
	struct prof_bench_criteria c;
	struct prof_bench_comparison *made;
	size_t length, other;
	prof_error error;

	if (first == NULL || second == NULL || comparison == NULL)
		return PROF_BAD_ARGUMENT;
	error = bench_read_criteria(&c, criteria);
	if (error != PROF_OK)
		return error;
	length = strlen(first->name) + 1;
	other = strlen(second->name) + 1;
	made = calloc(1, sizeof(*made) + length + other);
	if (made == NULL)
		return PROF_NO_MEMORY;
	made->first = memcpy(made + 1, first->name, length);
	made->second = memcpy((char *)(made + 1) + length, second->name, other);
	error = fill(made, first, second, &c);
	if (error == PROF_OK)
		*comparison = made;
	else
		free(made);
	return error;
}

const char *prof_bench_verdict_text(enum prof_bench_verdict verdict)
{
	switch (verdict) {
	case PROF_BENCH_NO_DIFFERENCE:
		return "no difference that can be shown";
	case PROF_BENCH_FASTER:
		return "faster";
	case PROF_BENCH_SLOWER:
		return "slower";
	}
	return "unknown";
}

prof_error prof_bench_comparison_text(const struct prof_bench_comparison *c, char **text)
{
	char ratio[NUMBER_ROOM], low[NUMBER_ROOM], high[NUMBER_ROOM], *made = NULL;
	bool slower;
	int length;

	if (c == NULL || text == NULL)
		return PROF_BAD_ARGUMENT;
	slower = c->verdict == PROF_BENCH_SLOWER;
	number_fixed(ratio, slower ? 1 / c->ratio : c->ratio, 3);
	number_fixed(low, slower ? 1 / c->ratio_ci.high : c->ratio_ci.low, 3);
	number_fixed(high, slower ? 1 / c->ratio_ci.low : c->ratio_ci.high, 3);
	if (c->verdict == PROF_BENCH_NO_DIFFERENCE)
		length = asprintf(&made,
				  "%s and %s: no difference that can be shown (speed-up %s, "
				  "95 %% between %s and %s, p = %.2g)",
				  c->first, c->second, ratio, low, high, c->p_value);
	else
		length = asprintf(&made,
				  "%s is %s times %s than %s (95 %% between %s and %s, "
				  "p = %.2g)",
				  c->second, ratio, prof_bench_verdict_text(c->verdict), c->first,
				  low, high, c->p_value);
	if (length < 0)
		return PROF_NO_MEMORY;
	*text = made;
	return PROF_OK;
}
