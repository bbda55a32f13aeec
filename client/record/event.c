/*
 * The ring of events.
 */
#include "client/record/event.h"

#include <stddef.h>

struct event *event_next(struct event_ring *r)
{
	uint64_t written = __atomic_load_n(&r->written, __ATOMIC_RELAXED);

	if (written - __atomic_load_n(&r->read, __ATOMIC_ACQUIRE) >= EVENT_RING) {
		__atomic_fetch_add(&r->dropped, 1, __ATOMIC_RELAXED);
		return NULL;
	}
	return &r->event[written % EVENT_RING];
}

void event_publish(struct event_ring *r)
{
	__atomic_store_n(&r->written, r->written + 1, __ATOMIC_RELEASE);
}

const struct event *event_oldest(struct event_ring *r)
{
	uint64_t read = __atomic_load_n(&r->read, __ATOMIC_RELAXED);

	if (read == __atomic_load_n(&r->written, __ATOMIC_ACQUIRE))
		return NULL;
	return &r->event[read % EVENT_RING];
}

void event_done(struct event_ring *r)
{
	__atomic_store_n(&r->read, r->read + 1, __ATOMIC_RELEASE);
}
