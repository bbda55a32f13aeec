/*
 * The two ways in which a metrics system takes histograms, made of ours without any loss of
 * exactness: classic buckets end where buckets of ours end, and native ones are ours.
 */
#ifndef WEB_METRICS_BUCKETS_H
#define WEB_METRICS_BUCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

/*
 * Classic buckets end at each power of two from 2^-23 s (119 ns) to 2^8 s (256 s): of all
 * histograms the same, so that they can be added up. What took longer is in none but that of
 * infinity.
 */
#define CLASSIC_FIRST (-23)
#define CLASSIC_EDGES 32

/* In seconds. */
double classic_edge(unsigned i);

/* How many calls took at most so long as each edge. */
void classic_count(const struct prof_histogram *h, uint64_t cumulative[CLASSIC_EDGES]);

/*
 * A native histogram of a schema n has 2^n buckets in an octave. Ours has 2^6; of a lower schema
 * are two, four, eight ... of ours together, whose counts are exact too.
 */
#define NATIVE_SCHEMA_MAX 6
#define NATIVE_SCHEMA_MIN 0 /* 64 buckets at most: all octaves that there are */

/* What took at most 2^-33 s, a tenth of a nanosecond, is in the zero bucket: a bound of each of
 * these schemas, and none but calls of 0 ns are below it. */
#define NATIVE_ZERO_THRESHOLD 0x1p-33

struct native_span {
	int32_t offset; /* of the first: its index; else the empty buckets before it */
	uint32_t length;
};

struct native {
	int schema;
	uint64_t zero_count;
	size_t span_count, bucket_count;
	struct native_span *span;
	int64_t *delta; /* what each bucket has more than the one before it */
};

/* With `most` buckets at most, as far as the lowest schema allows. False without memory. */
bool native_make(struct native *n, const struct prof_histogram *h, unsigned most);
void native_free(struct native *n);

#endif
