/*
 * When the ledger's changes go to disk: one batch at a time, after the commit interval or as soon
 * as somebody waits, again and again while the disk refuses.
 */
#ifndef DAEMON_STORE_COMMIT_H
#define DAEMON_STORE_COMMIT_H

#include <stdbool.h>
#include <stdint.h>

struct ledger;
struct store;
struct batch;

struct commit {
	struct ledger *ledger;
	struct store *store;
	int64_t interval_ns;
	int64_t due_ns;	       /* of the changes not yet in a batch; CLOCK_NEVER: there are none */
	struct batch *refused; /* the batch that the disk did not take */
	int64_t retry_ns;
	uint64_t collected, committed; /* number of the last batch */
	bool failing;
	char why[256]; /* while failing: what the disk said */
};

void commit_init(struct commit *c, struct ledger *ledger, struct store *store, int64_t interval_ns);

/* The ledger may have changed; `urgent`: somebody waits for it. Times are of the monotonic clock.
 */
void commit_note(struct commit *c, bool urgent, int64_t now_ns);

/* The number of the first batch that will hold all that is in the ledger now. */
uint64_t commit_next(const struct commit *c);

/* When commit_run has something to do; CLOCK_NEVER: when the store's descriptor is readable. */
int64_t commit_due(const struct commit *c, int64_t now_ns, int64_t wall_ns);

/* Hands a batch to the store if it is time. */
void commit_run(struct commit *c, int64_t now_ns, int64_t wall_ns);

/*
 * Takes back what the store is done with: true when a batch is on disk now. The log is told once
 * when the disk begins to refuse, and once when it is over.
 */
bool commit_finish(struct commit *c, int64_t now_ns);

/* Whether all that the ledger holds is on disk. */
bool commit_is_settled(const struct commit *c);

#endif
