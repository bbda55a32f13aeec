/*
 * The store: what is committed is there again, whatever ended the profd that wrote it.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/batch.h"
#include "daemon/codec.h"
#include "daemon/ledger.h"
#include "daemon/store.h"
#include "daemon/store_schema.h"
#include "tests/simulated.h"
#include "tests/suite.h"

const char suite_name[] = "store";

#define SECOND INT64_C(1000000000)
#define NOW    (INT64_C(1700002800) * SECOND) /* begins a window of an hour */

static char folder[64], path[128], why[512];
static struct ledger_limits limits;
static struct ledger *ledger;
static struct store *store;
static struct simulated one;

static void set_up(void)
{
	strcpy(folder, "/tmp/profd-test-store-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/profd.db", folder);
	ledger_limits_init(&limits);
	simulated_init(&one, "alpha", 1);
	ledger = NULL;
	store = NULL;
}

static void tear_down(void)
{
	char command[128];

	store_close(store);
	ledger_free(ledger);
	simulated_deinit(&one);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	ck_assert_int_eq(system(command), 0);
}

/* Opens the database with a new ledger and starts the thread when that is possible. */
static enum store_opened open_store(void)
{
	enum store_opened opened;

	ledger = ledger_new(&limits);
	ck_assert_ptr_nonnull(ledger);
	opened = store_open(&store, path, ledger, why, sizeof(why));
	if (opened == STORE_OPENED || opened == STORE_CREATED || opened == STORE_SET_ASIDE)
		ck_assert(store_start(store));
	return opened;
}

static void close_store(void)
{
	store_close(store);
	ledger_free(ledger);
	store = NULL;
	ledger = NULL;
}

static bool try_batch(struct batch *batch)
{
	struct pollfd ready = {.fd = store_fd(store), .events = POLLIN};
	bool committed = false;

	store_give(store, batch);
	while (poll(&ready, 1, -1) < 0)
		ck_assert_int_eq(errno, EINTR);
	ck_assert_ptr_eq(store_take(store, &committed, why, sizeof(why)), batch);
	ck_assert(!store_is_busy(store));
	return committed;
}

static void commit(int64_t now_ns)
{
	struct batch *batch = ledger_collect(ledger, now_ns);

	if (batch == NULL)
		return;
	ck_assert_msg(try_batch(batch), "%s", why);
	ck_assert_str_eq(why, "");
	ledger_committed(ledger, batch);
}

/* One number from the file, through a connection of its own, as a person would ask. */
static int64_t ask(const char *sql)
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

static void change(const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s",
		      sqlite3_errmsg(db));
	sqlite3_close(db);
}

static struct ledger_function get(const char *name)
{
	struct ledger_function f = {.name = NULL};

	ledger_get_function(ledger, name, NULL, &f);
	return f;
}

/* ------------------------------------------------- a life of the file */

