/*
 * What the reading connection is made of: shared by the files store_reader*.c and by nobody else.
 */
#ifndef DAEMON_STORE_LOOKUP_DATA_H
#define DAEMON_STORE_LOOKUP_DATA_H

#include <sqlite3.h>
#include <stdatomic.h>

#include "daemon/store/lookup.h"

/* One row each in store_reader.c. */
enum reading {
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
	READINGS
};

/* Up to and with this row, windows are counted in the next longer ones. */
struct position {
	int64_t start_ns;
	uint32_t path;
};

struct store_reader {
	sqlite3 *db, *writer; /* writer: NULL until something is saved */
	sqlite3_stmt *statement[READINGS];
	struct store_names names;
	uint32_t program_room, function_room, path_room;
	struct store_moment moment;
	struct position counted[BATCH_LENGTHS];
	int64_t deadline_ns;
	atomic_bool stop;
	char why[256];
};

/* Whether it is time to give up: SQLite asks it now and then. */
bool store_reader_is_over(const struct store_reader *r);

/* What came of a reading, from what SQLite gave. */
enum store_read_result store_reader_judge(struct store_reader *r, int result);

#endif
