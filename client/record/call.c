/*
 * Asynchronous calls: a slot of the thread that began it keeps each open one, so that the pushing
 * thread sees it.
 */
#include "client/record/failure.h"
#include "client/record/thread.h"

/* Slots that other threads have ended come back as a whole; else a new slab. */
__attribute__((noinline)) static struct slot *more_slots(struct thread *t)
{
	struct slot *s = __atomic_exchange_n(&t->returned_slots, NULL, __ATOMIC_ACQUIRE);
	struct slab *slab;

	if (s != NULL)
		return s;
	slab = memory_take(&t->memory, sizeof(*slab));
	if (slab == NULL)
		return NULL;
	for (int i = 0; i < SLAB_SLOTS; i++) {
		slab->slot[i].owner = t;
		slab->slot[i].next_free = i + 1 < SLAB_SLOTS ? &slab->slot[i + 1] : NULL;
	}
	slab->next = t->slabs;
	WRITE(t->slabs, slab);
	return &slab->slot[0];
}

static inline prof_call begin_on(struct thread *t, uint32_t function)
{
	struct slot *s;
	struct node *n;

	n = node_find(t, READ(t->top)->node->below, function, UNIT_TICKS);
	s = t->free_slots;
	if (UNLIKELY(s == NULL))
		s = more_slots(t);
	if (UNLIKELY(n == NULL || s == NULL))
		return (prof_call){NULL, 0};
	t->free_slots = s->next_free;
	WRITE(s->node, n);
	WRITE(s->start, clock_ticks(t->counter_clock));
	WRITE(s->ticket, READ(s->ticket) + 1);
	return (prof_call){s, READ(s->ticket)};
}

static inline prof_call begin(uint32_t function)
{
	struct thread *t = thread_here();
	prof_call call;

	if (UNLIKELY(t == NULL) || UNLIKELY(!thread_enter(t, thread_frame())))
		return (prof_call){NULL, 0};
	call = begin_on(t, function);
	thread_leave(t);
	return call;
}

prof_call prof_function_begin(prof_function *function)
{
	return function == NULL ? (prof_call){NULL, 0} : begin(function->id);
}

prof_call prof_call_begin(const char *name)
{
	prof_error error;
	struct prof_function *f = READ(thread_off) ? NULL : registry_function(name, &error);

	return f == NULL ? (prof_call){NULL, 0} : begin(f->id);
}

/* Ended on another thread than it began: the slot goes home by a stack that its owner takes as a
 * whole. */
__attribute__((noinline)) static void send_home(struct slot *s)
{
	struct thread *owner = s->owner;

	s->next_free = __atomic_load_n(&owner->returned_slots, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&owner->returned_slots, &s->next_free, s, false,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

static inline struct slot *slot_of(const struct thread *t, const prof_call *call)
{
	struct slot *s = call->private_;

	return UNLIKELY(s == NULL) || UNLIKELY(OBSERVE(s->ticket) != call->ticket) ||
			       UNLIKELY(s->owner->generation != t->generation)
		       ? NULL
		       : s;
}

struct slot *call_slot(const struct thread *t, const prof_call *call)
{
	return slot_of(t, call);
}

static struct failure_key key_of(struct slot *s)
{
	return (struct failure_key){(uintptr_t)s, READ(s->start)};
}

/* The failure that was kept for a call that now ends. */
__attribute__((noinline)) static struct failure *take_failure(struct slot *s)
{
	WRITE(s->failed, 0);
	return failure_take(s->owner, key_of(s));
}

static inline prof_error end_on(struct thread *t, prof_call call, const char *error)
{
	struct slot *s = slot_of(t, &call);
	struct failure *failure = NULL;
	uint64_t now, start;
	struct node *n;

	if (UNLIKELY(s == NULL))
		return PROF_NO_CALL;
	now = clock_ticks(t->counter_clock);
	if (UNLIKELY(READ(s->failed) != 0)) {
		failure = take_failure(s);
		if (error == NULL)
			error = failure == NULL ? "" : failure->message;
	}
	n = READ(s->node);
	start = READ(s->start);
	WRITE(s->ticket, call.ticket + 1);
	if (s->owner == t) {
		s->next_free = t->free_slots;
		t->free_slots = s;
	} else {
		n = node_here(t, n);
		send_home(s);
	}
	if (UNLIKELY(n == NULL)) {
		failure_release(failure);
		return PROF_NO_MEMORY;
	}
	/* Where counters of two processors differ by a little, a short call may seem to end before
	 * it began. */
	now = now > start ? now - start : 0;
	if (UNLIKELY(error != NULL) || UNLIKELY(now >= READ(n->slow_from)))
		thread_count_calls(
			t, n, now,
			&(struct outcome){start, 1, s->owner->number, error != NULL, error});
	else
		thread_returned(t, n, now);
	failure_release(failure);
	return PROF_OK;
}

prof_error prof_call_end(prof_call call, const char *error)
{
	struct thread *t = thread_here();
	prof_error outcome;

	if (UNLIKELY(t == NULL))
		return PROF_NOT_RUNNING;
	if (UNLIKELY(!thread_enter(t, thread_frame())))
		return PROF_INTERRUPTED;
	outcome = end_on(t, call, error);
	thread_leave(t);
	return outcome;
}

prof_error call_fail(struct thread *t, struct slot *s, const char *message)
{
	if ((OBSERVE(s->ticket) & 1) == 0)
		return PROF_NO_CALL;
	if (!failure_keep(s->owner, t, key_of(s), message))
		return PROF_NO_MEMORY;
	WRITE(s->failed, 1);
	return PROF_OK;
}

prof_error prof_call_fail(prof_call call, const char *message)
{
	struct thread *t = thread_here();
	struct slot *s;
	prof_error error;

	if (t == NULL)
		return PROF_NOT_RUNNING;
	if (!thread_enter(t, thread_frame()))
		return PROF_INTERRUPTED;
	s = slot_of(t, &call);
	error = s == NULL ? PROF_NO_CALL : call_fail(t, s, message);
	thread_leave(t);
	return error;
}
