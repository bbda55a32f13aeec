/*
 * Records by hand: durations that somebody else measured, in nanoseconds.
 */
#include "client/record/thread.h"

#include <string.h>

#include "proto/limits.h"

#define SHORTEST_PLAIN 1e-9 /* well above the end of the lowest octave */

static inline uint64_t double_bits(double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	return bits;
}

static inline uint64_t whole_ns(double seconds)
{
	return (uint64_t)(int64_t)(seconds * 1e9 + 0.5);
}

static inline bool is_duration(double seconds)
{
	return seconds >= 0.0 && seconds <= PROF_SECONDS_MAX; /* false for a NaN */
}

/* Calls that failed or are slow, and those that are several. */
static void count(struct thread *t, struct node *n, uint64_t ns, uint64_t calls, const char *error)
{
	uint64_t length = clock_ticks_of_ns(ns), now = clock_ticks(t->counter_clock);
	struct outcome o = {now > length ? now - length : 0, calls, t->number, error != NULL,
			    error};

	thread_count_calls(t, n, ns, &o);
}

static inline struct hand *hand_of(struct thread *t, const struct prof_function *f)
{
	return &t->hands[f->id % HANDS];
}

/* The hand lets go of its node, which is looked at once more. */
static void hand_drop(const struct hand *h)
{
	WRITE(h->node->version, READ(h->node->version) + 1);
	WRITE(h->node->in_hand, false);
}

/*
 * A plain record was made under these settings: the next one like it takes the short way. A hand
 * that serves another path is not taken from it by every record, but by one of many: paths that
 * take turns would else pay for it each time.
 */
static void hand_take(struct thread *t, const struct prof_function *f, struct node *n,
		      double seconds, uint64_t settings)
{
	struct hand *h = hand_of(t, f);
	uint64_t bits = double_bits(seconds), high = h->low + h->span;
	int64_t epoch = READ(n->returned.epoch);

	/* A node of collapsed paths would be in several hands. */
	if (n->collapsed || !(seconds >= SHORTEST_PLAIN && seconds <= PROF_SECONDS_MAX))
		return;
	if (h->node == n && h->settings == settings && h->epoch == epoch) {
		if (bits < h->low)
			h->low = bits;
		if (bits > high)
			high = bits;
		h->span = high - h->low;
		return;
	}
	if (h->node != n && ++h->misses % HAND_PATIENCE != 0)
		return;
	if (h->node != n && h->node != NULL)
		hand_drop(h);
	*h = (struct hand){f, READ(t->top)->node, settings, bits, 0, n, epoch, 0};
	WRITE(n->in_hand, true);
}

/* A record in any case. */
__attribute__((noinline)) static prof_error record(struct thread *t, struct prof_function *f,
						   double seconds, const char *error)
{
	uint64_t ns, sequence, settings;
	struct node *n;

	if (!is_duration(seconds))
		return PROF_BAD_VALUE;
	settings = OBSERVE(thread_settings);
	n = node_find(t, READ(t->top)->node->below, f->id, UNIT_NS);
	if (n == NULL)
		return PROF_NO_MEMORY;
	ns = whole_ns(seconds);
	if (error != NULL || ns >= READ(n->slow_from)) {
		count(t, n, ns, 1, error);
		return PROF_OK;
	}
	sequence = thread_begin_change(t);
	counter_add(t, n, &n->returned, ns, seconds, 1);
	thread_end_change(t, sequence);
	hand_take(t, f, n, seconds, settings);
	return PROF_OK;
}

/*
 * The plain case without a hand.
 *
 * What is no duration (below 0, too long, not a number) is never plain: as a double it has a sign
 * or an exponent that lies outside of all octaves, and counter_plain finds no place for it between
 * min and max.
 */
__attribute__((noinline)) static prof_error record_plain(struct thread *t, struct prof_function *f,
							 double seconds, const char *error)
{
	uint64_t *bucket, ns, sequence, settings = OBSERVE(thread_settings);
	struct node *n;

	if (UNLIKELY(error != NULL))
		return record(t, f, seconds, error);
	n = node_known(t, READ(t->top)->node->below, f->id, UNIT_NS);
	if (UNLIKELY(n == NULL))
		return record(t, f, seconds, error);
	ns = whole_ns(seconds);
	bucket = counter_plain(&n->returned, ns, seconds);
	if (UNLIKELY(bucket == NULL) || UNLIKELY(ns >= READ(n->slow_from)))
		return record(t, f, seconds, error);
	sequence = thread_begin_change(t);
	counter_add_plain(n, &n->returned, ns, bucket);
	thread_end_change(t, sequence);
	hand_take(t, f, n, seconds, settings);
	return PROF_OK;
}

