/*
 * Saved benchmarks: put, told, deleted.
 */
#include "daemon/store/saved.h"

#include <stdio.h>
#include <string.h>

#include "daemon/store/data.h"
#include "daemon/store/lookup_data.h"

#define TOLD                                                                              \
	"name, number, uid, saved_at_ns, runs, failures, mean_s, deviation_s, median_s, " \
	"min_s, max_s, command, machine, system, processor, compiler, revision, note, "
/* Of one name: counted once, not for each row again. */
#define KEPT	   "(SELECT count(*) FROM benchmark WHERE name = ?1)"
#define FIRST_TEXT 11
#define RESULTS	   (FIRST_TEXT + SAVED_TEXTS)
#define TIMINGS	   (RESULTS + 1)

static const char put[] =
	"INSERT INTO benchmark (name, number, uid, saved_at_ns, runs, failures, mean_s, "
	"deviation_s, median_s, min_s, max_s, command, machine, system, processor, compiler, "
	"revision, note, timings, statuses) "
	"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

#define OF_NAME " WHERE name = ?1 AND (?2 = 0 OR number = ?2)"

/* ------------------------------------------------------------- writing */

/* A connection that may write, opened when it is first needed. */
static int open_writer(struct store_reader *r)
{
	const char *path = sqlite3_db_filename(r->db, "main");
	int result;

	if (r->writer != NULL)
		return SQLITE_OK;
	result = sqlite3_open_v2(path, &r->writer, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
				 NULL);
	if (result == SQLITE_OK) {
		sqlite3_busy_timeout(r->writer, 5000);
		store_distrust(r->writer);
		result = sqlite3_exec(r->writer,
				      "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"
				      "PRAGMA cell_size_check = ON",
				      NULL, NULL, NULL);
	}
	if (result != SQLITE_OK) {
		snprintf(r->why, sizeof(r->why), "the database: %s", sqlite3_errstr(result));
		sqlite3_close(r->writer);
		r->writer = NULL;
	}
	return result;
}

