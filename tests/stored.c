/*
 * The fixture of the suites of the store.
 */
#include "tests/stored.h"

#include <errno.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char folder[64], path[128], why[512];
struct ledger_limits limits;
struct ledger *ledger;
struct store *store;
struct simulated one;

void stored_set_up(void)
{
	strcpy(folder, "/tmp/profd-test-store-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/profd.db", folder);
	ledger_limits_init(&limits);
	simulated_init(&one, "alpha", 1);
	ledger = NULL;
	store = NULL;
}

void stored_tear_down(void)
{
	char command[128];

	store_close(store);
	ledger_free(ledger);
	simulated_deinit(&one);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

enum store_opened stored_open(void)
{
	enum store_opened opened;

	ledger = ledger_new(&limits);
	ck_assert_ptr_nonnull(ledger);
	opened = store_open(&store, path, ledger, why, sizeof(why));
	if (opened == STORE_OPENED || opened == STORE_CREATED || opened == STORE_SET_ASIDE)
		ck_assert(store_start(store));
	return opened;
}

void stored_close(void)
{
	store_close(store);
	ledger_free(ledger);
	store = NULL;
	ledger = NULL;
}

bool stored_try(struct batch *batch)
{
	struct pollfd ready = {.fd = store_fd(store), .events = POLLIN};
	bool committed = false;

	store_put(store, batch);
	while (poll(&ready, 1, -1) < 0)
		ck_assert_int_eq(errno, EINTR);
	ck_assert_ptr_eq(store_get(store, &committed, why, sizeof(why)), batch);
	ck_assert(!store_is_busy(store));
	return committed;
}

void stored_commit(int64_t now_ns)
{
	struct batch *batch = ledger_collect(ledger, now_ns);

	if (batch == NULL)
		return;
	ck_assert_msg(stored_try(batch), "%s", why);
	ck_assert_str_eq(why, "");
	ledger_committed(ledger, batch);
}

int64_t stored_ask(const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	int64_t number;

	ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK, "%s: %s", sql,
		      sqlite3_errmsg(db));
	ck_assert_msg(sqlite3_step(statement) == SQLITE_ROW, "%s: %s", sql, sqlite3_errmsg(db));
	number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

struct ledger_function stored_get(const char *name)
{
	struct ledger_function f = {.name = NULL};

	ledger_get_function(ledger, name, NULL, &f);
	return f;
}

void stored_check(const char *column, const char *from, uint64_t expected)
{
	char sql[400];

	snprintf(sql, sizeof(sql), "SELECT ifnull(sum(%s), 0) FROM %s", column, from);
	ck_assert_msg(stored_ask(sql) == (int64_t)expected, "%s: %ld, not %lu", sql,
		      stored_ask(sql), expected);
}

void stored_await_windows(void)
{
	static const char unmade[] =
		"WITH m (k, v) AS (SELECT key, value FROM meta), "
		"p (o, s1, p1, s2, p2) AS (SELECT (SELECT v FROM m WHERE k = 'open_ns'),"
		" ifnull((SELECT v FROM m WHERE k = 'made_start_1'), 0),"
		" ifnull((SELECT v FROM m WHERE k = 'made_path_1'), 0),"
		" ifnull((SELECT v FROM m WHERE k = 'made_start_2'), 0),"
		" ifnull((SELECT v FROM m WHERE k = 'made_path_2'), 0))"
		"SELECT (SELECT count(*) FROM \"window\", p WHERE length_ns = 10000000000"
		" AND (start_ns, path) > (s1, p1) AND start_ns < o) + "
		"(SELECT count(*) FROM \"window\", p WHERE length_ns = 60000000000"
		" AND (start_ns, path) > (s2, p2) AND start_ns + 60000000000 <= o)";

	while (stored_ask(unmade) != 0)
		usleep(1000);
}
