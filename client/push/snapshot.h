/*
 * Where the process stands: what the pushing thread reads from all recording threads, added up by
 * path. Standings never go down. Only the pushing thread uses this.
 */
#ifndef CLIENT_PUSH_SNAPSHOT_H
#define CLIENT_PUSH_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "client/record/event.h"
#include "proto/tally.h"

struct standing {
	struct tally returned, failed;
	uint64_t slow, collapsed;
	int64_t epoch;	  /* of min and max */
	uint64_t changed; /* the number of the snapshot in which it grew last */
};

struct queued {
	uint64_t sequence;
	int64_t started_at_ns;
	struct event event;
};

struct snapshot {
	uint64_t number;	    /* how often it was taken */
	struct standing *standings; /* by path, 1 ... */
	uint32_t room;

	struct queued *events; /* that wait for their ack, oldest first; PROF_EVENTS_MAX places */
	uint32_t event_count;
	uint64_t event_sequence, events_dropped;
	uint64_t calls_collapsed;

	struct scratch *scratch; /* scratch */
};

/* False without memory. */
bool snapshot_init(struct snapshot *s);
void snapshot_deinit(struct snapshot *s);

/* Reads all threads. Everything that had been recorded, by any thread, before this was called is in
 * it. */
void snapshot_take(struct snapshot *s);

/* The calls worth telling by themselves alone: they need not wait for the next snapshot. */
void snapshot_watch(struct snapshot *s);

/* The thresholds of the functions reach the threads, which go by them from now on. */
void snapshot_set_slow(void);

/* The events up to this sequence number are safe. */
void snapshot_forget_events(struct snapshot *s, uint64_t sequence);

#endif
