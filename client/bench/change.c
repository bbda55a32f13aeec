/*
 * Where a series changed its level: binary segmentation over ranks, judged by shuffling.
 */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/random.h"
#include "include/profbench.h"
#include "proto/limits.h"
#include "proto/statistics.h"

#define SHUFFLES 999
/* A segment is split only where both sides have as many: one wild value is no change. */
#define LEAST_SIDE 2

/* Shuffling a long segment so often would take long, and tells no more: its split is clear. */
#define MOST_STEPS 20000000u

struct split {
	size_t at; /* first of the right side; 0: none */
	double strength;
};

struct segment {
	size_t begin, end;
};

struct search {
	const double *values;
	double *room, *ranks;
	struct segment *stack;
	struct prof_bench_change *found;
	size_t count;
	double significance;
	struct lot lot;
};

static int by_value(const void *a, const void *b, void *values)
{
	const double *v = values;
	double x = v[*(const size_t *)a], y = v[*(const size_t *)b];

	return (x > y) - (x < y);
}

/* Ranks around 0: equal values share the mean of theirs. False: no memory. */
static bool rank(double *values, size_t count, double *ranks)
{
	size_t *order = malloc(count * sizeof(*order));

	if (order == NULL)
		return false;
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof(*order), by_value, values);
	for (size_t i = 0, j; i < count; i = j) {
		double shared;

		for (j = i; j < count && values[order[j]] == values[order[i]]; j++)
			;
		shared = ((double)i + (double)j - (double)count) / 2;
		for (size_t k = i; k < j; k++)
			ranks[order[k]] = shared;
	}
	free(order);
	return true;
}

/*
 * The split with the largest |sum of ranks| over its standard deviation, which is in proportion to
 * sqrt(k (n - k)) whatever the values are.
 */
static struct split strongest(const double *ranks, size_t count)
{
	struct split best = {0, 0};
	double sum = 0;

	for (size_t k = 1; k + LEAST_SIDE <= count; k++) {
		double strength;

		sum += ranks[k - 1];
		if (k < LEAST_SIDE)
			continue;
		strength = sum * sum / ((double)k * (double)(count - k));
		if (strength > best.strength)
			best = (struct split){k, strength};
	}
	return best;
}

static void shuffle(struct lot *lot, double *values, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = lot_below(lot, i);
		double kept = values[i - 1];

		values[i - 1] = values[other];
		values[other] = kept;
	}
}

/* How often chance alone splits these ranks as strongly (Phipson and Smyth 2010: never 0). */
static double chance(struct lot *lot, double *ranks, size_t count, double strength)
{
	unsigned shuffles = SHUFFLES, as_strong = 0;

	if (MOST_STEPS / count < shuffles)
		shuffles = (unsigned)(MOST_STEPS / count);
	for (unsigned i = 0; i < shuffles; i++) {
		shuffle(lot, ranks, count);
		/* Sums in another order are rounded in another way. */
		as_strong += strongest(ranks, count).strength >= strength * (1 - 1e-9);
	}
	return (as_strong + 1.0) / (shuffles + 1.0);
}

static double median_of(const struct search *s, size_t begin, size_t end)
{
	return statistics_median(s->values + begin, end - begin, s->room);
}

static int by_index(const void *a, const void *b)
{
	size_t x = ((const struct prof_bench_change *)a)->index;
	size_t y = ((const struct prof_bench_change *)b)->index;

	return (x > y) - (x < y);
}

/* Splits what can be split, until nothing can. */
static bool segment(struct search *s, size_t count)
{
	size_t open = 0;

	s->stack[open++] = (struct segment){0, count};
	while (open > 0) {
		struct segment part = s->stack[--open];
		size_t length = part.end - part.begin;
		struct split split;
		double p_value;

		memcpy(s->room, s->values + part.begin, length * sizeof(*s->room));
		if (!rank(s->room, length, s->ranks))
			return false;
		split = strongest(s->ranks, length);
		if (split.at == 0)
			continue;
		p_value = chance(&s->lot, s->ranks, length, split.strength);
		if (p_value > s->significance)
			continue;
		s->found[s->count++] = (struct prof_bench_change){.index = part.begin + split.at,
								  .p_value = p_value};
		s->stack[open++] = (struct segment){part.begin, part.begin + split.at};
		s->stack[open++] = (struct segment){part.begin + split.at, part.end};
	}
	qsort(s->found, s->count, sizeof(*s->found), by_index);
	for (size_t i = 0; i < s->count; i++) {
		struct prof_bench_change *c = &s->found[i];

		c->before = median_of(s, i == 0 ? 0 : c[-1].index, c->index);
		c->after = median_of(s, c->index, i + 1 < s->count ? c[1].index : count);
	}
	return true;
}

static struct prof_bench_changes *collect(const struct search *s)
{
	const struct prof_bench_change **rows;
	struct prof_bench_changes *made =
		malloc(sizeof(*made) + s->count * (sizeof(*rows) + sizeof(**rows)));
	struct prof_bench_change *row;

	if (made == NULL)
		return NULL;
	rows = (const struct prof_bench_change **)(made + 1);
	row = memcpy(rows + s->count, s->found, s->count * sizeof(*row));
	for (size_t i = 0; i < s->count; i++)
		rows[i] = &row[i];
	made->count = s->count;
	made->changes = rows;
	return made;
}

prof_error prof_bench_find_changes(const double *values, size_t count, double significance,
				   uint64_t seed, struct prof_bench_changes **changes)
{
	struct search s = {.values = values, .significance = significance};
	struct prof_bench_changes *made = NULL;

	if (changes == NULL || (values == NULL && count > 0))
		return PROF_BAD_ARGUMENT;
	if (count > PROF_TIMINGS_MAX || !(significance > 0 && significance < 1))
		return PROF_BAD_OPTION;
	for (size_t i = 0; i < count; i++)
		if (!isfinite(values[i]))
			return PROF_BAD_VALUE;
	lot_seed(&s.lot, seed);
	s.room = malloc((count + 1) * sizeof(*s.room));
	s.ranks = malloc((count + 1) * sizeof(*s.ranks));
	s.stack = malloc((count + 1) * sizeof(*s.stack));
	s.found = malloc((count + 1) * sizeof(*s.found));
	if (s.room != NULL && s.ranks != NULL && s.stack != NULL && s.found != NULL &&
	    segment(&s, count))
		made = collect(&s);
	free(s.room);
	free(s.ranks);
	free(s.stack);
	free(s.found);
	if (made == NULL)
		return PROF_NO_MEMORY;
	*changes = made;
	return PROF_OK;
}
