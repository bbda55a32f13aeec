/*
 * Calls worth telling by themselves: those that threads have noted, and those that are still open
 * and have passed their threshold.
 */
#include "client/push/watch.h"

#include <string.h>

#include "client/base/clock.h"
#include "client/record/policy.h"
#include "client/push/snapshot.h"
#include "client/record/thread.h"

static void queue_event(struct snapshot *s, const struct event *e, int64_t wall_offset)
{
	struct queued *q;

	if (s->event_count == PROF_EVENTS_MAX) {
		s->events_dropped++;
		return;
	}
	q = &s->events[s->event_count++];
	q->sequence = ++s->event_sequence;
	q->started_at_ns = wall_offset + (int64_t)clock_ns(e->start);
	/* A wall clock that was never set may say that it is 1970. */
	if (q->started_at_ns < 0)
		q->started_at_ns = 0;
	q->event = *e;
}

static void collect_events(struct snapshot *s, struct thread *t, int64_t wall_offset)
{
	struct event_ring *ring = OBSERVE(t->events);
	const struct event *e;

	if (ring == NULL)
		return;
	while ((e = event_oldest(ring)) != NULL) {
		queue_event(s, e, wall_offset);
		event_done(ring);
	}
	s->events_dropped += __atomic_exchange_n(&ring->dropped, 0, __ATOMIC_RELAXED);
}

void snapshot_forget_events(struct snapshot *s, uint64_t sequence)
{
	uint32_t safe = 0;

	while (safe < s->event_count && s->events[safe].sequence <= sequence)
		safe++;
	memmove(s->events, s->events + safe, (s->event_count - safe) * sizeof(*s->events));
	s->event_count -= safe;
}

static bool was_reported(const struct thread *t, uint64_t start)
{
	for (unsigned i = 0; i < t->reported_count; i++) {
		if (t->reported[i].start == start)
			return true;
	}
	return false;
}

struct watch {
	struct snapshot *snapshot;
	struct thread *thread;
	uint64_t now;
	int64_t wall_offset;
	struct reported still[REPORTED_MAX]; /* told before or now, and still open and slow */
	unsigned still_count;
};

/* An open call as read; told once when it has passed its threshold. */
static void watch_call(struct watch *w, struct node *n, uint64_t start)
{
	uint64_t slow_from = READ(n->slow_from);
	struct event e = {.path = n->path, .running = true, .start = start};

	if (w->now < start || w->now - start < slow_from || w->still_count == REPORTED_MAX)
		return;
	w->still[w->still_count++] = (struct reported){start, n->path};
	if (was_reported(w->thread, start))
		return;
	e.call = call_name(start, w->thread->number);
	e.duration_ns = clock_ns(w->now - start);
	e.threshold_ns = clock_ns(slow_from);
	queue_event(w->snapshot, &e, w->wall_offset);
}

/* An entry may be replaced while it is read: it counts only if the same call was in it before and
 * after, below the top. */
static void watch_stack(struct watch *w)
{
	struct thread *t = w->thread;

	for (struct chunk *c = t->chunks; c != NULL; c = OBSERVE(c->next)) {
		struct open_call *top = OBSERVE(t->top);
		bool last = top >= &c->open[0] && top < &c->open[CHUNK_CALLS];
		struct open_call *end = last ? top : &c->open[CHUNK_CALLS - 1];

		for (struct open_call *o = &c->open[1]; o <= end; o++) {
			uint64_t start = OBSERVE(o->start);
			struct node *n = OBSERVE(o->node);
			uintptr_t scope = OBSERVE(o->scope);
			struct open_call *top_then = OBSERVE(t->top);

			if (start == 0 || scope == 0 || (scope & OPEN_ENTERED) != 0 ||
			    OBSERVE(o->start) != start || OBSERVE(o->node) != n)
				continue;
			if (top_then >= &c->open[0] && top_then < o)
				break;
			watch_call(w, n, start);
		}
		if (last)
			break;
	}
}

static void watch_slots(struct watch *w)
{
	for (struct slab *slab = OBSERVE(w->thread->slabs); slab != NULL; slab = slab->next) {
		for (unsigned i = 0; i < SLAB_SLOTS; i++) {
			struct slot *slot = &slab->slot[i];
			uint64_t ticket = OBSERVE(slot->ticket), start = OBSERVE(slot->start);
			struct node *n = OBSERVE(slot->node);

			if ((ticket & 1) != 0 && OBSERVE(slot->ticket) == ticket)
				watch_call(w, n, start);
		}
	}
}

static bool is_still(const struct watch *w, uint64_t start)
{
	for (unsigned i = 0; i < w->still_count; i++) {
		if (w->still[i].start == start)
			return true;
	}
	return false;
}

/* Whether an event that waits for its ack tells the end of the call. */
static bool end_is_queued(const struct snapshot *s, uint64_t call)
{
	for (uint32_t i = s->event_count; i > 0; i--) {
		if (s->events[i - 1].event.call == call)
			return !s->events[i - 1].event.running;
	}
	return false;
}

/*
 * What was told as running and is not any more: the call was left by longjmp, its end found no room
 * in the ring, or a new threshold has made it no longer slow. An event without a threshold takes it
 * back. If its end comes only now, or came by the ring of another thread, that is what stays.
 */
static void withdraw(struct watch *w)
{
	struct thread *t = w->thread;

	/* Then some that are open may have found no place. */
	if (w->still_count == REPORTED_MAX)
		return;
	for (unsigned i = 0; i < t->reported_count; i++) {
		struct event e = {.path = t->reported[i].path, .start = t->reported[i].start};

		e.call = call_name(e.start, t->number);
		if (is_still(w, e.start) || end_is_queued(w->snapshot, e.call))
			continue;
		if (w->snapshot->event_count < PROF_EVENTS_MAX)
			queue_event(w->snapshot, &e, w->wall_offset);
		else if (w->still_count < REPORTED_MAX)
			w->still[w->still_count++] = t->reported[i]; /* next time */
	}
}

void watch_thread(struct snapshot *s, struct thread *t)
{
	struct watch w = {.snapshot = s, .thread = t, .now = clock_ticks(t->counter_clock)};

	w.wall_offset = clock_wall_ns() - (int64_t)clock_ns(w.now);
	collect_events(s, t, w.wall_offset);
	/* Before profd has said what is slow, a call that runs may be one that never is. */
	if (policy_generation() != 0) {
		watch_stack(&w);
		watch_slots(&w);
	}
	withdraw(&w);
	if (w.still_count != 0 && t->reported == NULL)
		t->reported = memory_pages(REPORTED_MAX * sizeof(t->reported[0]));
	t->reported_count = t->reported == NULL ? 0 : w.still_count;
	if (t->reported_count != 0)
		memcpy(t->reported, w.still, w.still_count * sizeof(t->reported[0]));
}
