/*
 * Classic and native buckets of our histograms.
 */
#include "web/metrics/buckets.h"

#include <math.h>
#include <stdlib.h>

/* Of our histogram: buckets in an octave, and the index that the zero bucket ends with. */
#define SCALE	 (1 << NATIVE_SCHEMA_MAX)
#define ZERO_END (-33 * SCALE)

double classic_edge(unsigned i)
{
	return ldexp(1.0, CLASSIC_FIRST + (int)i);
}

void classic_count(const struct prof_histogram *h, uint64_t cumulative[CLASSIC_EDGES])
{
	uint64_t calls = 0;
	size_t at = 0;

	for (unsigned i = 0; i < CLASSIC_EDGES; i++) {
		int last = (CLASSIC_FIRST + (int)i) * SCALE;

		while (at < h->count && h->buckets[at].index <= last)
			calls += h->buckets[at++].count;
		cumulative[i] = calls;
	}
}

/* The index that one of ours has in a schema: the quotient rounded up, as buckets own their upper
 * bound. */
static int index_in(int schema, int index)
{
	int width = 1 << (NATIVE_SCHEMA_MAX - schema);

	return index > 0 ? (index + width - 1) / width : -(-index / width);
}

static size_t count_buckets(const struct prof_histogram *h, size_t from, int schema)
{
	size_t count = 0;

	for (size_t i = from; i < h->count; i++)
		count += i == from || index_in(schema, h->buckets[i].index) !=
					      index_in(schema, h->buckets[i - 1].index);
	return count;
}

/* Appends the next bucket, whose index in the schema is above that of all others. */
static void append(struct native *n, int index, int *end, uint64_t count, uint64_t *before)
{
	if (n->span_count == 0 || index != *end) {
		n->span[n->span_count].offset = n->span_count == 0 ? index : index - *end;
		n->span[n->span_count++].length = 0;
	}
	n->span[n->span_count - 1].length++;
	n->delta[n->bucket_count++] = (int64_t)count - (int64_t)*before;
	*end = index + 1;
	*before = count;
}

bool native_make(struct native *n, const struct prof_histogram *h, unsigned most)
{
	uint64_t before = 0;
	size_t at = 0, buckets;
	int end = 0;

	*n = (struct native){.schema = NATIVE_SCHEMA_MAX};
	for (; at < h->count && h->buckets[at].index <= ZERO_END; at++)
		n->zero_count += h->buckets[at].count;
	while ((buckets = count_buckets(h, at, n->schema)) > most && n->schema > NATIVE_SCHEMA_MIN)
		n->schema--;
	n->span = malloc((buckets + 1) * sizeof(*n->span));
	n->delta = malloc((buckets + 1) * sizeof(*n->delta));
	if (n->span == NULL || n->delta == NULL) {
		native_free(n);
		return false;
	}
	while (at < h->count) {
		int index = index_in(n->schema, h->buckets[at].index);
		uint64_t count = 0;

		for (; at < h->count && index_in(n->schema, h->buckets[at].index) == index; at++)
			count += h->buckets[at].count;
		append(n, index, &end, count, &before);
	}
	return true;
}

void native_free(struct native *n)
{
	free(n->span);
	free(n->delta);
	*n = (struct native){0};
}
