/*
 * Whether calls take longer than they did: two histograms compared at three quantiles.
 */
#ifndef VIEW_SHIFT_H
#define VIEW_SHIFT_H

#include <stdbool.h>

#include "include/profclient.h"

enum shift_verdict {
	SHIFT_SLOWER, /* at least at one quantile, by more than the threshold, and that is no chance
		       */
	SHIFT_FASTER, /* the same, and slower at none */
	SHIFT_SAME,   /* no difference that can be shown and matters */
	SHIFT_NEW,    /* not called before */
	SHIFT_GONE,   /* no longer called */
	SHIFT_TOO_FEW /* too few calls to say anything at any of the quantiles */
};

#define SHIFT_QUANTILES 3

extern const enum prof_quantile shift_quantiles[SHIFT_QUANTILES];

struct shift {
	enum shift_verdict verdict;
	double before[SHIFT_QUANTILES], after[SHIFT_QUANTILES]; /* seconds */
	double ratio[SHIFT_QUANTILES]; /* after / before; 0: not to be told */
	double p[SHIFT_QUANTILES];     /* see below; 1 where it is not to be told */
	double worst;		       /* the greatest ratio that is significant; else 1 */
};

struct shift_rule {
	double threshold; /* 0.05: a change of less than 5 % is none */
	double level;	  /* 0.01: how often chance alone may speak, over all functions that are
			     compared */
	size_t functions;
};

/*
 * At each quantile the calls of both are counted that took longer than it was before; p is that of
 * the two-proportion z test (pooled, two-sided), times the number of quantiles and of functions
 * (Bonferroni), so that many comparisons do not cry wolf together.
 */
void shift_find(struct shift *shift, const struct prof_histogram *before,
		const struct prof_histogram *after, const struct shift_rule *rule);

const char *shift_word(enum shift_verdict verdict);

#endif
