/*
 * Processes that are silent: found dead, now and then; and the wall clock, by which silence is
 * counted.
 */
#ifndef DAEMON_PUSH_SILENCE_H
#define DAEMON_PUSH_SILENCE_H

#include <stdbool.h>
#include <stdint.h>

struct records;

struct silence {
	struct records *records;
	int64_t began_ns, after_ns;
	int64_t interval_ns;	/* between two looks */
	int64_t due_ns;		/* of the next one, by the monotonic clock */
	int64_t look_ns;	/* before it the dead are not looked for again */
	bool found;		/* some were, which are not buried yet */
	int64_t wall_offset_ns; /* of the wall clock to the monotonic one */
};

/* `after_ns`: how long a process is silent before it is looked up. The records are lent, and know
 * what they work with. */
void silence_init(struct silence *s, struct records *records, int64_t after_ns);

/* Tells the ledger when somebody has set the wall clock. Call it before times are taken of it. */
void silence_watch_clock(struct silence *s, int64_t now_ns);

/* Looks for the dead where processes are many. True when all pushes that have come should be
 * received before silence_run. */
bool silence_look(struct silence *s, int64_t now_ns);

/* When to do either, if nothing else happens. */
int64_t silence_due(const struct silence *s);

/* Buries those that were found, and looks up silent processes if it is time. To be called when no
 * push is left that had come before silence_look. */
void silence_run(struct silence *s, int64_t now_ns);

#endif
