/*
 * Processes that are silent: found dead, now and then; and the wall clock, by which silence is
 * counted.
 */
#ifndef DAEMON_PUSH_SILENCE_H
#define DAEMON_PUSH_SILENCE_H

#include <stdint.h>

struct records;

struct silence {
	struct records *records;
	int64_t began_ns, after_ns;
	int64_t interval_ns;	/* between two looks */
	int64_t due_ns;		/* of the next one, by the monotonic clock */
	int64_t wall_offset_ns; /* of the wall clock to the monotonic one */
};

/* `after_ns`: how long a process is silent before it is looked up. The records are lent, and know
 * what they work with. */
void silence_init(struct silence *s, struct records *records, int64_t after_ns);

/* Tells the ledger when somebody has set the wall clock. Call it before times are taken of it. */
void silence_watch_clock(struct silence *s, int64_t now_ns);

/* Looks up silent processes if it is time. */
void silence_run(struct silence *s, int64_t now_ns);

#endif
