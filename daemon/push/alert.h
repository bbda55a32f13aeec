/*
 * Slow calls as lines in the log: one each, in a stable format, at most so many a minute of one
 * function, and of all together; of further ones the number is told when the minute is over.
 */
#ifndef DAEMON_PUSH_ALERT_H
#define DAEMON_PUSH_ALERT_H

#include <stdint.h>

struct alerts;
struct ledger_event;

/* Takes one line for the log. */
typedef void alert_writer(void *context, const char *line);

/* NULL without memory. */
struct alerts *alerts_new(alert_writer *write, void *context, uint64_t per_function,
			  uint64_t together);

/* Tells what was suppressed so far. NULL is fine. */
void alerts_free(struct alerts *a);

/* Lines within a minute. */
void alerts_set_rates(struct alerts *a, uint64_t per_function, uint64_t together);

/* Writes the line of an event that passed its threshold; others pass silently. `now_ns` is of the
 * monotonic clock. */
void alerts_add(struct alerts *a, const struct ledger_event *event, int64_t now_ns);

/* When there is something to tell although nothing is heard; CLOCK_NEVER: never. */
int64_t alerts_due(const struct alerts *a);

/* Tells what was suppressed in minutes that are over. */
void alerts_run(struct alerts *a, int64_t now_ns);

struct alert_counts {
	uint64_t written, suppressed;
};

void alerts_count(const struct alerts *a, struct alert_counts *counts);

#endif
