/*
 * What calls of one kind of a path add up to on one thread, in all cases; the plain one is inlined
 * (thread.h).
 */
#include "client/record/thread.h"

#include "proto/limits.h"

uint64_t *counter_octave(struct thread *t, struct counter *c, unsigned octave)
{
	uint64_t *counts = memory_take(&t->memory, HISTOGRAM_SCALE * sizeof(*counts));

	if (counts != NULL)
		WRITE(c->octave[octave], counts);
	for (unsigned off = 1; counts == NULL && off < HISTOGRAM_OCTAVES; off++) {
		if (octave >= off)
			counts = c->octave[octave - off];
		if (counts == NULL && octave + off < HISTOGRAM_OCTAVES)
			counts = c->octave[octave + off];
	}
	return counts;
}

void counter_begin_epoch(struct counter *c, int64_t epoch, uint64_t duration)
{
	WRITE(c->epoch, EPOCH_NONE);
	WRITE(c->min, duration);
	WRITE(c->max, duration);
	WRITE(c->epoch, epoch);
}

/* Durations told by hand may be of any size: their sum must not wrap. */
static uint64_t sum_with(uint64_t sum, uint64_t duration, uint64_t count)
{
	uint64_t more;

	if (__builtin_mul_overflow(duration, count, &more) ||
	    __builtin_add_overflow(sum, more, &sum) || sum > PROF_NUMBER_MAX)
		return PROF_NUMBER_MAX;
	return sum;
}

void counter_add(struct thread *t, struct node *n, struct counter *c, uint64_t duration,
		 double seconds, uint64_t count)
{
	struct histogram_place place = histogram_place(seconds);
	uint64_t *octave = READ(c->octave[place.octave]);
	int64_t epoch = READ(thread_epoch);

	if (octave == NULL)
		octave = counter_octave(t, c, place.octave);
	if (octave == NULL)
		return;
	WRITE(c->sum, sum_with(READ(c->sum), duration, count));
	if (READ(c->epoch) != epoch)
		counter_begin_epoch(c, epoch, duration);
	if (duration < READ(c->min))
		WRITE(c->min, duration);
	if (duration > READ(c->max))
		WRITE(c->max, duration);
	WRITE(octave[place.bucket], READ(octave[place.bucket]) + count);
	WRITE(n->version, READ(n->version) + 1);
}

struct counter *node_failed(struct thread *t, struct node *n)
{
	struct counter *c = n->failed;

	if (c != NULL)
		return c;
	c = memory_take(&t->memory, (sizeof(*c) + 63) & ~(size_t)63);
	if (c == NULL)
		return NULL;
	counter_init(c);
	WRITE(n->failed, c);
	return c;
}
