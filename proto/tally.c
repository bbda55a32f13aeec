/*
 * Tallies: the histogram with its sum, min and max.
 */
#include "proto/tally.h"

#include <math.h>

void tally_init(struct tally *t)
{
	histogram_init(&t->histogram);
	tally_clear(t);
}

void tally_deinit(struct tally *t)
{
	histogram_deinit(&t->histogram);
	tally_clear(t);
}

void tally_clear(struct tally *t)
{
	t->sum_ns = t->recursive_ns = 0;
	t->min_ns = UINT64_MAX;
	t->max_ns = 0;
	histogram_clear(&t->histogram);
}

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

bool tally_add(struct tally *t, uint64_t ns, uint64_t count)
{
	uint64_t sum;

	if (count == 0)
		return true;
	if (!histogram_add(&t->histogram, histogram_bucket((double)ns * 1e-9), count))
		return false;
	if (__builtin_mul_overflow(ns, count, &sum))
		sum = UINT64_MAX;
	t->sum_ns = add_saturated(t->sum_ns, sum);
	if (ns < t->min_ns)
		t->min_ns = ns;
	if (ns > t->max_ns)
		t->max_ns = ns;
	return true;
}

bool tally_merge(struct tally *into, const struct tally *from)
{
	if (!histogram_merge(&into->histogram, &from->histogram))
		return false;
	into->sum_ns = add_saturated(into->sum_ns, from->sum_ns);
	into->recursive_ns = add_saturated(into->recursive_ns, from->recursive_ns);
	if (from->min_ns < into->min_ns)
		into->min_ns = from->min_ns;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
	return true;
}

/*
 * The bound of a bucket, or the exact value when it lies in that bucket. It may not: when a process
 * has begun its min and max anew since its last push, the difference holds calls from before.
 */
static uint64_t narrow(int index, bool upper, bool exact, uint64_t value)
{
	uint64_t low = (uint64_t)(histogram_upper(index - 1) * 1e9);
	uint64_t high = (uint64_t)ceil(histogram_upper(index) * 1e9);

	if (exact && value >= low && (value <= high || index == HISTOGRAM_MAX))
		return value;
	return upper ? high : low;
}

bool tally_advance(struct tally *last, const struct tally *now, bool exact, struct tally *more)
{
	const struct histogram *h = &more->histogram;

	if (!histogram_advance(&last->histogram, &now->histogram, &more->histogram))
		return false;
	if (now->sum_ns > last->sum_ns) {
		more->sum_ns = now->sum_ns - last->sum_ns;
		last->sum_ns = now->sum_ns;
	}
	if (now->min_ns < last->min_ns)
		last->min_ns = now->min_ns;
	if (now->max_ns > last->max_ns)
		last->max_ns = now->max_ns;
	if (h->used == 0)
		return true;
	more->min_ns = narrow(h->index[0], false, exact, now->min_ns);
	more->max_ns = narrow(h->index[h->used - 1], true, exact, now->max_ns);
	return true;
}

double tally_quantile(const struct tally *t, double q)
{
	double value = histogram_quantile(&t->histogram, q);
	double min = (double)t->min_ns * 1e-9, max = (double)t->max_ns * 1e-9;

	if (tally_calls(t) == 0)
		return 0.0;
	return value < min ? min : value > max ? max : value;
}

const double tally_quantiles[] = {QUANTILE_LIST(QUANTILE_SHARE)};

void tally_get_quantiles(const struct tally *t, double to[QUANTILES])
{
	for (unsigned i = 0; i < QUANTILES; i++)
		to[i] = tally_quantile(t, tally_quantiles[i]);
}

bool tally_supports(uint64_t calls, double q)
{
	return q >= 1.0 || (double)calls * (1.0 - q) >= 1.0 - 1e-9;
}
