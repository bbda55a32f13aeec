/*
 * Asynchronous calls: a slot of the thread that began it keeps each open one, so that the pushing
 * thread sees it.
 */
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

	n = node_find(t, READ(t->top)->node->path, function, UNIT_TICKS);
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

static inline prof_error end_on(struct thread *t, prof_call call, const char *error)
{
	struct slot *s = call.private_;
	uint64_t now, start;
	struct node *n;

	if (UNLIKELY(s == NULL) || UNLIKELY(OBSERVE(s->ticket) != call.ticket) ||
	    UNLIKELY(s->owner->generation != t->generation))
		return PROF_NO_CALL;
	now = clock_ticks(t->counter_clock);
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
	if (UNLIKELY(n == NULL))
		return PROF_NO_MEMORY;
	/* Where counters of two processors differ by a little, a short call may seem to end before
	 * it began. */
	now = now > start ? now - start : 0;
	if (UNLIKELY(error != NULL) || UNLIKELY(now >= READ(n->slow_from)))
		thread_count_calls(
			t, n, now,
			&(struct outcome){start, 1, s->owner->number, error != NULL, error});
	else
		thread_returned(t, n, now);
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
