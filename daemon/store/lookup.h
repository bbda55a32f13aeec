/*
 * Reading the database beside the writing thread, over a connection of its own that can only read:
 * it never waits for the writer nor the writer for it. For one thread at a time.
 */
#ifndef DAEMON_STORE_LOOKUP_H
#define DAEMON_STORE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ledger/batch.h"
#include "daemon/store/range.h"

struct store_reader;

enum store_read_result {
	STORE_READ,
	STORE_READ_STOPPED,  /* by whoever was told the rows */
	STORE_READ_TOO_LONG, /* the time limit, or store_reader_stop */
	STORE_READ_NO_MEMORY,
	STORE_READ_FAILED, /* see store_reader_why */
};

/* Opens a database that a store has open. NULL with a sentence in `why`. */
struct store_reader *store_reader_open(const char *path, char *why, size_t room);
void store_reader_close(struct store_reader *r);

/* Ends what is being read, and all that is read later, soon; from any thread. */
void store_reader_stop(struct store_reader *r);

/* What SQLite said of the last failure. */
const char *store_reader_why(const struct store_reader *r);

/* Between these two, all that is read is of one moment, and must be read within `limit_ns`. The end
 * is harmless where the begin failed. */
enum store_read_result store_reader_begin(struct store_reader *r, int64_t limit_ns);
void store_reader_end(struct store_reader *r);

/* What the ids in rows mean; id i is at [i - 1]. As of the last begin; nothing in it ever goes. */
struct store_path {
	uint32_t program, parent, function; /* parent 0: none; program 0: there is no such path */
};

struct store_names {
	char **programs, **functions;
	struct store_path *paths;
	uint32_t program_count, function_count, path_count;
};

const struct store_names *store_reader_names(const struct store_reader *r);

/* What there is, as of the last begin: all of what profd merged before `complete_ns`. */
struct store_moment {
	int64_t complete_ns, since_ns; /* since: statistics began, or were cleared as a whole */
	struct range_windows windows;
};

const struct store_moment *store_reader_moment(const struct store_reader *r);

/*
 * Tells each row of the scans whose path is selected (`selected` has a byte for each path of the
 * names). What a row lends is valid within the call only. False: enough.
 */
typedef bool store_each_window(void *context, const struct batch_window *row, int64_t length_ns);
enum store_read_result store_reader_windows(struct store_reader *r, const struct range *range,
					    const uint8_t *selected, bool histograms,
					    store_each_window *each, void *context);

/* The same for the statistics of all paths since the last clear. */
typedef bool store_each_statistic(void *context, const struct batch_statistic *row);
enum store_read_result store_reader_statistics(struct store_reader *r, const uint8_t *selected,
					       bool histograms, store_each_statistic *each,
					       void *context);

#endif
