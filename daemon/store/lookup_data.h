/*
 * What a lookup is made of: shared by the files lookup*.c and by nobody else.
 */
#ifndef DAEMON_STORE_LOOKUP_DATA_H
#define DAEMON_STORE_LOOKUP_DATA_H

#include <sqlite3.h>
#include <stdatomic.h>

#include "daemon/store/lookup.h"

/* One row each in lookup.c. */
enum lookup_statement {
	GET_META,
	GET_PROGRAMS,
	GET_FUNCTIONS,
	GET_PATHS,
	GET_OLDEST,
	SCAN_WINDOWS,
	SCAN_WINDOWS_BRIEFLY,
	FIND_WINDOW,
	SCAN_STATISTICS,
	SCAN_STATISTICS_BRIEFLY,
	LOOKUP_STATEMENTS
};

/* Up to and with this row, windows are counted in the next longer ones. */
struct position {
	int64_t start_ns;
	uint32_t path;
};

struct lookup {
	sqlite3 *db;
	sqlite3_stmt *statement[LOOKUP_STATEMENTS];
	struct lookup_names names;
	uint32_t program_room, function_room, path_room;
	struct lookup_moment moment;
	struct position counted[BATCH_LENGTHS];
	int64_t deadline_ns;
	atomic_bool stop;
	char why[256];
};

/* Whether it is time to give up: SQLite asks it now and then. */
bool lookup_is_over(const struct lookup *l);

/* What came of it, from what SQLite gave. */
enum lookup_result lookup_judge(struct lookup *l, int result);

#endif
