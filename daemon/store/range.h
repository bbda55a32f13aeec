/*
 * Which windows tell a stretch of time: the longest that lie within it, shorter ones at its edges,
 * and of each length those that are not yet counted in longer ones. Knows nothing of a database.
 */
#ifndef DAEMON_STORE_RANGE_H
#define DAEMON_STORE_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ledger/batch.h"

#define RANGE_SCANS_MAX 16

/* What windows there are. */
struct range_windows {
	int64_t length_ns[BATCH_LENGTHS];
	int64_t kept_ns[BATCH_LENGTHS]; /* all rows that began then or later are still there */
	int64_t oldest_ns, end_ns;	/* start of the oldest, end of the newest */
};

/* Rows of one length that began in a stretch of time. Behind: only those that are not yet counted
 * in the next longer length. */
struct range_scan {
	unsigned length; /* which, 0 ... BATCH_LENGTHS - 1 */
	bool behind;
	int64_t since_ns, until_ns;
};

/*
 * The range grows to the edges of the windows there are. A step becomes a whole number of windows;
 * 0 is the whole range. Steps begin at since_ns.
 */
struct range {
	int64_t since_ns, until_ns, step_ns;
	unsigned count;
	struct range_scan scan[RANGE_SCANS_MAX];
};

/* Given since, until (0: as far as there is any) and step, fills in the rest. Each call that is in
 * the range is in exactly one row of the scans. */
void range_plan(struct range *r, const struct range_windows *w);

/* How many steps it has at most. */
uint64_t range_steps(const struct range *r);

/* The number of the step that a row belongs to. */
uint64_t range_step(const struct range *r, int64_t start_ns);

#endif
