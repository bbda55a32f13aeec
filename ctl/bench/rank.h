/*
 * The commands in the order of their medians, each against the fastest.
 */
#ifndef CTL_BENCH_RANK_H
#define CTL_BENCH_RANK_H

#include <stddef.h>

#include "ctl/bench/bench.h"

struct ranking {
	const struct prof_bench_result **results; /* the fastest first; lent by the session */
	size_t count;				  /* those that were measured */
	/* comparisons[i]: the fastest against results[i + 1] */
	struct prof_bench_comparison **comparisons;
};

/* Of `n` comparisons each has the n-th part of the risk to show a difference where there is none
 * (Bonferroni), so that all together have the usual one. */
void ranking_make(struct ranking *ranking, const struct bench_session *session);
void ranking_free(struct ranking *ranking);

#endif