START_TEST(a_new_file_is_for_its_owner_and_group)
{
	struct stat status;
	mode_t before = umask(0);
	char name[160];

	ck_assert_int_eq(open_store(), STORE_CREATED);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
	snprintf(name, sizeof(name), "%s-wal", path);
	ck_assert_int_eq(stat(name, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
	umask(before);
	ck_assert_int_eq(ask("PRAGMA user_version"), schema_version);
	ck_assert_int_eq(ask("PRAGMA auto_vacuum"), 2);
	close_store();
	ck_assert_int_eq(stat(name, &status), -1);
	ck_assert_int_eq(open_store(), STORE_OPENED);
}
END_TEST

static void describe_function(void *context, const struct ledger_function *f)
{
	FILE *to = context;

	fprintf(to, "function %s %lu %lu %lu %lu %lu %lu", f->name, f->calls, f->errors, f->slow,
		f->sum_ns, f->min_ns, f->max_ns);
	for (unsigned i = 0; i < 6; i++)
		fprintf(to, " %.17g", f->quantile[i]);
	fputc('\n', to);
}

static bool describe_event(void *context, const struct ledger_event *e, const char *chain)
{
	fprintf(context, "event %s %s %s %s %d %ld %lu %lu %d %d\n", e->function, e->program,
		e->error == NULL ? "-" : e->error, chain, e->pid, e->started_at_ns, e->duration_ns,
		e->threshold_ns, e->running, e->failed);
	return true;
}

static void describe_process(void *context, const struct ledger_process *p)
{
	fprintf(context, "process %s %d %u %u %ld %ld %lu %lu %lu %lu %d\n", p->program, p->pid,
		p->uid, p->paths, p->started_at_ns, p->pushed_at_ns, p->calls, p->events_dropped,
		p->calls_collapsed, p->interval_ns, p->ended);
}

/* All that questions can learn, as text. */
static char *describe(void)
{
	struct ledger_counts counts;
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	ledger_each_functions(ledger, NULL, NULL, describe_function, to);
	ledger_each_functions(ledger, NULL, "beta", describe_function, to);
	ledger_each_events(ledger, NULL, describe_event, to);
	ledger_each_processes(ledger, describe_process, to);
	ledger_count(ledger, &counts);
	fprintf(to, "%lu %lu %lu %lu %lu %lu %lu %lu %lu %ld\n", counts.functions, counts.paths,
		counts.processes, counts.programs, counts.events, counts.epoch, counts.calls,
		counts.slow, counts.errors, counts.since_at_ns);
	fclose(to);
	return text;
}

/* Frees both. Says where they part: the whole is too long for a message of Check. */
static void compare(char *before, char *after)
{
	size_t same = 0;

	while (before[same] != '\0' && before[same] == after[same])
		same++;
	same = same < 100 ? 0 : same - 100;
	ck_assert_msg(strcmp(before, after) == 0, "%.300s\n--- then\n%.300s", before + same,
		      after + same);
	free(before);
	free(after);
}

/* Something of everything: events, errors, an ended process, a clear. */
static void fill(void)
{
	struct simulated other;
	char name[32];

	simulated_init(&other, "beta", 2);
	simulated_define(&other, 0, "f0");
	simulated_call(&other, 1, 5000000, true, true);
	other.goodbye = true;
	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i % 9);
		simulated_define(&one, i < 9 ? 0 : i - 8, name);
		simulated_call(&one, i + 1, UINT64_C(900) << (i % 24), i % 4 == 0, i % 5 == 0);
	}
	profd__event__init(&one.event);
	one.event = (Profd__Event){.base = one.event.base,
				   .sequence = 1,
				   .path = 33,
				   .call = UINT64_MAX,
				   .started_at_ns = NOW,
				   .duration_ns = 5,
				   .threshold_ns = 4,
				   .failed = true,
				   .error = (char *)"it's broken"};
	simulated_send(ledger, &one, NOW);
	commit(NOW);
	ledger_clear(ledger, "f3", NOW);
	simulated_call(&one, 4, 123456, false, false);
	simulated_send(ledger, &one, NOW);
	simulated_send(ledger, &other, NOW + 1);
	commit(NOW + 1);
	simulated_deinit(&other);
}

START_TEST(what_was_committed_is_there_again)
{
	char *before, *after;
	struct simulated_message late;

	open_store();
	fill();
	late = simulated_push(&one, 0);
	before = describe();
	close_store();
	ck_assert_int_eq(open_store(), STORE_OPENED);
	after = describe();
	compare(strdup(before), after);
	/* Standings too: nothing of a push that was merged before counts again. */
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 2);
	simulated_deliver(ledger, &late, NOW);
	ck_assert(ledger_is_dirty(ledger));
	commit(NOW + 1);
	after = describe();
	compare(before, after);
	simulated_message_free(&late);
}
END_TEST

