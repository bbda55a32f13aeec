/*
 * The tables that profd reads and writes, the views that people read, and how older files get them.
 */
#include "daemon/store/schema.h"

#include <sqlite3.h>
#include <stdio.h>

/* clang-format off */
static const char version_1[] =
"CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
"CREATE TABLE program (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
"CREATE TABLE function (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL);"
"CREATE TABLE path ("
"  id INTEGER PRIMARY KEY,"
"  program INTEGER NOT NULL REFERENCES program,"
"  parent INTEGER REFERENCES path,"
"  function INTEGER NOT NULL REFERENCES function);"
"CREATE INDEX path_of_function ON path (function);"
"CREATE TABLE statistic ("
"  path INTEGER PRIMARY KEY REFERENCES path,"
"  calls INTEGER NOT NULL, errors INTEGER NOT NULL, slow INTEGER NOT NULL,"
"  sum_ns INTEGER NOT NULL, min_ns INTEGER NOT NULL, max_ns INTEGER NOT NULL,"
"  returned BLOB NOT NULL, failed BLOB NOT NULL);"
"CREATE TABLE process ("
"  id INTEGER PRIMARY KEY,"
"  process BLOB NOT NULL UNIQUE,"
"  program INTEGER NOT NULL REFERENCES program,"
"  uid INTEGER NOT NULL, pid INTEGER NOT NULL, paths INTEGER NOT NULL,"
"  started_at_ns INTEGER NOT NULL, pushed_at_ns INTEGER NOT NULL, ended_at_ns INTEGER NOT NULL,"
"  generation INTEGER NOT NULL, sequence INTEGER NOT NULL,"
"  events_dropped INTEGER NOT NULL, calls_collapsed INTEGER NOT NULL,"
"  calls INTEGER NOT NULL, span_ns INTEGER NOT NULL);"
"CREATE TABLE standing ("
"  process INTEGER NOT NULL REFERENCES process, chunk INTEGER NOT NULL, standings BLOB NOT NULL,"
"  PRIMARY KEY (process, chunk)) WITHOUT ROWID;"
"CREATE TABLE event ("
"  id INTEGER PRIMARY KEY,"
"  process INTEGER NOT NULL, call INTEGER NOT NULL,"
"  path INTEGER NOT NULL REFERENCES path, pid INTEGER NOT NULL,"
"  started_at_ns INTEGER NOT NULL, duration_ns INTEGER NOT NULL, threshold_ns INTEGER NOT NULL,"
"  running INTEGER NOT NULL, failed INTEGER NOT NULL, error TEXT);"
"CREATE TABLE \"window\" ("
"  length_ns INTEGER NOT NULL, start_ns INTEGER NOT NULL, path INTEGER NOT NULL,"
"  calls INTEGER NOT NULL, errors INTEGER NOT NULL, slow INTEGER NOT NULL,"
"  sum_ns INTEGER NOT NULL, min_ns INTEGER NOT NULL, max_ns INTEGER NOT NULL,"
"  late_calls INTEGER NOT NULL, late_span_ns INTEGER NOT NULL, histogram BLOB NOT NULL,"
"  PRIMARY KEY (length_ns, start_ns, path)) WITHOUT ROWID;"
"CREATE INDEX path_of_parent ON path (parent);";

/*
 * Where windows were deleted before it was noted from when on all are kept, the oldest left may have
 * lost some of its time.
 */
static const char version_2[] =
"INSERT INTO meta SELECT 'window_ns_1', length_ns FROM \"window\""
"  WHERE length_ns > (SELECT value FROM meta WHERE key = 'window_ns') ORDER BY length_ns LIMIT 1;"
"INSERT INTO meta SELECT 'window_ns_2', length_ns FROM \"window\""
"  WHERE length_ns > (SELECT value FROM meta WHERE key = 'window_ns_1') ORDER BY length_ns LIMIT 1;"
"INSERT INTO meta SELECT 'kept_from_0', start_ns + 1 FROM \"window\""
"  WHERE length_ns = (SELECT value FROM meta WHERE key = 'window_ns') ORDER BY start_ns LIMIT 1;"
"INSERT INTO meta SELECT 'kept_from_1', start_ns + 1 FROM \"window\""
"  WHERE length_ns = (SELECT value FROM meta WHERE key = 'window_ns_1') ORDER BY start_ns LIMIT 1;"
"CREATE TABLE benchmark ("
"  id INTEGER PRIMARY KEY,"
"  name TEXT NOT NULL, number INTEGER NOT NULL, uid INTEGER NOT NULL, saved_at_ns INTEGER NOT NULL,"
"  runs INTEGER NOT NULL, failures INTEGER NOT NULL,"
"  mean_s REAL NOT NULL, deviation_s REAL NOT NULL, median_s REAL NOT NULL,"
"  min_s REAL NOT NULL, max_s REAL NOT NULL,"
"  command TEXT NOT NULL, machine TEXT NOT NULL, system TEXT NOT NULL, processor TEXT NOT NULL,"
"  compiler TEXT NOT NULL, revision TEXT NOT NULL, note TEXT NOT NULL,"
"  timings BLOB NOT NULL, statuses BLOB NOT NULL,"
"  UNIQUE (name, number));"
"CREATE INDEX benchmark_of_user ON benchmark (uid);"
"CREATE TABLE benchmark_name ("
"  name TEXT PRIMARY KEY, last_number INTEGER NOT NULL) WITHOUT ROWID;";

