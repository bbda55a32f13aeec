/*
 * Saved benchmarks in the database: written by the reading thread, over a connection of its own, a
 * transaction each, so that neither statistics nor those who wait for them have to do with it.
 */
#ifndef DAEMON_STORE_SAVED_H
#define DAEMON_STORE_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ledger/batch.h"
#include "daemon/store/lookup.h"

enum saved_text {
	SAVED_COMMAND,
	SAVED_MACHINE,
	SAVED_SYSTEM,
	SAVED_PROCESSOR,
	SAVED_COMPILER,
	SAVED_REVISION,
	SAVED_NOTE,
	SAVED_TEXTS
};

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

/* Puts it there under the next number of its name, which it gets. */
enum saved_outcome store_save(struct store_reader *r, struct saved *row);

/* Deletes one of a name, or all (number 0), unless one is not of the user; `any`: whoever's it is.
 */
enum saved_outcome store_delete_saved(struct store_reader *r, const char *name, uint64_t number,
				      uint64_t uid, bool any, uint64_t *deleted);

/* The results of a name, the latest first (number 0: all), or of all names (NULL) the latest each,
 * by name. False: enough. */
typedef bool store_each_saved(void *context, const struct saved *row);
enum store_read_result store_read_saved(struct store_reader *r, const char *name, uint64_t number,
					bool timings, store_each_saved *each, void *context);

#endif
