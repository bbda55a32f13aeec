/*
 * The statements of the store, and the little that every use of SQLite here needs.
 */
#include "daemon/store/data.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW_COLUMNS                                                              \
	"start_ns, path, calls, errors, slow, sum_ns, min_ns, max_ns, late_calls, " \
	"late_span_ns, histogram"
#define STATISTIC_COLUMNS "path, calls, errors, slow, sum_ns, min_ns, max_ns, returned, failed"
#define PROCESS_COLUMNS                                                                     \
	"id, process, program, uid, pid, paths, started_at_ns, pushed_at_ns, ended_at_ns, " \
	"generation, sequence, events_dropped, calls_collapsed, calls, span_ns"
#define EVENT_COLUMNS                                                                       \
	"id, process, call, path, pid, started_at_ns, duration_ns, threshold_ns, running, " \
	"failed, error"
#define OF_FUNCTION "path IN (SELECT id FROM path WHERE function = ?)"

static const char *const sql[STATEMENTS] = {
	[WRITE_META] = "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
	[WRITE_PROGRAM] = "INSERT INTO program (id, name) VALUES (?, ?)",
	[WRITE_FUNCTION] = "INSERT INTO function (id, name, epoch) VALUES (?, ?, ?) "
			   "ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch",
	[WRITE_PATH] = "INSERT INTO path (id, program, parent, function, recursive) "
		       "VALUES (?, ?, nullif(?, 0), ?, ?)",
	[WRITE_STATISTIC] = "INSERT OR REPLACE INTO statistic (" STATISTIC_COLUMNS
			    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[WRITE_PROCESS] =
		"INSERT INTO process (" PROCESS_COLUMNS
		") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
		"ON CONFLICT (id) DO UPDATE SET program = excluded.program, pid = excluded.pid, "
		"paths = excluded.paths, started_at_ns = excluded.started_at_ns, "
		"pushed_at_ns = excluded.pushed_at_ns, ended_at_ns = excluded.ended_at_ns, "
		"generation = excluded.generation, sequence = excluded.sequence, "
		"events_dropped = excluded.events_dropped, "
		"calls_collapsed = excluded.calls_collapsed, calls = excluded.calls, "
		"span_ns = excluded.span_ns",
	[WRITE_CHUNK] =
		"INSERT OR REPLACE INTO standing (process, chunk, standings) VALUES (?, ?, ?)",
	[WRITE_EVENT] =
		"INSERT INTO event (" EVENT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[WRITE_WINDOW] = "INSERT OR REPLACE INTO \"window\" (" WINDOW_COLUMNS ", length_ns) "
			 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[CLEAR_STATISTICS] = "DELETE FROM statistic WHERE " OF_FUNCTION,
	[CLEAR_WINDOWS] = "DELETE FROM \"window\" WHERE " OF_FUNCTION,
	[CLEAR_EVENTS] = "DELETE FROM event WHERE " OF_FUNCTION,
	[CLEAR_ALL_STATISTICS] = "DELETE FROM statistic",
	[CLEAR_ALL_WINDOWS] = "DELETE FROM \"window\"",
	[CLEAR_ALL_EVENTS] = "DELETE FROM event",
	[DROP_EVENTS_BELOW] = "DELETE FROM event WHERE id < ?",
	[DROP_EVENT] = "DELETE FROM event WHERE id = ?",
	[DROP_CHUNKS] = "DELETE FROM standing WHERE process = ?",
	[DROP_PROCESS] = "DELETE FROM process WHERE id = ?",
	[READ_META] = "SELECT value FROM meta WHERE key = ?",
	[READ_PROGRAMS] = "SELECT id, name FROM program ORDER BY id DESC",
	[READ_FUNCTIONS] = "SELECT id, name, epoch FROM function ORDER BY id DESC",
	[READ_PATHS] = "SELECT id, program, ifnull(parent, 0), function, recursive FROM path "
		       "ORDER BY id DESC",
	[READ_STATISTICS] = "SELECT path, slow, returned, failed FROM statistic ORDER BY path DESC",
	[READ_PROCESSES] = "SELECT " PROCESS_COLUMNS " FROM process ORDER BY id DESC",
	[READ_CHUNKS] = "SELECT process, chunk, standings FROM standing",
	[READ_EVENTS] = "SELECT " EVENT_COLUMNS " FROM event ORDER BY id DESC",
	[READ_OPEN_WINDOWS] =
		"SELECT " WINDOW_COLUMNS " FROM \"window\" WHERE length_ns = ? AND start_ns = ?",
	[READ_WINDOW] = "SELECT " WINDOW_COLUMNS
			" FROM \"window\" WHERE length_ns = ? AND start_ns = ? AND path = ?",
	[READ_CLOSED_WINDOWS] =
		"SELECT " WINDOW_COLUMNS
		" FROM \"window\" WHERE length_ns = ? AND (start_ns, path) > (?, ?) "
		"AND start_ns < ? ORDER BY start_ns, path LIMIT ?",
	[NEXT_LENGTH] = "SELECT ifnull(min(length_ns), 0) FROM \"window\" WHERE length_ns > ?",
	[OLDEST_WINDOW] = "SELECT min(start_ns) FROM \"window\" WHERE length_ns = ?",
	[PRUNE_WINDOWS] =
		"DELETE FROM \"window\" WHERE length_ns = ?1 AND (start_ns, path) <= "
		"(SELECT start_ns, path FROM (SELECT start_ns, path FROM \"window\" "
		"WHERE length_ns = ?1 AND start_ns < ?2 ORDER BY start_ns, path LIMIT ?3) "
		"ORDER BY start_ns DESC, path DESC LIMIT 1)",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

int store_prepare(struct store *s)
{
	int result = SQLITE_OK;

	for (unsigned i = 0; i < STATEMENTS && result == SQLITE_OK; i++)
		result = sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
					    &s->statement[i], NULL);
	return result;
}

void store_finalize(struct store *s)
{
	for (unsigned i = 0; i < STATEMENTS; i++) {
		sqlite3_finalize(s->statement[i]);
		s->statement[i] = NULL;
	}
}

int store_run(struct store *s, enum statement which)
{
	int result = sqlite3_step(s->statement[which]);

	sqlite3_reset(s->statement[which]);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

void store_bind(sqlite3_stmt *statement, int at, uint64_t number)
{
	sqlite3_bind_int64(statement, at, number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

int store_set_meta(struct store *s, const char *key, int64_t value)
{
	sqlite3_bind_text(s->statement[WRITE_META], 1, key, -1, SQLITE_STATIC);
	sqlite3_bind_int64(s->statement[WRITE_META], 2, value);
	return store_run(s, WRITE_META);
}

int store_get_meta(struct store *s, const char *key, int64_t *value)
{
	sqlite3_stmt *read = s->statement[READ_META];
	int result;

	sqlite3_bind_text(read, 1, key, -1, SQLITE_STATIC);
	result = sqlite3_step(read);
	if (result == SQLITE_ROW)
		*value = sqlite3_column_int64(read, 0);
	sqlite3_reset(read);
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

bool store_reserve(struct store *s, size_t size)
{
	uint8_t *packed;

	if (size <= s->packed_room)
		return true;
	packed = realloc(s->packed, size);
	if (packed == NULL)
		return false;
	s->packed = packed;
	s->packed_room = size;
	return true;
}

bool store_is_damage(int result)
{
	return (result & 0xff) == SQLITE_CORRUPT || (result & 0xff) == SQLITE_NOTADB;
}
