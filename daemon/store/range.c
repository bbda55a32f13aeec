/*
 * A stretch of time as stretches of windows of each length.
 */
#include "daemon/store/range.h"

#include <stddef.h>

static int64_t down(int64_t time, int64_t length)
{
	return time - time % length;
}

static int64_t up(int64_t time, int64_t length)
{
	return down(time + length - 1, length);
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* From when on windows of this length can be used, in whole windows of the next longer one. */
static int64_t usable(const struct range_windows *w, unsigned length)
{
	int64_t from = 0;

	for (unsigned i = BATCH_LENGTHS - 1; i-- > length;)
		from = larger(from, up(w->kept_ns[i], w->length_ns[i + 1]));
	return from;
}

static void add(struct range *r, unsigned length, int64_t since_ns, int64_t until_ns)
{
	if (since_ns >= until_ns)
		return;
	for (unsigned i = length + 1; i-- > 0;)
		r->scan[r->count++] = (struct range_scan){i, i != length, since_ns, until_ns};
}

/*
 * Takes [since, until), whose ends fit the windows that there are, with windows of `length` at
 * most: these in the middle, shorter ones at the edges. `coarsest` is what the steps allow; longer
 * ones are taken only where nothing else is left.
 */
static void cover(struct range *r, const struct range_windows *w, unsigned length,
		  unsigned coarsest, int64_t since_ns, int64_t until_ns)
{
	int64_t from = since_ns, to = until_ns;

	if (since_ns >= until_ns)
		return;
	if (length != 0) {
		if (length <= coarsest) {
			from = up(since_ns, w->length_ns[length]);
			to = down(until_ns, w->length_ns[length]);
		} else {
			to = smaller(until_ns, usable(w, length - 1));
		}
		if (from >= to)
			from = to = until_ns;
	}
	add(r, length, from, to);
	if (length != 0) {
		cover(r, w, length - 1, coarsest, since_ns, from);
		cover(r, w, length - 1, coarsest, to, until_ns);
	}
}

/* The step as a whole number of the longest windows that fit into it. Gives which these are. */
static unsigned fit_step(struct range *r, const struct range_windows *w)
{
	unsigned coarsest = BATCH_LENGTHS - 1;

	if (r->step_ns == 0)
		return coarsest;
	r->step_ns = larger(r->step_ns, w->length_ns[0]);
	while (w->length_ns[coarsest] > r->step_ns)
		coarsest--;
	r->step_ns = up(r->step_ns, w->length_ns[coarsest]);
	return coarsest;
}

/* The length whose windows the edges of a range at this time must lie on. */
static int64_t edge(const struct range_windows *w, unsigned least, int64_t time_ns)
{
	unsigned length = least;

	while (length + 1 < BATCH_LENGTHS && time_ns < usable(w, length))
		length++;
	return w->length_ns[length];
}

void range_plan(struct range *r, const struct range_windows *w)
{
	unsigned coarsest = fit_step(r, w), least = r->step_ns == 0 ? 0 : coarsest;

	r->count = 0;
	if (r->until_ns == 0 || r->until_ns > w->end_ns)
		r->until_ns = w->end_ns;
	if (r->since_ns < w->oldest_ns)
		r->since_ns = w->oldest_ns;
	if (r->since_ns >= r->until_ns) {
		r->until_ns = r->since_ns;
		return;
	}
	r->since_ns = down(r->since_ns, edge(w, least, r->since_ns));
	r->until_ns = up(r->until_ns, edge(w, least, r->until_ns));
	cover(r, w, BATCH_LENGTHS - 1, coarsest, r->since_ns, r->until_ns);
}

uint64_t range_steps(const struct range *r)
{
	if (r->since_ns >= r->until_ns)
		return 0;
	if (r->step_ns == 0)
		return 1;
	return (uint64_t)((r->until_ns - r->since_ns - 1) / r->step_ns) + 1;
}

uint64_t range_step(const struct range *r, int64_t start_ns)
{
	if (r->step_ns == 0)
		return 0;
	return (uint64_t)((start_ns - r->since_ns) / r->step_ns);
}
