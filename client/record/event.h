/*
 * Calls worth telling by themselves, on their way from a recording thread to the pushing thread: a
 * ring that one writes and the other reads. What finds no room is counted.
 */
#ifndef CLIENT_RECORD_EVENT_H
#define CLIENT_RECORD_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/limits.h"

#define EVENT_RING 32

struct event {
	uint32_t path;
	bool running, failed;
	uint64_t call;			    /* names the call */
	uint64_t start;			    /* ticks */
	uint64_t duration_ns, threshold_ns; /* 0: it is not slow */
	char error[PROF_ERROR_TEXT_MAX + 1];
};

struct event_ring {
	uint64_t written, read; /* atomic, only grow */
	uint64_t dropped;	/* atomic */
	struct event event[EVENT_RING];
};

/* The next free place, or NULL when the ring is full (then it is counted as dropped). Publish it
 * with event_publish. */
struct event *event_next(struct event_ring *r);
void event_publish(struct event_ring *r);

/* The oldest unread event, or NULL. Release it with event_done. */
const struct event *event_oldest(struct event_ring *r);
void event_done(struct event_ring *r);

#endif
