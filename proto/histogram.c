/*
 * Sparse histograms: sorted arrays of bucket indexes and counts, merged like lists.
 */
#include "proto/histogram.h"

#include <math.h>
#include <stdlib.h>

double histogram_upper(int index)
{
	return exp2((double)index / HISTOGRAM_SCALE);
}

void histogram_init(struct histogram *h)
{
	memset(h, 0, sizeof(*h));
}

void histogram_deinit(struct histogram *h)
{
	free(h->count);
	histogram_init(h);
}

void histogram_clear(struct histogram *h)
{
	h->used = 0;
	h->calls = 0;
}

bool histogram_reserve(struct histogram *h, unsigned entries)
{
	unsigned room = h->room;
	uint64_t *count;
	int16_t *index;

	if (entries <= room)
		return true;
	if (entries > HISTOGRAM_SIZE)
		return false;
	if (room != 0 && entries < room + room / 2)
		entries = room + room / 2;
	room = entries > HISTOGRAM_SIZE ? HISTOGRAM_SIZE : (entries + 3) & ~3u;
	count = malloc(room * (sizeof(*count) + sizeof(*index)));
	if (count == NULL)
		return false;
	index = (int16_t *)(count + room);
	if (h->used != 0) {
		memcpy(count, h->count, h->used * sizeof(*count));
		memcpy(index, h->index, h->used * sizeof(*index));
	}
	free(h->count);
	h->count = count;
	h->index = index;
	h->room = (uint16_t)room;
	return true;
}

/* Stopping at one ceiling commutes and associates, so merging in any order stays the same. */
static uint64_t sum(uint64_t a, uint64_t b)
{
	return b > HISTOGRAM_COUNT_MAX || a > HISTOGRAM_COUNT_MAX - b ? HISTOGRAM_COUNT_MAX : a + b;
}

/* The first entry whose index is not below the given one; those before `low` are known to be. */
static unsigned seek_far(const struct histogram *h, unsigned low, int index)
{
	unsigned high = h->used;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (h->index[middle] < index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The same; looks at the next few one by one, since they are where it mostly is. */
static inline unsigned seek(const struct histogram *h, unsigned low, int index)
{
	unsigned near = h->used - low > 8 ? low + 8 : h->used;

	while (low < near && h->index[low] < index)
		low++;
	return low < near || low == h->used ? low : seek_far(h, low, index);
}

static inline bool has(const struct histogram *h, unsigned at, int index)
{
	return at < h->used && h->index[at] == index;
}

bool histogram_add(struct histogram *h, int index, uint64_t count)
{
	unsigned at = seek_far(h, 0, index);

	if (index < HISTOGRAM_MIN || index > HISTOGRAM_MAX)
		return false;
	if (count == 0)
		return true;
	if (at == h->used || h->index[at] != index) {
		if (!histogram_reserve(h, h->used + 1u))
			return false;
		memmove(h->count + at + 1, h->count + at, (h->used - at) * sizeof(*h->count));
		memmove(h->index + at + 1, h->index + at, (h->used - at) * sizeof(*h->index));
		h->index[at] = (int16_t)index;
		h->count[at] = 0;
		h->used++;
	}
	h->calls -= h->count[at];
	h->count[at] = sum(h->count[at], count);
	h->calls += h->count[at];
	return true;
}

/* How many different indexes two histograms have. */
static unsigned union_size(const struct histogram *a, const struct histogram *b)
{
	unsigned at = 0, n = a->used;

	for (unsigned i = 0; i < b->used; i++) {
		at = seek(a, at, b->index[i]);
		n += !has(a, at, b->index[i]);
	}
	return n;
}

/* The sum, where `into` has all indexes of `from`: most merges are like that. */
static void add_in_place(struct histogram *into, const struct histogram *from)
{
	unsigned at = 0;

	for (unsigned i = 0; i < from->used; i++) {
		uint64_t before;

		at = seek(into, at, from->index[i]);
		before = into->count[at];
		into->count[at] = sum(before, from->count[i]);
		into->calls += into->count[at] - before;
	}
}

/*
 * Spreads the entries of `h` to the right so that those of `other` fit between them, writing
 * `combine` of both counts. Works from the last entry down, so no second array is needed.
 */
static void weave(struct histogram *h, const struct histogram *other, unsigned size,
		  uint64_t (*combine)(uint64_t, uint64_t))
{
	unsigned i = h->used, j = other->used, to = size;
	uint64_t calls = 0;

	while (to > 0) {
		int left = i > 0 ? h->index[i - 1] : INT16_MIN;
		int right = j > 0 ? other->index[j - 1] : INT16_MIN;
		uint64_t mine = 0, theirs = 0;

		if (left >= right)
			mine = h->count[--i];
		if (right >= left)
			theirs = other->count[--j];
		to--;
		h->index[to] = (int16_t)(left > right ? left : right);
		h->count[to] = combine(mine, theirs);
		calls += h->count[to];
	}
	h->used = (uint16_t)size;
	h->calls = calls;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

bool histogram_prepare(struct histogram *into, const struct histogram *from)
{
	return into->room >= into->used + from->used ||
	       histogram_reserve(into, union_size(into, from));
}

bool histogram_merge(struct histogram *into, const struct histogram *from)
{
	unsigned size = union_size(into, from);

	if (!histogram_reserve(into, size))
		return false;
	if (size == into->used)
		add_in_place(into, from);
	else
		weave(into, from, size, sum);
	return true;
}

bool histogram_advance(struct histogram *last, const struct histogram *now, struct histogram *more)
{
	unsigned at = 0, missing = 0, used = last->used;

	if (!histogram_prepare(last, now) || !histogram_reserve(more, now->used))
		return false;
	for (unsigned i = 0; i < now->used; i++) {
		bool known;
		uint64_t before;

		at = seek(last, at, now->index[i]);
		known = has(last, at, now->index[i]);
		before = known ? last->count[at] : 0;
		missing += !known;
		if (now->count[i] <= before)
			continue;
		histogram_append(more, now->index[i], now->count[i] - before);
		if (!known)
			continue;
		last->count[at] = now->count[i];
		last->calls += now->count[i] - before;
	}
	if (missing != 0)
		weave(last, now, used + missing, larger);
	return true;
}

double histogram_quantile(const struct histogram *h, double q)
{
	double exact = ceil(q * (double)h->calls);
	uint64_t rank = exact < 1.0 ? 1 : (uint64_t)exact;
	uint64_t seen = 0;

	for (unsigned i = 0; i < h->used; i++) {
		seen += h->count[i];
		if (seen >= rank)
			return exp2((h->index[i] - 0.5) / HISTOGRAM_SCALE);
	}
	return h->used == 0 ? 0.0 : histogram_upper(h->index[h->used - 1]);
}
