/*
 * What the store is made of: shared by the files store*.c and by nobody else.
 */
#ifndef DAEMON_STORE_DATA_H
#define DAEMON_STORE_DATA_H

#include <pthread.h>
#include <sqlite3.h>

#include "daemon/ledger/batch.h"
#include "daemon/ledger/codec.h"
#include "daemon/store/store.h"

/* One row each in store_sql.c. */
enum statement {
	WRITE_META,
	WRITE_PROGRAM,
	WRITE_FUNCTION,
	WRITE_PATH,
	WRITE_STATISTIC,
	WRITE_PROCESS,
	WRITE_CHUNK,
	WRITE_EVENT,
	WRITE_WINDOW,
	CLEAR_STATISTICS,
	CLEAR_WINDOWS,
	CLEAR_EVENTS,
	CLEAR_ALL_STATISTICS,
	CLEAR_ALL_WINDOWS,
	CLEAR_ALL_EVENTS,
	DROP_EVENTS_BELOW,
	DROP_EVENT,
	DROP_CHUNKS,
	DROP_PROCESS,
	READ_META,
	READ_PROGRAMS,
	READ_FUNCTIONS,
	READ_PATHS,
	READ_STATISTICS,
	READ_PROCESSES,
	READ_CHUNKS,
	READ_EVENTS,
	READ_OPEN_WINDOWS,
	READ_WINDOW,
	READ_CLOSED_WINDOWS,
	NEXT_LENGTH,
	OLDEST_WINDOW,
	PRUNE_WINDOWS,
	BEGIN,
	COMMIT,
	ROLLBACK,
	STATEMENTS
};

/* The windows' lengths and how far each longer one is made from the one before: up to and with the
 * row (start, path). */
struct store_windows {
	int64_t open_ns, length_ns[BATCH_LENGTHS], horizon_ns[BATCH_LENGTHS];
	struct store_position {
		int64_t start_ns;
		uint32_t path;
	} made[BATCH_LENGTHS]; /* [0] is not used */
};

/* How the last profd left the file, as `closed` in the table meta. */
enum store_left { STORE_RUNNING, STORE_CLOSED, STORE_DAMAGED };

struct store {
	char *file;
	sqlite3 *db;
	sqlite3_stmt *statement[STATEMENTS];
	int lock_fd, ready_fd;
	int shm_fd; /* to see whose locks are on it; -1: not needed so far */
	struct store_windows windows;
	bool damaged;		/* met, and noted in the file */
	struct tally sum, part; /* for making windows: room for every bucket */
	uint8_t *packed;
	size_t packed_room;

	/* Shared with the writing thread, under the mutex. The rest belongs to the thread once it
	 * runs. */
	pthread_mutex_t mutex;
	pthread_cond_t work;
	pthread_t thread;
	bool started, stop;
	struct batch *given, *done;
	bool committed;
	uint64_t limit;
	char why[256], tending[256]; /* what failed in the batch; between batches */
	struct store_counts counts;
};

/* ------------------------------------------------- store_sql.c */

/* SQLITE_OK when all statements are prepared. */
int store_prepare(struct store *s);
void store_finalize(struct store *s);

/* Runs a statement that gives no rows, its values bound before. SQLITE_OK when done. */
int store_run(struct store *s, enum statement which);

/* Numbers above what SQL knows are written as the largest. */
void store_bind(sqlite3_stmt *statement, int at, uint64_t number);
int store_set_meta(struct store *s, const char *key, int64_t value);
int store_get_meta(struct store *s, const char *key, int64_t *value); /* untouched when missing */

/* Room for `size` bytes in s->packed. */
bool store_reserve(struct store *s, size_t size);

bool store_is_damage(int result);

/* ------------------------------------------------- store_write.c */

/* Writes a batch in one transaction. What SQLite gave, SQLITE_OK when it is on disk. */
int store_write(struct store *s, const struct batch *batch);
int store_write_window(struct store *s, int64_t length_ns, const struct batch_window *row);

/* ------------------------------------------------- store_read.c */

/* Reads the whole database. SQLITE_CORRUPT when it cannot be understood. */
int store_read(struct store *s, struct batch *all);

/* Puts the window that the statement stands at before the others of the batch. */
int store_read_window(sqlite3_stmt *statement, struct batch *all);

/* ------------------------------------------------- store_windows.c */

int store_read_positions(struct store *s);

/* One small step of making longer windows, deleting old ones, and giving space back. `more` tells
 * whether another one is due, `shortened` how many were deleted to keep the file below the limit.
 */
int store_tend(struct store *s, uint64_t limit, bool *more, uint64_t *shortened);

/* ------------------------------------------------- store_open.c */

/* Takes from a connection what a database that somebody else made could do harm with. */
void store_distrust(sqlite3 *db);

void store_free(struct store *s);

/* After a commit: notes who keeps a large WAL from being used again. */
void store_find_reader(struct store *s, struct store_counts *counts);

#endif