/* Version 3 had other views. */
static const char version_3[] = "";

/* Views hold nothing: the newest version makes all of them anew, and no other has any. */
#define VIEW(name) "DROP VIEW IF EXISTS " name "; CREATE VIEW " name " AS"

/* The time of a function is that of its calls that do not stand within others of it. */
#define TOTAL(of) "total(" of ".sum_ns * NOT p.recursive) / 1e9 AS total_s"

/* The paths as people read them. */
#define CHAIN \
"  WITH RECURSIVE chain (id, path) AS (" \
"    SELECT p.id, f.name FROM path p JOIN function f ON f.id = p.function WHERE p.parent IS NULL" \
"    UNION ALL" \
"    SELECT p.id, c.path || ' > ' || f.name" \
"    FROM chain c JOIN path p ON p.parent = c.id JOIN function f ON f.id = p.function)"

static const char version_4[] =
"ALTER TABLE path ADD COLUMN recursive INTEGER NOT NULL DEFAULT 0;"
VIEW("functions")
"  SELECT f.name AS name, sum(s.calls) AS calls, sum(s.errors) AS errors, sum(s.slow) AS slow,"
"    " TOTAL("s") ", total(s.sum_ns) / sum(s.calls) / 1e6 AS avg_ms,"
"    min(s.min_ns) / 1e6 AS min_ms, max(s.max_ns) / 1e6 AS max_ms"
"  FROM statistic s JOIN path p ON p.id = s.path JOIN function f ON f.id = p.function"
"  WHERE s.calls > 0 GROUP BY f.id;"
VIEW("paths")
CHAIN
"  SELECT g.name AS program, c.path AS path, s.calls AS calls, s.errors AS errors, s.slow AS slow,"
"    s.sum_ns * (NOT p.recursive) / 1e9 AS total_s, s.sum_ns / 1e6 / s.calls AS avg_ms,"
"    s.min_ns / 1e6 AS min_ms, s.max_ns / 1e6 AS max_ms, p.recursive AS recursive"
"  FROM chain c JOIN statistic s ON s.path = c.id JOIN path p ON p.id = c.id"
"    JOIN program g ON g.id = p.program"
"  WHERE s.calls > 0;"
VIEW("slow_calls")
"  SELECT datetime(e.started_at_ns / 1000000000, 'unixepoch', 'localtime') AS started,"
"    f.name AS function, g.name AS program, nullif(e.pid, 0) AS pid, e.duration_ns / 1e9 AS seconds,"
"    e.threshold_ns / 1e9 AS threshold_s, e.running AS running, e.failed AS failed, e.error AS error"
"  FROM event e JOIN path p ON p.id = e.path JOIN function f ON f.id = p.function"
"    JOIN program g ON g.id = p.program"
"  ORDER BY e.id DESC;"
VIEW("processes")
"  SELECT g.name AS program, nullif(p.pid, 0) AS pid, p.uid AS uid,"
"    datetime(p.started_at_ns / 1000000000, 'unixepoch', 'localtime') AS started,"
"    datetime(p.pushed_at_ns / 1000000000, 'unixepoch', 'localtime') AS pushed,"
"    CASE WHEN p.ended_at_ns = 0 THEN NULL ELSE"
"      datetime(p.ended_at_ns / 1000000000, 'unixepoch', 'localtime') END AS ended,"
"    p.calls AS calls, p.paths AS paths"
"  FROM process p JOIN program g ON g.id = p.program;"
VIEW("history")
"  SELECT w.length_ns / 1000000000 AS window_s,"
"    datetime(w.start_ns / 1000000000, 'unixepoch', 'localtime') AS start,"
"    f.name AS function, sum(w.calls) AS calls, sum(w.errors) AS errors, sum(w.slow) AS slow,"
"    " TOTAL("w") ", total(w.sum_ns) / sum(w.calls) / 1e6 AS avg_ms,"
"    min(w.min_ns) / 1e6 AS min_ms, max(w.max_ns) / 1e6 AS max_ms,"
"    sum(w.late_calls) AS late_calls, max(w.late_span_ns) / 1e9 AS late_span_s"
"  FROM \"window\" w JOIN path p ON p.id = w.path JOIN function f ON f.id = p.function"
"  WHERE w.calls > 0 GROUP BY w.length_ns, w.start_ns, f.id;"
VIEW("benchmarks")
"  SELECT name, number, uid,"
"    datetime(saved_at_ns / 1000000000, 'unixepoch', 'localtime') AS saved, runs, failures,"
"    median_s * 1e3 AS median_ms, mean_s * 1e3 AS mean_ms, deviation_s * 1e3 AS deviation_ms,"
"    min_s * 1e3 AS min_ms, max_s * 1e3 AS max_ms, command, machine, revision, note"
"  FROM benchmark ORDER BY name, number;"
VIEW("programs")
"  SELECT g.name AS program, sum(s.calls) AS calls, sum(s.errors) AS errors, sum(s.slow) AS slow,"
"    total(CASE WHEN p.parent IS NULL THEN s.sum_ns END) / 1e9 AS total_s"
"  FROM statistic s JOIN path p ON p.id = s.path JOIN program g ON g.id = p.program"
"  WHERE s.calls > 0 GROUP BY g.id;"
VIEW("program_functions")
"  SELECT g.name AS program, f.name AS name, sum(s.calls) AS calls, sum(s.errors) AS errors,"
"    sum(s.slow) AS slow, " TOTAL("s") ","
"    total(s.sum_ns) / sum(s.calls) / 1e6 AS avg_ms,"
"    min(s.min_ns) / 1e6 AS min_ms, max(s.max_ns) / 1e6 AS max_ms"
"  FROM statistic s JOIN path p ON p.id = s.path JOIN function f ON f.id = p.function"
"    JOIN program g ON g.id = p.program"
"  WHERE s.calls > 0 GROUP BY g.id, f.id;"
VIEW("program_history")
"  SELECT w.length_ns / 1000000000 AS window_s,"
"    datetime(w.start_ns / 1000000000, 'unixepoch', 'localtime') AS start,"
"    g.name AS program, f.name AS function, sum(w.calls) AS calls, sum(w.errors) AS errors,"
"    sum(w.slow) AS slow, " TOTAL("w") ","
"    total(w.sum_ns) / sum(w.calls) / 1e6 AS avg_ms,"
"    min(w.min_ns) / 1e6 AS min_ms, max(w.max_ns) / 1e6 AS max_ms,"
"    sum(w.late_calls) AS late_calls, max(w.late_span_ns) / 1e9 AS late_span_s"
"  FROM \"window\" w JOIN path p ON p.id = w.path JOIN function f ON f.id = p.function"
"    JOIN program g ON g.id = p.program"
"  WHERE w.calls > 0 GROUP BY w.length_ns, w.start_ns, g.id, f.id;"
VIEW("path_history")
CHAIN
"  SELECT w.length_ns / 1000000000 AS window_s,"
"    datetime(w.start_ns / 1000000000, 'unixepoch', 'localtime') AS start,"
"    g.name AS program, c.path AS path, w.calls AS calls, w.errors AS errors, w.slow AS slow,"
"    w.sum_ns * (NOT p.recursive) / 1e9 AS total_s, w.sum_ns / 1e6 / w.calls AS avg_ms,"
"    w.min_ns / 1e6 AS min_ms, w.max_ns / 1e6 AS max_ms,"
"    w.late_calls AS late_calls, w.late_span_ns / 1e9 AS late_span_s, p.recursive AS recursive"
"  FROM chain c JOIN \"window\" w ON w.path = c.id JOIN path p ON p.id = c.id"
"    JOIN program g ON g.id = p.program"
"  WHERE w.calls > 0;";
/* clang-format on */