START_TEST(people_can_read_while_profd_runs)
{
	open_store();
	fill();
	ck_assert_int_eq(ask("SELECT count(*) FROM functions"), 9);
	ck_assert_int_eq(ask("SELECT calls FROM functions WHERE name = 'f3'"), 1);
	ck_assert_int_eq(ask("SELECT round(avg_ms * 1e6) FROM functions WHERE name = 'f3'"),
			 123456);
	ck_assert_int_eq(ask("SELECT calls FROM paths WHERE path = 'f1 > f1 > f1'"), 1);
	ck_assert_int_eq(ask("SELECT count(*) FROM paths WHERE program = 'beta'"), 1);
	ck_assert_int_eq(ask("SELECT count(*) FROM slow_calls WHERE error = 'it''s broken' AND "
			     "started LIKE '2023-11-1%'"),
			 1);
	ck_assert_int_eq(ask("SELECT count(*) FROM processes WHERE ended IS NOT NULL"), 1);
	ck_assert_int_eq(ask("SELECT sum(calls) FROM history"),
			 ask("SELECT sum(calls) FROM functions"));
	ck_assert_int_eq(ask("SELECT count(*) FROM standing"), 2);
	ck_assert_int_eq(ask("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}
END_TEST

START_TEST(a_second_profd_is_refused)
{
	struct ledger *second = ledger_new(&limits);
	struct store *none = NULL;

	open_store();
	ck_assert_int_eq(store_open(&none, path, second, why, sizeof(why)), STORE_BUSY);
	ck_assert_ptr_nonnull(strstr(why, path));
	ck_assert_ptr_null(none);
	ledger_free(second);
	fill();
}
END_TEST

START_TEST(an_older_version_is_migrated_and_a_newer_one_refused)
{
	const char *steps[] = {schema_steps[0],
			       "ALTER TABLE process ADD COLUMN host TEXT; UPDATE meta SET value = "
			       "value + 1 WHERE key = 'epoch'",
			       "CREATE TABLE third (x); INSERT INTO missing VALUES (1)"};
	sqlite3 *db;
	int64_t epoch;

	open_store();
	fill();
	epoch = (int64_t)ledger_epoch(ledger);
	close_store();
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_ne(schema_migrate(db, steps, 3), SQLITE_OK);
	ck_assert_int_eq(ask("PRAGMA user_version"), 1);
	ck_assert_int_eq(ask("SELECT count(*) FROM sqlite_master WHERE name = 'third'"), 0);
	ck_assert_int_eq(schema_migrate(db, steps, 2), SQLITE_OK);
	ck_assert_int_eq(schema_migrate(db, steps, 2), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_eq(ask("SELECT value FROM meta WHERE key = 'epoch'"), epoch + 1);
	ck_assert_int_eq(ask("SELECT count(host) FROM process"), 0);
	ck_assert_int_eq(open_store(), STORE_NEWER);
	ck_assert_ptr_nonnull(strstr(why, "version 2"));
	ck_assert_int_eq(ask("PRAGMA user_version"), 2);
}
END_TEST

START_TEST(another_programs_database_is_not_touched)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, "CREATE TABLE accounts (id)", NULL, NULL, NULL);
	sqlite3_close(db);
	ck_assert_int_eq(open_store(), STORE_FAILED);
	ck_assert_ptr_nonnull(strstr(why, "another program"));
	ck_assert_int_eq(ask("SELECT count(*) FROM sqlite_master"), 1);
}
END_TEST

START_TEST(a_file_that_cannot_be_opened_is_told)
{
	snprintf(path, sizeof(path), "%s/no/profd.db", folder);
	ck_assert_int_eq(open_store(), STORE_FAILED);
	ck_assert_ptr_nonnull(strstr(why, strerror(ENOENT)));
}
END_TEST

/* ------------------------------------------------- damage */

static void overwrite(off_t from, size_t size)
{
	char noise[4096];
	int fd = open(path, O_WRONLY);

	memset(noise, 0xa5, sizeof(noise));
	for (size_t at = 0; at < size; at += sizeof(noise))
		ck_assert_int_eq(pwrite(fd, noise, sizeof(noise), from + (off_t)at), sizeof(noise));
	close(fd);
}

static void damage_header(void)
{
	overwrite(0, 4096);
}

static void damage_pages(void)
{
	overwrite(4096, 8 * 4096);
}

static void cut_short(void)
{
	ck_assert_int_eq(truncate(path, 3 * 4096), 0);
}

static void damage_tally(void)
{
	change("UPDATE statistic SET returned = x'ffffffff' WHERE path = 5");
}

static void damage_standings(void)
{
	change("UPDATE standing SET standings = substr(standings, 1, 30)");
}

static void damage_parent(void)
{
	change("UPDATE path SET parent = 70 WHERE id = 20");
}

static void drop_table(void)
{
	change("PRAGMA foreign_keys = OFF; DROP VIEW functions; DROP VIEW paths; DROP TABLE "
	       "statistic");
}

static void (*const damages[])(void) = {damage_header,	  damage_pages,	 cut_short, damage_tally,
					damage_standings, damage_parent, drop_table};

START_TEST(a_damaged_file_is_set_aside_and_a_new_one_begun)
{
	char *told;

	open_store();
	fill();
	close_store();
	damages[_i]();
	ck_assert_int_eq(open_store(), STORE_SET_ASIDE);
	told = strstr(why, "renamed to ");
	ck_assert_ptr_nonnull(told);
	told += strlen("renamed to ");
	*strchr(told, ',') = '\0';
	ck_assert_int_eq(access(told, F_OK), 0);
	ck_assert_uint_eq(get("f0").calls, 0);
	simulated_deinit(&one);
	fill();
	close_store();
	ck_assert_int_eq(open_store(), STORE_OPENED);
	ck_assert_uint_gt(get("f0").calls, 0);
}
END_TEST

START_TEST(a_full_disk_loses_nothing)
{
	struct rlimit limit, unlimited;
	struct batch *batch;
	char *before, *after;

	signal(SIGXFSZ, SIG_IGN);
	open_store();
	getrlimit(RLIMIT_FSIZE, &unlimited);
	limit = unlimited;
	limit.rlim_cur = 40960;
	setrlimit(RLIMIT_FSIZE, &limit);
	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		char name[32];

		snprintf(name, sizeof(name), "a long enough name %u", i);
		simulated_define(&one, 0, name);
		for (unsigned j = 0; j < 30; j++)
			simulated_call(&one, i + 1, UINT64_C(900) << j, false, false);
	}
	simulated_send(ledger, &one, NOW);
	batch = ledger_collect(ledger, NOW);
	ck_assert(!try_batch(batch));
	ck_assert_ptr_nonnull(strstr(why, path));
	ck_assert(!try_batch(batch));
	/* It goes on in memory meanwhile. */
	simulated_call(&one, 1, 1000, true, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(get("a long enough name 0").calls, 31);
	setrlimit(RLIMIT_FSIZE, &unlimited);
	ck_assert_msg(try_batch(batch), "%s", why);
	ledger_committed(ledger, batch);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 1);
	commit(NOW);
	before = describe();
	close_store();
	ck_assert_int_eq(open_store(), STORE_OPENED);
	after = describe();
	compare(before, after);
}
END_TEST

/* ------------------------------------------------- windows */

/* Until the thread has made all the longer windows that it can. */
static void await_windows(void)
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

	while (ask(unmade) != 0)
		usleep(1000);
}

