/*
 * The histogram of durations, from the hot loop to the database: bucket i holds what is longer than
 * 2^((i-1)/64) and at most 2^(i/64) seconds. That is schema 6 of Prometheus' native histograms, and
 * scale 6 of OpenTelemetry's ExponentialHistogram, whose index is one less.
 *
 * Invariants: the entries are sorted by index, each index once, no count is 0 or above
 * HISTOGRAM_COUNT_MAX, `calls` is their sum.
 */
#ifndef PROTO_HISTOGRAM_H
#define PROTO_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HISTOGRAM_SCALE	  64 /* buckets in an octave */
#define HISTOGRAM_OCTAVES 64
/* The lowest octave ends at 2^HISTOGRAM_FLOOR * 2 seconds: shorter durations, 0 too, are in bucket
 * _MIN. */
#define HISTOGRAM_FLOOR (-34)
#define HISTOGRAM_MIN	(HISTOGRAM_FLOOR * HISTOGRAM_SCALE + 1)
#define HISTOGRAM_MAX	((HISTOGRAM_FLOOR + HISTOGRAM_OCTAVES) * HISTOGRAM_SCALE)
#define HISTOGRAM_SIZE	(HISTOGRAM_OCTAVES * HISTOGRAM_SCALE)
/* A count stops here (4.5 * 10^15), so that the sum of all buckets cannot wrap around. */
#define HISTOGRAM_COUNT_MAX (UINT64_MAX / HISTOGRAM_SIZE)

struct histogram {
	uint64_t *count; /* owned; the indexes stand in the same block behind the counts */
	int16_t *index;
	uint16_t used, room;
	uint64_t calls;
};

extern const uint64_t histogram_bound[HISTOGRAM_SCALE + 1];
extern const uint8_t histogram_slice[128];

/* Where a duration is counted: bucket `bucket` (0 ... 63) of octave `octave` (0 ...
 * HISTOGRAM_OCTAVES - 1). */
struct histogram_place {
	size_t octave, bucket; /* as wide as an address: the hot path indexes with both */
};

/*
 * The bits of a positive double are its exponent and its mantissa; one is subtracted since a bucket
 * owns its upper bound. A slice holds at most one bound (the narrowest bucket is 1.1 % wide, a
 * slice 0.8 %), so one comparison settles it.
 */
static inline struct histogram_place histogram_place_within(uint64_t bits)
{
	struct histogram_place place;
	uint64_t mantissa;

	bits--;
	place.octave = (size_t)(bits >> 52) - (1023 + HISTOGRAM_FLOOR);
	mantissa = bits & ((UINT64_C(1) << 52) - 1);
	place.bucket = histogram_slice[mantissa >> 45];
	place.bucket += mantissa >= histogram_bound[place.bucket + 1];
	return place;
}

/* The same for any duration. */
static inline struct histogram_place histogram_place(double seconds)
{
	struct histogram_place place;
	uint64_t bits;

	memcpy(&bits, &seconds, sizeof(bits));
	place = histogram_place_within(bits);
	if (__builtin_expect(place.octave >= HISTOGRAM_OCTAVES, 0)) {
		place.octave = seconds > 1.0 ? HISTOGRAM_OCTAVES - 1 : 0;
		place.bucket = seconds > 1.0 ? HISTOGRAM_SCALE - 1 : 0;
	}
	return place;
}

/* The index of the bucket of a duration. Anything not above 0 is in the lowest. */
static inline int histogram_bucket(double seconds)
{
	struct histogram_place place = histogram_place(seconds);

	return (int)(place.octave * HISTOGRAM_SCALE + place.bucket) + HISTOGRAM_MIN;
}

/* The upper bound of a bucket in seconds; that of index - 1 is its lower bound. */
double histogram_upper(int index);

void histogram_init(struct histogram *h);
void histogram_deinit(struct histogram *h);

/* Adds to one bucket. False, with nothing changed, when there is no memory or the index is out of
 * range. */
bool histogram_add(struct histogram *h, int index, uint64_t count);

/* Makes room for `entries` in all, so that this many can be appended without failure. */
bool histogram_reserve(struct histogram *h, unsigned entries);

/* Appends an entry; its index must be above all others, its count above 0 and not above
 * HISTOGRAM_COUNT_MAX, room reserved. */
static inline void histogram_append(struct histogram *h, int index, uint64_t count)
{
	h->index[h->used] = (int16_t)index;
	h->count[h->used] = count;
	h->used++;
	h->calls += count;
}

/* into += from. False, with nothing changed, when there is no memory. */
bool histogram_merge(struct histogram *into, const struct histogram *from);

/* Makes room so that the merge of the same two cannot fail. */
bool histogram_prepare(struct histogram *into, const struct histogram *from);

/*
 * What is new: more := max(0, now - last) per bucket; and the join, last := max(now, last) per
 * bucket. Applying the same `now` again, or an older one, gives an empty difference and changes
 * nothing: pushes may be lost, doubled and reordered. `more` must be empty. False, with nothing
 * changed, when there is no memory.
 */
bool histogram_advance(struct histogram *last, const struct histogram *now, struct histogram *more);

/*
 * The order statistic of rank ceil(q * calls), within 0.55 %: the geometric middle of its bucket. 0
 * when the histogram is empty. A tally clamps it to its min and max.
 */
double histogram_quantile(const struct histogram *h, double q);

/* Empties it; the memory is kept. */
void histogram_clear(struct histogram *h);

#endif
