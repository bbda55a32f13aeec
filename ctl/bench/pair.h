/*
 * Two results side by side, and what speaks against comparing them.
 */
#ifndef CTL_BENCH_PAIR_H
#define CTL_BENCH_PAIR_H

#include "ctl/bench/source.h"

struct pair {
	struct source first, second;
	struct prof_bench_comparison *comparison;
};

/* Compares the two, which are there. relevance: least difference that matters, 0.01 is 1 %. */
void pair_compare(struct pair *pair, double relevance);

/* Also of a pair that is not complete. */
void pair_free(struct pair *pair);

/* The answer in JSON: see view_pair. */
void pair_tell(const struct pair *pair, bool checked);

/* The table of the two, the comparison in a sentence, and the warnings. */
void pair_print(const struct pair *pair);

#endif
