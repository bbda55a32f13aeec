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

/* Rare: the call failed, is slow, or is several. */
__attribute__((noinline)) static void
record_otherwise(struct thread *t, struct node *n, uint64_t ns, uint64_t count, const char *error)
{
	uint64_t length = clock_ticks_of_ns(ns), now = clock_ticks(t->counter_clock);
	struct outcome o = {now > length ? now - length : 0, count, error != NULL, error};

	thread_count_calls(t, n, ns, &o);
}

static inline prof_error record(uint32_t function, double seconds, const char *error)
{
	struct thread *t = thread_here();
	struct node *n;
	uint64_t ns, sequence;

	if (UNLIKELY(t == NULL))
		return PROF_DISABLED;
	n = node_find(t, READ(t->top)->node->path, function, UNIT_NS);
	if (UNLIKELY(n == NULL))
		return PROF_NO_MEMORY;
	ns = (uint64_t)(int64_t)(seconds * 1e9 + 0.5);
	if (UNLIKELY(error != NULL) || UNLIKELY(ns >= READ(n->slow_from))) {
		record_otherwise(t, n, ns, 1, error);
		return PROF_OK;
	}
	sequence = thread_begin_change(t);
	counter_add(t, n, &n->returned, ns, (double)(int64_t)ns * 1e-9, 1);
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
	return f == NULL ? wrong : record(f->id, seconds, error);
}

prof_error prof_record_on(prof_function *function, double seconds, const char *error)
{
	if (UNLIKELY(!is_duration(seconds)))
		return PROF_BAD_VALUE;
	return UNLIKELY(function == NULL) ? PROF_BAD_ARGUMENT
					  : record(function->id, seconds, error);
}

prof_error prof_record_many(prof_function *function, double seconds, uint64_t count,
			    const char *error)
{
	struct thread *t;
	struct node *n;

	if (!is_duration(seconds))
		return PROF_BAD_VALUE;
	if (function == NULL)
		return PROF_BAD_ARGUMENT;
	if (count == 0)
		return PROF_OK;
	t = thread_here();
	if (t == NULL)
		return PROF_DISABLED;
	n = node_find(t, READ(t->top)->node->path, function->id, UNIT_NS);
	if (n == NULL)
		return PROF_NO_MEMORY;
	record_otherwise(t, n, (uint64_t)llround(seconds * 1e9), count, error);
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