START_TEST(longer_windows_are_made_of_shorter_ones)
{
	uint32_t f = simulated_define(&one, 0, "f");
	int64_t now_ns = NOW;

	limits.keep_ns[0] = limits.keep_ns[1];
	open_store();
	for (unsigned i = 0; i < 400; i++) {
		simulated_call(&one, f, 1000000 + i, i % 4 == 0, i % 8 == 0);
		one.span_ns = i == 7 ? 100 * (uint64_t)SECOND : 0;
		simulated_send(ledger, &one, now_ns);
		commit(now_ns);
		now_ns += 10 * SECOND;
	}
	commit(now_ns);
	await_windows();
	ck_assert_int_eq(ask("SELECT count(*) FROM history WHERE window_s = 3600"), 2);
	ck_assert_int_eq(ask("SELECT calls FROM history WHERE window_s = 3600 LIMIT 1"), 360);
	ck_assert_int_eq(ask("SELECT errors FROM history WHERE window_s = 3600 LIMIT 1"), 90);
	ck_assert_int_eq(ask("SELECT slow FROM history WHERE window_s = 3600 LIMIT 1"), 45);
	ck_assert_int_eq(
		ask("SELECT sum_ns FROM \"window\" WHERE length_ns = 3600000000000 LIMIT 1"),
		360 * 1000000 + 359 * 360 / 2);
	ck_assert_int_eq(ask("SELECT max(calls) FROM history WHERE window_s = 60"), 6);
	ck_assert_int_eq(ask("SELECT sum(late_calls) FROM history WHERE window_s = 10"), 1);
	ck_assert_int_eq(ask("SELECT sum(late_calls) FROM history WHERE window_s = 60"), 1);
	ck_assert_int_eq(ask("SELECT sum(late_calls) FROM history WHERE window_s = 3600"), 0);
	ck_assert_int_eq(ask("SELECT sum(calls) FROM history WHERE window_s = 60"), 400);
	ck_assert_int_eq(ask("SELECT sum(calls) FROM history WHERE window_s = 3600"), 396);
}
END_TEST

START_TEST(old_windows_are_deleted_once_longer_ones_are_made)
{
	uint32_t f = simulated_define(&one, 0, "f");
	int64_t now_ns = NOW;

	limits.keep_ns[0] = 100 * (uint64_t)SECOND;
	limits.keep_ns[1] = 600 * (uint64_t)SECOND;
	open_store();
	for (unsigned i = 0; i < 400; i++) {
		simulated_call(&one, f, 1000000, false, false);
		simulated_send(ledger, &one, now_ns);
		now_ns += 10 * SECOND;
		commit(now_ns);
	}
	await_windows();
	while (ask("SELECT count(*) FROM history WHERE window_s = 10") > 12)
		usleep(1000);
	while (ask("SELECT count(*) FROM history WHERE window_s = 60") > 12)
		usleep(1000);
	ck_assert_int_ge(ask("SELECT count(*) FROM history WHERE window_s = 10"), 9);
	ck_assert_int_ge(ask("SELECT count(*) FROM history WHERE window_s = 60"), 9);
	ck_assert_int_eq(ask("SELECT calls FROM history WHERE window_s = 3600 LIMIT 1"), 360);
}
END_TEST

