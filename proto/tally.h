/*
 * A tally: what many calls of one path add up to. Two tallies merge into one.
 *
 * Invariants: the number of calls is the sum of the buckets. Without calls min_ns is UINT64_MAX,
 * max_ns 0 and sum_ns 0.
 */
#ifndef PROTO_TALLY_H
#define PROTO_TALLY_H

#include "proto/histogram.h"
#include "proto/quantile.h"

struct tally {
	uint64_t sum_ns, min_ns, max_ns;
	uint64_t recursive_ns; /* the part of sum_ns that calls within calls of the same function
				  took */
	struct histogram histogram;
};

void tally_init(struct tally *t);
void tally_deinit(struct tally *t);

/* Empties it; the memory is kept. */
void tally_clear(struct tally *t);

/* What the function took, however deep it stood in itself. */
static inline uint64_t tally_total_ns(const struct tally *t)
{
	return t->sum_ns - t->recursive_ns;
}

static inline uint64_t tally_calls(const struct tally *t)
{
	return t->histogram.calls;
}

/* Adds `count` calls of `ns` nanoseconds each. False, with nothing changed, without memory. */
bool tally_add(struct tally *t, uint64_t ns, uint64_t count);

/* into += from. False, with nothing changed, without memory. */
bool tally_merge(struct tally *into, const struct tally *from);

/*
 * Joins what a process says where it stands now into where it stood last, and gives the difference
 * in `more` (which must be empty). The min and max of the difference are the bounds of its lowest
 * and highest bucket, made narrower by those of `now` when `exact` says that they are of the same
 * epoch, and as far as they do not contradict the buckets: min is never above max. False, with
 * nothing changed, without memory.
 */
bool tally_advance(struct tally *last, const struct tally *now, bool exact, struct tally *more);

/* A quantile in seconds (0 < q <= 1) as histogram_quantile gives it, never outside min and max. 0
 * without calls. */
double tally_quantile(const struct tally *t, double q);

/* The quantiles that profd tells of everything, in this order, and those of a tally. */
extern const double tally_quantiles[QUANTILES];
void tally_get_quantiles(const struct tally *t, double to[QUANTILES]);

/* Whether so many calls say anything about the quantile: at least one call is expected above it. */
bool tally_supports(uint64_t calls, double q);

#endif
