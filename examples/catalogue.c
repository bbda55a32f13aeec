/*
 * Builds an SQLite database of a directory's files and queries it. Shows how to record durations by
 * hand where no block fits, and failures with the database's own error messages.
 *
 *	catalogue [-s SECONDS] DATABASE FOLDER
 *
 * With -s it repeats the queries until the time is up.
 */
#include <profclient.h>

#include <fts.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Runs one statement, timed as a call of the given function. */
static int run(sqlite3 *db, const char *name, const char *sql)
{
	double begin = now();
	int result = sqlite3_exec(db, sql, NULL, NULL, NULL);

	prof_record(name, now() - begin, result == SQLITE_OK ? NULL : sqlite3_errmsg(db));
	return result;
}

static int insert(sqlite3_stmt *statement, const FTSENT *entry)
{
	int result;

	sqlite3_bind_text(statement, 1, entry->fts_path, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, entry->fts_name, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, entry->fts_statp->st_size);
	sqlite3_bind_int64(statement, 4, entry->fts_statp->st_mtime);
	result = sqlite3_step(statement);
	sqlite3_reset(statement);
	return result == SQLITE_DONE ? 0 : -1;
}

/*
 * Inserting a row takes a few microseconds and there are many: the rows of one directory are timed
 * together, and recorded as that many calls, with a handle that was looked up once.
 */
static int fill(sqlite3 *db, const char *folder)
{
	PROF_FUNCTION();
	char *roots[2] = {(char *)folder, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	prof_function *function = NULL;
	sqlite3_stmt *statement = NULL;
	double begin = now();
	uint64_t rows = 0;
	FTSENT *entry;
	int result = -1;

	(void)prof_lookup("insert_file", &function);
	if (walk == NULL || sqlite3_prepare_v2(db, "INSERT INTO file VALUES (?, ?, ?, ?)", -1,
					       &statement, NULL) != SQLITE_OK)
		goto out;
	result = 0;
	while (result == 0 && (entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_F) {
			result = insert(statement, entry);
			rows++;
		} else if (entry->fts_info == FTS_DP && rows > 0) {
			prof_function_record_many(function, (now() - begin) / (double)rows, rows,
						  NULL);
			rows = 0;
			begin = now();
		}
	}
out:
	if (result != 0)
		PROF_FAIL(sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	if (walk != NULL)
		fts_close(walk);
	return result;
}

/* Compares all files of the same length pairwise, in quadratic time. Because it is a scope, profd
 * learns of it while it runs. */
static void find_twins(sqlite3 *db)
{
	PROF_FUNCTION();
	static const char sql[] =
		"SELECT count(*) FROM (SELECT * FROM file ORDER BY size LIMIT 9000) a, "
		"(SELECT * FROM file ORDER BY size LIMIT 9000) b "
		"WHERE +a.size = +b.size AND a.path < b.path";

	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		PROF_FAIL(sqlite3_errmsg(db));
}

static void ask(sqlite3 *db)
{
	run(db, "query.largest", "SELECT path FROM file ORDER BY size DESC LIMIT 10");
	run(db, "query.by_name",
	    "SELECT path FROM file WHERE name = 'README' OR name = 'copyright'");
	run(db, "query.endings",
	    "SELECT substr(name, -2), count(*), sum(size) FROM file GROUP BY 1 ORDER BY 2 DESC");
	run(db, "query.pattern", "SELECT count(*) FROM file WHERE path LIKE '%a%e%i%o%'");
	/* Both fail: a table that does not exist, and a path that already does. */
	run(db, "query.owners", "SELECT name FROM owner");
	run(db, "insert_again", "INSERT INTO file SELECT * FROM file LIMIT 1");
}

int main(int argc, char **argv)
{
	double end = now();
	sqlite3 *db = NULL;
	int option, result = 1;

	while ((option = getopt(argc, argv, "s:")) != -1) {
		if (option != 's')
			return 2;
		end += atof(optarg);
	}
	if (optind + 2 != argc) {
		fprintf(stderr, "usage: catalogue [-s SECONDS] DATABASE FOLDER\n");
		return 2;
	}
	if (sqlite3_open(argv[optind], &db) != SQLITE_OK ||
	    run(db, "create",
		"CREATE TABLE file (path TEXT PRIMARY KEY, name TEXT, size INTEGER, "
		"changed INTEGER)") != SQLITE_OK ||
	    run(db, "begin", "BEGIN") != SQLITE_OK || fill(db, argv[optind + 1]) != 0 ||
	    run(db, "commit", "COMMIT") != SQLITE_OK ||
	    run(db, "index", "CREATE INDEX by_name ON file (name)") != SQLITE_OK)
		goto out;
	do
		ask(db);
	while (now() < end);
	find_twins(db);
	printf("catalogue: %d statements changed a row\n", sqlite3_total_changes(db));
	result = 0;
out:
	if (result != 0)
		fprintf(stderr, "catalogue: %s\n", sqlite3_errmsg(db));
	sqlite3_close(db);
	return result;
}