START_TEST(a_window_that_is_open_goes_on_after_a_restart)
{
	uint32_t f = simulated_define(&one, 0, "f");

	open_store();
	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	commit(NOW);
	close_store();
	open_store();
	simulated_call(&one, f, 2000, true, false);
	simulated_send(ledger, &one, NOW + 1);
	commit(NOW + 1);
	ck_assert_int_eq(ask("SELECT count(*) FROM \"window\""), 1);
	ck_assert_int_eq(ask("SELECT calls FROM \"window\""), 2);
	ck_assert_int_eq(ask("SELECT errors FROM \"window\""), 1);
	ck_assert_int_eq(ask("SELECT sum_ns FROM \"window\""), 3000);
	ck_assert_int_eq(ask("SELECT max_ns FROM \"window\""), 2000);
}
END_TEST

/* ------------------------------------------------- whatever happens on the way */

#define PROCESSES 24
#define IN_FLIGHT 40

/* Processes whose messages are lost, doubled, delayed and reordered, and a profd that crashes. */
struct world {
	struct random random;
	struct simulated process[PROCESSES];
	unsigned born, ended; /* those below `ended` said goodbye and were acked */
	struct simulated_message network[IN_FLIGHT];
	unsigned messages;
	struct batch *held; /* did not get to the disk at the first attempt */
	int64_t now_ns;
	unsigned crashes;
	/* What a clear took away: where the tallies stood then, for each process and path. */
	struct tally base_returned[PROCESSES][8], base_failed[PROCESSES][8];
};

static void be_born(struct world *w)
{
	static const struct {
		uint32_t parent;
		const char *function;
	} tree[8] = {{0, "a"}, {1, "b"}, {2, "c"}, {1, "c"},
		     {0, "b"}, {5, "a"}, {3, "c"}, {0, "c"}};
	struct simulated *p = &w->process[w->born];

	simulated_init(p, w->born % 3 == 0 ? "alpha" : "beta", random_next(&w->random));
	for (unsigned i = 0; i < 8; i++) {
		simulated_define(p, tree[i].parent, tree[i].function);
		tally_init(&w->base_returned[w->born][i]);
		tally_init(&w->base_failed[w->born][i]);
	}
	w->born++;
}

static void work_some(struct world *w, struct simulated *p)
{
	if (p->goodbye)
		return;
	for (uint64_t n = random_below(&w->random, 20); n > 0; n--)
		simulated_call(p, 1 + (uint32_t)random_below(&w->random, 8),
			       UINT64_C(1) << random_below(&w->random, 40),
			       random_below(&w->random, 9) == 0, random_below(&w->random, 7) == 0);
}

static void push_some(struct world *w, struct simulated *p)
{
	if (w->messages < IN_FLIGHT)
		w->network[w->messages++] = simulated_push(p, p->acked);
}

/* Any of those on the way arrives, and perhaps stays on the way as well. */
static void deliver_any(struct world *w)
{
	uint64_t which;

	if (w->messages == 0)
		return;
	which = random_below(&w->random, w->messages);
	if (random_below(&w->random, 5) != 0)
		ck_assert_int_ne(simulated_deliver(ledger, &w->network[which], w->now_ns),
				 LEDGER_REFUSED);
	if (random_below(&w->random, 3) == 0)
		return;
	simulated_message_free(&w->network[which]);
	w->network[which] = w->network[--w->messages];
}

/* Acks get lost too. */
static void hear_acks(struct world *w)
{
	for (unsigned i = w->ended; i < w->born; i++) {
		struct simulated *p = &w->process[i];

		if (random_below(&w->random, 3) == 0)
			continue;
		p->acked = ledger_safe_generation(ledger, p->key);
		simulated_learn_epoch(p, ledger_epoch(ledger));
	}
}

static void commit_some(struct world *w)
{
	if (w->held == NULL)
		w->held = ledger_collect(ledger, w->now_ns);
	if (w->held == NULL || random_below(&w->random, 4) == 0)
		return;
	ck_assert_msg(try_batch(w->held), "%s", why);
	ledger_committed(ledger, w->held);
	w->held = NULL;
	hear_acks(w);
}

/* The file as it would be after a kill, journal and all, while the store still has the other. */
static void crash(struct world *w)
{
	char command[600], before[128];

	strcpy(before, path);
	snprintf(path, sizeof(path), "%s/%u.db", folder, ++w->crashes);
	snprintf(command, sizeof(command), "cp %s %s && cp %s-wal %s-wal", before, path, before,
		 path);
	ck_assert_int_eq(system(command), 0);
	if (w->held != NULL)
		ledger_discard(ledger, w->held);
	w->held = NULL;
	close_store();
	ck_assert_msg(open_store() == STORE_OPENED, "%s", why);
}