static void bind(sqlite3_stmt *statement, int at, uint64_t number)
{
	sqlite3_bind_int64(statement, at, number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

/* Runs a statement about the results of a name; the first two columns of its row, or 0. */
static int run(sqlite3 *db, const char *sql, const char *name, uint64_t number, uint64_t uid,
	       uint64_t column[2])
{
	sqlite3_stmt *statement;
	int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_text(statement, 1, name, -1, SQLITE_STATIC);
	bind(statement, 2, number);
	bind(statement, 3, uid);
	result = sqlite3_step(statement);
	for (int i = 0; i < 2; i++)
		column[i] = result == SQLITE_ROW ? (uint64_t)sqlite3_column_int64(statement, i) : 0;
	sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

static int insert(sqlite3 *db, const struct saved *row)
{
	const double figures[] = {row->mean, row->deviation, row->median, row->min, row->max};
	sqlite3_stmt *w;
	int result = sqlite3_prepare_v2(db, put, -1, &w, NULL);

	if (result != SQLITE_OK)
		return result;
	sqlite3_bind_text(w, 1, row->name, -1, SQLITE_STATIC);
	bind(w, 2, row->number);
	bind(w, 3, row->uid);
	sqlite3_bind_int64(w, 4, row->saved_at_ns);
	bind(w, 5, row->runs);
	bind(w, 6, row->failures);
	for (int i = 0; i < 5; i++)
		sqlite3_bind_double(w, 7 + i, figures[i]);
	for (int i = 0; i < SAVED_TEXTS; i++)
		sqlite3_bind_text(w, FIRST_TEXT + 1 + i, row->text[i], -1, SQLITE_STATIC);
	sqlite3_bind_blob64(w, FIRST_TEXT + SAVED_TEXTS + 1, row->timings.bytes, row->timings.size,
			    SQLITE_STATIC);
	sqlite3_bind_blob64(w, FIRST_TEXT + SAVED_TEXTS + 2, row->statuses.bytes,
			    row->statuses.size, SQLITE_STATIC);
	result = sqlite3_step(w);
	sqlite3_finalize(w);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

/* The number that comes next under a name. */
static int count_on(sqlite3 *db, struct saved *row)
{
	uint64_t found[2];
	int result = run(db,
			 "INSERT INTO benchmark_name VALUES (?1, 1) ON CONFLICT (name) DO UPDATE "
			 "SET last_number = last_number + 1",
			 row->name, 0, 0, found);

	if (result == SQLITE_OK)
		result = run(db, "SELECT last_number FROM benchmark_name WHERE name = ?1",
			     row->name, 0, 0, found);
	row->number = found[0];
	return result;
}

static int save(sqlite3 *db, struct saved *row, enum saved_outcome *outcome)
{
	uint64_t has[2];
	int result = run(db,
			 "SELECT count(*), ifnull(sum(length(timings) + length(statuses)), 0) "
			 "FROM benchmark WHERE uid = ?3",
			 row->name, 0, row->uid, has);

	if (result == SQLITE_OK &&
	    (has[0] >= SAVED_RESULTS_EACH ||
	     has[1] + row->timings.size + row->statuses.size > SAVED_BYTES_EACH)) {
		*outcome = SAVED_TOO_MUCH;
		return SQLITE_OK;
	}
	if (result == SQLITE_OK)
		result = count_on(db, row);
	return result != SQLITE_OK ? result : insert(db, row);
}

static int delete (sqlite3 *db, const char *name, uint64_t number, uint64_t uid, bool any,
		   uint64_t *deleted, enum saved_outcome *outcome)
{
	uint64_t found[2];
	int result = run(db, "SELECT count(*), total(uid != ?3) FROM benchmark" OF_NAME, name,
			 number, uid, found);

	if (result != SQLITE_OK)
		return result;
	if (found[0] == 0 || (found[1] != 0 && !any)) {
		*outcome = found[0] == 0 ? SAVED_NOT_FOUND : SAVED_NOT_YOURS;
		return SQLITE_OK;
	}
	*deleted = found[0];
	result = run(db, "DELETE FROM benchmark" OF_NAME, name, number, 0, found);
	if (result == SQLITE_OK)
		result = run(db,
			     "DELETE FROM benchmark_name WHERE name = ?1 AND NOT EXISTS "
			     "(SELECT 1 FROM benchmark WHERE name = ?1)",
			     name, 0, 0, found);
	return result;
}

static int begin(struct store_reader *r)
{
	int result = open_writer(r);

	return result != SQLITE_OK ? result
				   : sqlite3_exec(r->writer, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

/* Commits when it was done; what it came to. */
static enum saved_outcome end(struct store_reader *r, int result, enum saved_outcome outcome)
{
	if (result == SQLITE_OK && outcome == SAVED_DONE)
		result = sqlite3_exec(r->writer, "COMMIT", NULL, NULL, NULL);
	if (result != SQLITE_OK && r->writer != NULL) {
		snprintf(r->why, sizeof(r->why), "the database: %s", sqlite3_errmsg(r->writer));
		outcome = SAVED_FAILED;
	}
	if (r->writer == NULL)
		return SAVED_FAILED;
	if (!sqlite3_get_autocommit(r->writer))
		sqlite3_exec(r->writer, "ROLLBACK", NULL, NULL, NULL);
	return outcome;
}

enum saved_outcome store_save(struct store_reader *r, struct saved *row)
{
	enum saved_outcome outcome = SAVED_DONE;
	int result = begin(r);

	if (result == SQLITE_OK)
		result = save(r->writer, row, &outcome);
	return end(r, result, outcome);
}

enum saved_outcome store_delete_saved(struct store_reader *r, const char *name, uint64_t number,
				      uint64_t uid, bool any, uint64_t *deleted)
{
	enum saved_outcome outcome = SAVED_DONE;
	int result = begin(r);

	if (result == SQLITE_OK)
		result = delete (r->writer, name, number, uid, any, deleted, &outcome);
	return end(r, result, outcome);
}

/* ------------------------------------------------------------- reading */

static const char *text_at(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text == NULL ? "" : text;
}

static struct batch_blob blob_at(sqlite3_stmt *row, int column)
{
	const void *bytes = sqlite3_column_blob(row, column);

	return (struct batch_blob){bytes, (size_t)sqlite3_column_bytes(row, column)};
}

static struct saved saved_at(sqlite3_stmt *row)
{
	struct saved s = {
		.name = text_at(row, 0),
		.number = (uint64_t)sqlite3_column_int64(row, 1),
		.uid = (uint64_t)sqlite3_column_int64(row, 2),
		.saved_at_ns = sqlite3_column_int64(row, 3),
		.runs = (uint64_t)sqlite3_column_int64(row, 4),
		.failures = (uint64_t)sqlite3_column_int64(row, 5),
		.mean = sqlite3_column_double(row, 6),
		.deviation = sqlite3_column_double(row, 7),
		.median = sqlite3_column_double(row, 8),
		.min = sqlite3_column_double(row, 9),
		.max = sqlite3_column_double(row, 10),
		.results = (uint64_t)sqlite3_column_int64(row, RESULTS),
	};

	for (int i = 0; i < SAVED_TEXTS; i++)
		s.text[i] = text_at(row, FIRST_TEXT + i);
	if (sqlite3_column_count(row) > TIMINGS) {
		s.timings = blob_at(row, TIMINGS);
		s.statuses = blob_at(row, TIMINGS + 1);
	}
	return s;
}

enum store_read_result store_read_saved(struct store_reader *r, const char *name, uint64_t number,
					bool timings, store_each_saved *each, void *context)
{
	static const char latest[] =
		"SELECT " TOLD "kept FROM (SELECT name AS of, max(number) AS last, "
		"count(*) AS kept FROM benchmark GROUP BY name) "
		"JOIN benchmark ON name = of AND number = last ORDER BY name";
	static const char briefly[] =
		"SELECT " TOLD KEPT " FROM benchmark" OF_NAME " ORDER BY number DESC";
	static const char all[] = "SELECT " TOLD KEPT ", timings, statuses FROM benchmark" OF_NAME
				  " ORDER BY number DESC";
	const char *sql = name == NULL ? latest : timings ? all : briefly;
	sqlite3_stmt *read;
	bool more = true;
	int result = sqlite3_prepare_v2(r->db, sql, -1, &read, NULL);

	if (result != SQLITE_OK)
		return store_reader_judge(r, result);
	sqlite3_bind_text(read, 1, name, -1, SQLITE_STATIC);
	bind(read, 2, number);
	while (more && (result = sqlite3_step(read)) == SQLITE_ROW) {
		struct saved row = saved_at(read);

		more = each(context, &row);
	}
	sqlite3_finalize(read);
	return more ? store_reader_judge(r, result) : STORE_READ_STOPPED;
}
