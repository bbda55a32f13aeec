/*
 * Records by hand: durations that somebody else measured, in nanoseconds.
 */
#include "client/thread.h"

#include <math.h>

#define LONGEST_SECONDS 1073741824.0 /* 2^30, the end of the histogram */

static inline bool is_duration(double seconds)
{
	return seconds >= 0.0 && seconds <= LONGEST_SECONDS; /* false for a NaN */
}

/* Calls that failed or are slow, and those that are several. */
static void count(struct thread *t, struct node *n, uint64_t ns, uint64_t calls, const char *error)
{
	uint64_t length = clock_ticks_of_ns(ns), now = clock_ticks(t->counter_clock);
	struct outcome o = {now > length ? now - length : 0, calls, error != NULL, error};

	thread_count_calls(t, n, ns, &o);
}

/* A record in any case; the hot path ends in it whenever something is not plain. */
__attribute__((noinline)) static prof_error record(uint32_t function, double seconds,
						   const char *error)
{
	uint64_t ns, sequence;
	struct thread *t;
	struct node *n;

	if (!is_duration(seconds))
		return PROF_BAD_VALUE;
	t = thread_here();
	if (t == NULL)
		return PROF_DISABLED;
	n = node_find(t, READ(t->top)->node->path, function, UNIT_NS);
	if (n == NULL)
		return PROF_NO_MEMORY;
	ns = (uint64_t)llround(seconds * 1e9);
	if (error != NULL || ns >= READ(n->slow_from)) {
		count(t, n, ns, 1, error);
		return PROF_OK;
	}
	sequence = thread_begin_change(t);
	counter_add(t, n, &n->returned, ns, seconds, 1);
	thread_end_change(t, sequence);
	return PROF_OK;
}

/*
 * What is no duration (below 0, too long, not a number) is never plain: as a double it has a sign
 * or an exponent that lies outside of all octaves, and counter_plain finds no place for it between
 * min and max.
 */
static inline prof_error record_plain(uint32_t function, double seconds, const char *error)
{
	struct thread *t = prof_current;
	uint64_t *bucket, ns, sequence;
	struct node *n;

	if (UNLIKELY(t == NULL) || UNLIKELY(error != NULL))
		return record(function, seconds, error);
	n = node_known(t, READ(t->top)->node->path, function, UNIT_NS);
	if (UNLIKELY(n == NULL))
		return record(function, seconds, error);
	ns = (uint64_t)(int64_t)(seconds * 1e9 + 0.5);
	bucket = counter_plain(&n->returned, ns, seconds);
	if (UNLIKELY(bucket == NULL) || UNLIKELY(ns >= READ(n->slow_from)))
		return record(function, seconds, error);
	sequence = thread_begin_change(t);
	counter_add_plain(n, &n->returned, ns, bucket);
	thread_end_change(t, sequence);
	return PROF_OK;
}

prof_error prof_record(const char *name, double seconds, const char *error)
{
	prof_error wrong = PROF_OK;
	struct prof_function *f;

	if (!is_duration(seconds))
		return PROF_BAD_VALUE;
	f = registry_function(name, &wrong);
	return f == NULL ? wrong : record_plain(f->id, seconds, error);
}

prof_error prof_record_on(prof_function *function, double seconds, const char *error)
{
	if (UNLIKELY(function == NULL))
		return is_duration(seconds) ? PROF_BAD_ARGUMENT : PROF_BAD_VALUE;
	return record_plain(function->id, seconds, error);
}

prof_error prof_record_many(prof_function *function, double seconds, uint64_t calls,
			    const char *error)
{
	struct thread *t;
	struct node *n;

	if (!is_duration(seconds))
		return PROF_BAD_VALUE;
	if (function == NULL)
		return PROF_BAD_ARGUMENT;
	if (calls == 0)
		return PROF_OK;
	t = thread_here();
	if (t == NULL)
		return PROF_DISABLED;
	n = node_find(t, READ(t->top)->node->path, function->id, UNIT_NS);
	if (n == NULL)
		return PROF_NO_MEMORY;
	count(t, n, (uint64_t)llround(seconds * 1e9), calls, error);
	return PROF_OK;
}

prof_error prof_function_get(const char *name, prof_function **function)
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