const char *const schema_steps[] = {version_1, version_2, version_3, version_4};
const unsigned schema_version = sizeof(schema_steps) / sizeof(schema_steps[0]);

int schema_pragma(struct sqlite3 *db, const char *pragma, long long *number)
{
	sqlite3_stmt *statement;
	char sql[64];
	int result;

	snprintf(sql, sizeof(sql), "PRAGMA %s", pragma);
	result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (result != SQLITE_OK)
		return result;
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? SQLITE_OK : result;
}

static int run_steps(struct sqlite3 *db, const char *const *steps, unsigned from, unsigned to)
{
	char mark[96];
	int result = SQLITE_OK;

	for (unsigned i = from; i < to && result == SQLITE_OK; i++)
		result = sqlite3_exec(db, steps[i], NULL, NULL, NULL);
	if (result != SQLITE_OK)
		return result;
	snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %u",
		 SCHEMA_APPLICATION, to);
	return sqlite3_exec(db, mark, NULL, NULL, NULL);
}

int schema_migrate(struct sqlite3 *db, const char *const *steps, unsigned count)
{
	long long version = 0;
	int result = schema_pragma(db, "user_version", &version);

	if (result != SQLITE_OK || version >= (long long)count)
		return result;
	result = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	if (result != SQLITE_OK)
		return result;
	result = run_steps(db, steps, (unsigned)version, count);
	if (result == SQLITE_OK)
		result = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (result != SQLITE_OK && !sqlite3_get_autocommit(db))
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return result;
}
