/*
 * Saved benchmarks in the database. They are written over a connection of their own, a transaction
 * each, so that they delay no commit of statistics. For one thread at a time, the query thread.
 */
#ifndef DAEMON_STORE_SAVED_H
#define DAEMON_STORE_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ledger/batch.h"
#include "daemon/store/lookup.h"
#include "proto/saved.h"

/* A row; what it points to is the caller's, or, in one that is told, valid within the call only. */
struct saved {
	const char *name, *text[SAVED_TEXTS];
	uint64_t number, uid, runs, failures, results; /* results: kept under the name */
	int64_t saved_at_ns;
	double mean, deviation, median, min, max;
	struct batch_blob timings, statuses; /* as docs/schema.md says; empty where not asked for */
};

#define SAVED_RESULTS_EACH 10000	/* of one user */
#define SAVED_BYTES_EACH   (256u << 20) /* of timings and statuses of one user */

enum saved_outcome { SAVED_DONE, SAVED_NOT_FOUND, SAVED_NOT_YOURS, SAVED_TOO_MUCH, SAVED_FAILED };

/* Writes to a database that a store has open. NULL without memory; freeing NULL is fine. */
struct saved_writer;
struct saved_writer *saved_writer_new(const char *file);
void saved_writer_free(struct saved_writer *w);

/* What SQLite said of the last failure. */
const char *saved_writer_why(const struct saved_writer *w);

/* Puts it there under the next number of its name, which it gets. */
enum saved_outcome saved_put(struct saved_writer *w, struct saved *row);

/* Deletes one of a name, or all (number 0), unless one is not of the user; `any`: whoever's it is.
 */
enum saved_outcome saved_delete(struct saved_writer *w, const char *name, uint64_t number,
				uint64_t uid, bool any, uint64_t *deleted);

/* The results of a name, the latest first (number 0: all), or of all names (NULL) the latest each,
 * by name. False: enough. */
typedef bool lookup_each_saved(void *context, const struct saved *row);
enum lookup_result lookup_saved(struct lookup *l, const char *name, uint64_t number, bool timings,
				lookup_each_saved *each, void *context);

#endif