/* Everything that was counted arrives and is on disk. */
static void settle(struct world *w)
{
	for (unsigned i = w->ended; i < w->born; i++) {
		struct simulated *p = &w->process[i];

		if (simulated_send(ledger, p, w->now_ns) == LEDGER_SEND_ALL) {
			p->acked = 0;
			ck_assert_int_eq(simulated_send(ledger, p, w->now_ns), LEDGER_MERGED);
		}
	}
	if (w->held != NULL) {
		ck_assert_msg(try_batch(w->held), "%s", why);
		ledger_committed(ledger, w->held);
		w->held = NULL;
	}
	commit(w->now_ns);
	for (unsigned i = w->ended; i < w->born; i++)
		ck_assert_uint_eq(ledger_safe_generation(ledger, w->process[i].key),
				  w->process[i].generation);
}

/* Cleared when all that was counted is known to profd, so that it is known what is left. */
static void clear_some(struct world *w)
{
	static const char *const functions[] = {"a", "b", "c", NULL};
	const char *function = functions[random_below(&w->random, 4)];

	settle(w);
	ledger_clear(ledger, function, w->now_ns);
	commit(w->now_ns);
	for (unsigned i = 0; i < w->born; i++)
		for (unsigned j = 0; j < 8; j++) {
			struct simulated_path *p = &w->process[i].path[j];

			if (function != NULL && strcmp(function, p->function) != 0)
				continue;
			tally_clear(&w->base_returned[i][j]);
			tally_clear(&w->base_failed[i][j]);
			ck_assert(tally_merge(&w->base_returned[i][j], &p->returned));
			ck_assert(tally_merge(&w->base_failed[i][j], &p->failed));
		}
}

static void say_goodbye(struct world *w)
{
	struct simulated *p = &w->process[w->ended];

	if (w->born < PROCESSES)
		be_born(w); /* as after a fork: another process, with empty tallies */
	if (w->born - w->ended < 3)
		return;
	p->goodbye = true;
	if (simulated_send(ledger, p, w->now_ns) == LEDGER_SEND_ALL)
		p->acked = 0;
	if (ledger_safe_generation(ledger, p->key) == p->generation)
		w->ended++;
}

static void step(struct world *w)
{
	struct simulated *p = &w->process[w->ended + random_below(&w->random, w->born - w->ended)];
	uint64_t dice = random_below(&w->random, 100);

	if (dice < 30)
		work_some(w, p);
	else if (dice < 55)
		push_some(w, p);
	else if (dice < 80)
		deliver_any(w);
	else if (dice < 94)
		commit_some(w);
	else if (dice < 96)
		w->now_ns += (int64_t)random_below(&w->random, 40 * SECOND) - 5 * SECOND;
	else if (dice < 98)
		say_goodbye(w);
	else if (dice < 99 || random_below(&w->random, 2) == 0)
		crash(w);
	else
		clear_some(w);
}

struct expected {
	uint64_t calls, errors, sum_ns;
};

static void expect_path(const struct world *w, unsigned process, unsigned at, struct expected *e)
{
	const struct simulated_path *p = &w->process[process].path[at];
	const struct tally *returned = &w->base_returned[process][at];
	const struct tally *failed = &w->base_failed[process][at];

	e->errors += tally_calls(&p->failed) - tally_calls(failed);
	e->calls += tally_calls(&p->failed) - tally_calls(failed) + tally_calls(&p->returned) -
		    tally_calls(returned);
	e->sum_ns += p->failed.sum_ns - failed->sum_ns + p->returned.sum_ns - returned->sum_ns;
}

static void check_number(const char *column, const char *from, uint64_t expected)
{
	char sql[400];

	snprintf(sql, sizeof(sql), "SELECT ifnull(sum(%s), 0) FROM %s", column, from);
	ck_assert_msg(ask(sql) == (int64_t)expected, "%s: %ld, not %lu", sql, ask(sql), expected);
}

static void check_table(const char *from, const struct expected *e)
{
	check_number("s.calls", from, e->calls);
	check_number("s.errors", from, e->errors);
	check_number("s.sum_ns", from, e->sum_ns);
}

/* In memory, on disk, and as the sum of the windows of ten seconds, and of the longer ones with
 * what is not yet in them. */
static void check_function(const struct world *w, const char *function)
{
	static const char of[] =
		"JOIN path p ON p.id = s.path JOIN function f ON f.id = p.function "
		"WHERE f.name = ";
	struct expected e = {0, 0, 0};
	struct ledger_function told = get(function);
	char from[300];

	for (unsigned i = 0; i < w->born; i++)
		for (unsigned j = 0; j < 8; j++)
			if (strcmp(w->process[i].path[j].function, function) == 0)
				expect_path(w, i, j, &e);
	ck_assert_uint_eq(told.calls, e.calls);
	ck_assert_uint_eq(told.errors, e.errors);
	if (e.calls != 0)
		ck_assert_uint_eq(told.sum_ns, e.sum_ns);
	snprintf(from, sizeof(from), "statistic s %s'%s'", of, function);
	check_table(from, &e);
	snprintf(from, sizeof(from), "\"window\" s %s'%s' AND length_ns = 10000000000", of,
		 function);
	check_table(from, &e);
	snprintf(from, sizeof(from),
		 "\"window\" s %s'%s' AND (length_ns = 60000000000 OR length_ns = 10000000000 AND "
		 "start_ns = (SELECT value FROM meta WHERE key = 'open_ns'))",
		 of, function);
	check_table(from, &e);
}