/* A record that is not by hand, or the first of its thread. */
__attribute__((noinline)) static prof_error record_otherwise(struct prof_function *f,
							     double seconds, const char *error)
{
	struct thread *t = thread_here();
	prof_error outcome;

	if (t == NULL)
		return is_duration(seconds) ? PROF_NOT_RUNNING : PROF_BAD_VALUE;
	if (!thread_enter(t, thread_frame()))
		return PROF_INTERRUPTED;
	outcome = record_plain(t, f, seconds, error);
	thread_leave(t);
	return outcome;
}

/*
 * The hot path: a hand knows the function and the duration is plain. All there is to find out is
 * whether its octave has been met before.
 */
static inline __attribute__((always_inline)) bool
record_by_hand(struct thread *t, const struct prof_function *f, double seconds)
{
	uint64_t *octave, bits = double_bits(seconds), sequence;
	const struct hand *h = hand_of(t, f);
	struct histogram_place place;
	struct counter *c;

	if (UNLIKELY(h->function != f) || UNLIKELY(h->under != READ(t->top)->node) ||
	    UNLIKELY(h->settings != READ(thread_settings)) || UNLIKELY(bits - h->low > h->span))
		return false;
	c = &h->node->returned;
	place = histogram_place_within(bits);
	octave = READ(c->octave[place.octave]);
	if (UNLIKELY(octave == NULL))
		return false;
	sequence = thread_begin_change(t);
	WRITE(c->sum, READ(c->sum) + whole_ns(seconds));
	WRITE(octave[place.bucket], READ(octave[place.bucket]) + 1);
	thread_end_change(t, sequence);
	return true;
}

/* What is not plain begins again: so nothing need be kept on the stack for it. */
static inline __attribute__((always_inline)) prof_error record_on(struct prof_function *f,
								  double seconds, const char *error)
{
	struct thread *t = thread_current;
	bool done;

	if (UNLIKELY(t == NULL) || UNLIKELY(error != NULL) || UNLIKELY(READ(t->inside) != 0))
		return record_otherwise(f, seconds, error);
	thread_go_in(t, thread_frame());
	done = record_by_hand(t, f, seconds);
	thread_leave(t);
	return UNLIKELY(!done) ? record_otherwise(f, seconds, error) : PROF_OK;
}

prof_error prof_record(const char *name, double seconds, const char *error)
{
	prof_error wrong = PROF_OK;
	struct prof_function *f;

	if (!is_duration(seconds))
		return PROF_BAD_VALUE;
	f = registry_function(name, &wrong);
	return f == NULL ? wrong : record_on(f, seconds, error);
}

prof_error prof_function_record(prof_function *function, double seconds, const char *error)
{
	if (UNLIKELY(function == NULL))
		return is_duration(seconds) ? PROF_BAD_ARGUMENT : PROF_BAD_VALUE;
	return record_on(function, seconds, error);
}

prof_error prof_function_record_many(prof_function *function, double seconds, uint64_t calls,
				     const char *error)
{
	struct thread *t;
	struct node *n;

	if (!is_duration(seconds) || calls > PROF_COUNT_MAX)
		return PROF_BAD_VALUE;
	if (function == NULL)
		return PROF_BAD_ARGUMENT;
	if (calls == 0)
		return PROF_OK;
	t = thread_here();
	if (t == NULL)
		return PROF_NOT_RUNNING;
	if (!thread_enter(t, thread_frame()))
		return PROF_INTERRUPTED;
	n = node_find(t, READ(t->top)->node->below, function->id, UNIT_NS);
	if (n != NULL)
		count(t, n, whole_ns(seconds), calls, error);
	thread_leave(t);
	return n == NULL ? PROF_NO_MEMORY : PROF_OK;
}

prof_error prof_lookup(const char *name, prof_function **function)
{
	prof_error error = PROF_OK;
	struct prof_function *f;

	if (function == NULL)
		return PROF_BAD_ARGUMENT;
	f = registry_function(name, &error);
	if (f != NULL)
		*function = f;
	return error;
}
