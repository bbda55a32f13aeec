/*
 * Looking up the past in the database, over a connection that can only read: it never waits for the
 * store's thread nor that for it. For one thread at a time.
 */
#ifndef DAEMON_STORE_LOOKUP_H
#define DAEMON_STORE_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ledger/batch.h"
#include "daemon/store/range.h"

struct lookup;

enum lookup_result {
	LOOKUP_DONE,
	LOOKUP_STOPPED,	 /* by whoever was handed the rows */
	LOOKUP_TOO_LONG, /* the time limit, or lookup_stop */
	LOOKUP_NO_MEMORY,
	LOOKUP_FAILED, /* see lookup_why */
};

/* Opens a database that a store has open. NULL with a sentence in `why`. */
struct lookup *lookup_open(const char *file, char *why, size_t room);
void lookup_close(struct lookup *l);

/* Ends what is being looked up, and all that comes later, soon; from any thread. */
void lookup_stop(struct lookup *l);

/* What SQLite said of the last failure. */
const char *lookup_why(const struct lookup *l);

/* Between these two, all that is read is of one moment, and must be read within `limit_ns`. The end
 * is harmless where the begin failed. */
enum lookup_result lookup_begin(struct lookup *l, int64_t limit_ns);
void lookup_end(struct lookup *l);

/* What the ids in rows mean; id i is at [i - 1]. As of the last begin; nothing in it ever goes. */
struct lookup_path {
	uint32_t program, parent, function; /* parent 0: none; program 0: there is no such path */
	bool recursive;
};

struct lookup_names {
	char **programs, **functions;
	struct lookup_path *paths;
	uint32_t program_count, function_count, path_count;
};

const struct lookup_names *lookup_names(const struct lookup *l);

/* What there is, as of the last begin: all of what profd merged before `complete_ns`. */
struct lookup_moment {
	int64_t complete_ns, since_ns; /* since: statistics began, or were cleared as a whole */
	struct range_windows windows;
};

const struct lookup_moment *lookup_moment(const struct lookup *l);

/*
 * Hands out each row of the scans whose path is selected (`selected` has a byte for each path of
 * the names). What a row lends is valid within the call only. False: enough.
 */
typedef bool lookup_each_window(void *context, const struct batch_window *row, int64_t length_ns);
enum lookup_result lookup_windows(struct lookup *l, const struct range *range,
				  const uint8_t *selected, bool histograms,
				  lookup_each_window *each, void *context);

/* The same for the statistics of all paths since the last clear. */
typedef bool lookup_each_statistic(void *context, const struct batch_statistic *row);
enum lookup_result lookup_statistics(struct lookup *l, const uint8_t *selected, bool histograms,
				     lookup_each_statistic *each, void *context);

#endif