static void check_paths(const struct world *w)
{
	static const char *const chains[8] = {"a", "a > b", "a > b > c",     "a > c",
					      "b", "b > a", "a > b > c > c", "c"};
	static const char *const programs[2] = {"alpha", "beta"};
	char from[200];

	for (unsigned k = 0; k < 16; k++) {
		struct expected e = {0, 0, 0};

		for (unsigned i = 0; i < w->born; i++)
			if (strcmp(w->process[i].program, programs[k / 8]) == 0)
				expect_path(w, i, k % 8, &e);
		snprintf(from, sizeof(from), "paths s WHERE program = '%s' AND path = '%s'",
			 programs[k / 8], chains[k % 8]);
		check_number("s.calls", from, e.calls);
		check_number("s.errors", from, e.errors);
	}
}

static void end_world(struct world *w)
{
	while (w->messages > 0)
		simulated_message_free(&w->network[--w->messages]);
	for (unsigned i = 0; i < w->born; i++) {
		simulated_deinit(&w->process[i]);
		for (unsigned j = 0; j < 8; j++) {
			tally_deinit(&w->base_returned[i][j]);
			tally_deinit(&w->base_failed[i][j]);
		}
	}
	free(w);
}

START_TEST(totals_are_exact_whatever_happens_on_the_way)
{
	struct world *w = calloc(1, sizeof(*w));

	for (unsigned i = 0; i < BATCH_LENGTHS; i++)
		limits.keep_ns[i] = UINT64_C(1) << 60; /* nothing is pruned */
	w->random.state = (uint64_t)_i + 1;
	w->now_ns = NOW;
	open_store();
	for (unsigned i = 0; i < 4; i++)
		be_born(w);
	for (unsigned i = 0; i < 1500; i++)
		step(w);
	while (w->messages > 0)
		deliver_any(w);
	settle(w);
	await_windows();
	ck_assert_uint_gt(w->crashes, 3);
	check_function(w, "a");
	check_function(w, "b");
	check_function(w, "c");
	check_paths(w);
	end_world(w);
}
END_TEST

/* Commits in a process of its own, telling each safe generation, until it is killed. */
static void commit_for_ever(int tell)
{
	open_store();
	one.acked = ledger_safe_generation(ledger, one.key);
	one.generation += 100; /* those that were on the way when it was killed */
	for (int64_t now_ns = NOW;; now_ns += SECOND) {
		for (uint32_t id = 1; id <= SIMULATED_PATHS; id++)
			simulated_call(&one, id, 1000 * id, id % 9 == 0, false);
		simulated_send(ledger, &one, now_ns);
		commit(now_ns);
		one.acked = ledger_safe_generation(ledger, one.key);
		if (write(tell, &one.acked, sizeof(one.acked)) != sizeof(one.acked))
			_exit(1);
	}
}

START_TEST(a_kill_in_the_middle_of_a_commit_loses_nothing_that_was_safe)
{
	struct random random = {5};
	uint64_t safe = 0, told;
	char name[32];

	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		simulated_define(&one, 0, name);
	}
	for (unsigned round = 0; round < 8; round++) {
		int tell[2], status;
		pid_t child;

		ck_assert_int_eq(pipe(tell), 0);
		child = fork();
		if (child == 0)
			commit_for_ever(tell[1]);
		close(tell[1]);
		for (uint64_t n = 2 + random_below(&random, 20); n > 0; n--)
			ck_assert_int_eq(read(tell[0], &safe, sizeof(safe)), sizeof(safe));
		usleep((useconds_t)random_below(&random, 2000));
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		ck_assert(WIFSIGNALED(status));
		while (read(tell[0], &told, sizeof(told)) == sizeof(told))
			safe = told;
		close(tell[0]);
		ck_assert_msg(open_store() == STORE_OPENED, "%s", why);
		ck_assert_uint_ge(ledger_safe_generation(ledger, one.key), safe);
		ck_assert_uint_gt(get("f79").calls, 0);
		ck_assert_uint_eq(get("f0").calls, get("f79").calls);
		check_number("calls", "\"window\" WHERE length_ns = 10000000000",
			     get("f0").calls * SIMULATED_PATHS);
		close_store();
		one.generation = safe;
	}
}
END_TEST

