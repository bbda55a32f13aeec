/*
 * The writer of saved benchmarks.
 */
#include "daemon/store/saved.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/store/data.h"

static const char put[] =
	"INSERT INTO benchmark (name, number, uid, saved_at_ns, runs, failures, mean_s, "
	"deviation_s, median_s, min_s, max_s, " SAVED_TEXT_COLUMNS ", timings, statuses) "
	"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

#define FIRST_TEXT 12 /* parameter of `put` */
#define OF_NAME	   " WHERE name = ?1 AND (?2 = 0 OR number = ?2)"

struct saved_writer {
	sqlite3 *db; /* NULL until something is written */
	char *file;
	char why[256];
};

struct saved_writer *saved_writer_new(const char *file)
{
	struct saved_writer *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->file = strdup(file);
	if (w->file == NULL) {
		free(w);
		return NULL;
	}
	return w;
}

void saved_writer_free(struct saved_writer *w)
{
	if (w == NULL)
		return;
	sqlite3_close(w->db);
	free(w->file);
	free(w);
}

const char *saved_writer_why(const struct saved_writer *w)
{
	return w->why;
}

static int open_database(struct saved_writer *w)
{
	int result;

	if (w->db != NULL)
		return SQLITE_OK;
	result =
		sqlite3_open_v2(w->file, &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (result == SQLITE_OK) {
		sqlite3_busy_timeout(w->db, 5000);
		store_distrust(w->db);
		result = sqlite3_exec(w->db,
				      "PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;"
				      "PRAGMA cell_size_check = ON",
				      NULL, NULL, NULL);
	}
	if (result != SQLITE_OK) {
		snprintf(w->why, sizeof(w->why), "the database: %s", sqlite3_errstr(result));
		sqlite3_close(w->db);
		w->db = NULL;
	}
	return result;
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
	store_bind(statement, 2, number);
	store_bind(statement, 3, uid);
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
	store_bind(w, 2, row->number);
	store_bind(w, 3, row->uid);
	sqlite3_bind_int64(w, 4, row->saved_at_ns);
	store_bind(w, 5, row->runs);
	store_bind(w, 6, row->failures);
	for (int i = 0; i < 5; i++)
		sqlite3_bind_double(w, 7 + i, figures[i]);
	for (int i = 0; i < SAVED_TEXTS; i++)
		sqlite3_bind_text(w, FIRST_TEXT + i, row->text[i], -1, SQLITE_STATIC);
	sqlite3_bind_blob64(w, FIRST_TEXT + SAVED_TEXTS, row->timings.bytes, row->timings.size,
			    SQLITE_STATIC);
	sqlite3_bind_blob64(w, FIRST_TEXT + SAVED_TEXTS + 1, row->statuses.bytes,
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
			 "INSERT INTO benchmark_name (name, last_number) VALUES (?1, 1) ON "
			 "CONFLICT (name) DO UPDATE "
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

static int begin(struct saved_writer *w)
{
	int result = open_database(w);

	return result != SQLITE_OK ? result
				   : sqlite3_exec(w->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
}

/* Commits when it was done; what it came to. */
static enum saved_outcome end(struct saved_writer *w, int result, enum saved_outcome outcome)
{
	if (w->db == NULL)
		return SAVED_FAILED;
	if (result == SQLITE_OK && outcome == SAVED_DONE)
		result = sqlite3_exec(w->db, "COMMIT", NULL, NULL, NULL);
	if (result != SQLITE_OK) {
		snprintf(w->why, sizeof(w->why), "the database: %s", sqlite3_errmsg(w->db));
		outcome = SAVED_FAILED;
	}
	if (!sqlite3_get_autocommit(w->db))
		sqlite3_exec(w->db, "ROLLBACK", NULL, NULL, NULL);
	return outcome;
}

enum saved_outcome saved_put(struct saved_writer *w, struct saved *row)
{
	enum saved_outcome outcome = SAVED_DONE;
	int result = begin(w);

	if (result == SQLITE_OK)
		result = save(w->db, row, &outcome);
	return end(w, result, outcome);
}

enum saved_outcome saved_delete(struct saved_writer *w, const char *name, uint64_t number,
				uint64_t uid, bool any, uint64_t *deleted)
{
	enum saved_outcome outcome = SAVED_DONE;
	int result = begin(w);

	if (result == SQLITE_OK)
		result = delete (w->db, name, number, uid, any, deleted, &outcome);
	return end(w, result, outcome);
}
