/*
 * The store: profd's SQLite file. The only part that knows SQL. It writes batches in a thread of
 * its own, so that a slow disk delays no question; one batch at a time, each in one transaction.
 */
#ifndef DAEMON_STORE_STORE_H
#define DAEMON_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

struct store;
struct ledger;
struct batch;

enum store_opened {
	STORE_OPENED,	 /* an existing file, of this version or migrated to it */
	STORE_CREATED,	 /* a new one */
	STORE_SET_ASIDE, /* the file was damaged: renamed, and a new one begun; `why` names it */
	STORE_NEWER,	 /* written by a newer profd: refused */
	STORE_BUSY,	 /* another profd has it */
	STORE_FAILED,
};

/*
 * Opens `path` (taking the lock that keeps a second profd away), checks it, migrates an older
 * version, and loads it into the ledger, which must be new. `why` gets a sentence for the log in
 * every case but OPENED and CREATED. The thread is not started yet.
 */
enum store_opened store_open(struct store **store, const char *file, struct ledger *ledger,
			     char *why, unsigned room);

/* Starts the writing thread. False when it cannot be. */
bool store_start(struct store *s);

/* Stops the thread after the batch it is at, checkpoints, closes. Take the batch first, or it is
 * gone. */
void store_close(struct store *s);

/* Becomes readable when a batch is done; in the daemon's poll. */
int store_fd(const struct store *s);

/* Hands over a batch; it must not be touched until store_get gives it back. One at a time. */
void store_put(struct store *s, struct batch *batch);

/* Whether a batch is with the store. */
bool store_is_busy(const struct store *s);

/*
 * The batch that is done, or NULL. `committed` tells whether it is on disk; if not, give the same
 * batch again later: it is the only copy of what the ledger no longer counts as changed. `why` gets
 * what SQLite said; with a batch that is committed, what went wrong between batches, or nothing.
 */
struct batch *store_get(struct store *s, bool *committed, char *why, unsigned room);

/* What the file may grow to: near it, windows are deleted before their time. No limit at first. */
void store_limit(struct store *s, uint64_t bytes);

struct store_counts {
	const char *file; /* lent */
	uint64_t commits, failures, bytes, wal_bytes, rows;
	uint64_t shortened; /* windows deleted before their time */
	double last_commit_seconds, longest_commit_seconds;
	char wal_reader[64]; /* who keeps the WAL from being used again; "": nobody */
};

void store_count(const struct store *s, struct store_counts *counts);

#endif