/* ------------------------------------------------- bytes that never change */

START_TEST(the_packed_forms_stay_as_they_are)
{
	static const uint8_t tally[] = {2,    0xfd, 0x0f, 1,	0x97, 0x05, 0x81, 1,	0xe8,
					0x8f, 0xd9, 0x3f, 0xe8, 7,    0x80, 0xe1, 0xeb, 0x17};
	uint8_t bytes[64];
	struct tally t, back;
	struct codec_reader r;
	size_t size;

	tally_init(&t);
	tally_init(&back);
	histogram_add(&t.histogram, HISTOGRAM_MIN + 2044, 1);
	histogram_add(&t.histogram, HISTOGRAM_MIN + 2044 + 663, 129);
	t.sum_ns = 133580776;
	t.min_ns = 1000;
	t.max_ns = 50000000;
	size = codec_put_tally(bytes, &t);
	ck_assert_uint_eq(size, sizeof(tally));
	ck_assert_mem_eq(bytes, tally, sizeof(tally));
	r = (struct codec_reader){bytes, bytes + size};
	ck_assert(codec_get_tally(&r, &back));
	ck_assert_ptr_eq(r.at, r.end);
	ck_assert_uint_eq(tally_calls(&back), 130);
	ck_assert_int_eq(back.histogram.index[1], HISTOGRAM_MIN + 2707);
	ck_assert_uint_eq(back.sum_ns, t.sum_ns);
	for (size_t cut = 0; cut < size; cut++) {
		r = (struct codec_reader){bytes, bytes + cut};
		ck_assert(!codec_get_tally(&r, &back));
	}
	tally_deinit(&t);
	tally_deinit(&back);
}
END_TEST

START_TEST(a_chunk_of_standings_stays_as_it_is)
{
	static const uint8_t expected[] = {1,	 7, 0, 5, 0, 0x3f, 0xac, 2, 3,
					   0x80, 2, 5, 4, 0, 9,	   0,	 0};
	struct batch *b = batch_new();
	struct batch_chunk chunk = {.at[0] = {NULL, 7, 0, 5}, .at[63] = {NULL, 300, 3, 256}};
	struct standing_block *block = calloc(1, sizeof(*block) + 5);
	struct batch_chunk back;
	uint8_t packed[256];

	block->size = 5;
	memcpy(block->bytes, (uint8_t[]){4, 0, 9, 0, 0}, 5);
	chunk.at[63].block = block;
	ck_assert_uint_le(batch_chunk_size(&chunk), sizeof(packed));
	ck_assert_uint_eq(batch_chunk_pack(&chunk, packed), sizeof(expected));
	ck_assert_mem_eq(packed, expected, sizeof(expected));
	ck_assert(batch_chunk_unpack(b, &back, (struct batch_blob){packed, sizeof(expected)}));
	ck_assert_uint_eq(back.at[63].path, 300);
	ck_assert_uint_eq(back.at[63].parent, 3);
	ck_assert_uint_eq(back.at[63].block->size, 5);
	ck_assert_ptr_null(back.at[0].block);
	ck_assert(!batch_chunk_unpack(b, &back, (struct batch_blob){packed, sizeof(expected) - 1}));
	free(block);
	batch_free(b);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_new_file_is_for_its_owner_and_group);
	tcase_add_test(tests, what_was_committed_is_there_again);
	tcase_add_test(tests, people_can_read_while_profd_runs);
	tcase_add_test(tests, a_second_profd_is_refused);
	tcase_add_test(tests, an_older_version_is_migrated_and_a_newer_one_refused);
	tcase_add_test(tests, another_programs_database_is_not_touched);
	tcase_add_test(tests, a_file_that_cannot_be_opened_is_told);
	tcase_add_loop_test(tests, a_damaged_file_is_set_aside_and_a_new_one_begun, 0,
			    sizeof(damages) / sizeof(damages[0]));
	tcase_add_test(tests, a_full_disk_loses_nothing);
	tcase_add_test(tests, longer_windows_are_made_of_shorter_ones);
	tcase_add_test(tests, old_windows_are_deleted_once_longer_ones_are_made);
	tcase_add_test(tests, a_window_that_is_open_goes_on_after_a_restart);
	tcase_add_loop_test(tests, totals_are_exact_whatever_happens_on_the_way, 0, 6);
	tcase_add_test(tests, a_kill_in_the_middle_of_a_commit_loses_nothing_that_was_safe);
	tcase_add_test(tests, the_packed_forms_stay_as_they_are);
	tcase_add_test(tests, a_chunk_of_standings_stays_as_it_is);
}
