/*
 * The store: what is committed is there again, and a file that is not as it should be is told.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/store/schema.h"
#include "tests/stored.h"

const char suite_name[] = "store";

START_TEST(a_new_file_is_for_its_owner_and_group)
{
	struct stat status;
	mode_t before = umask(0);
	char name[160];

	ck_assert_int_eq(stored_open(), STORE_CREATED);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
	snprintf(name, sizeof(name), "%s-wal", path);
	ck_assert_int_eq(stat(name, &status), 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0640);
	umask(before);
	ck_assert_int_eq(stored_ask("PRAGMA user_version"), schema_version);
	ck_assert_int_eq(stored_ask("PRAGMA auto_vacuum"), 2);
	stored_close();
	ck_assert_int_eq(stat(name, &status), -1);
	ck_assert_int_eq(stored_open(), STORE_OPENED);
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
	fprintf(context, "process %s %d %lu %u %ld %ld %lu %lu %lu %lu %d\n", p->program, p->pid,
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
	ledger_each_events(ledger, NULL, false, NOW, describe_event, to);
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
	stored_commit(NOW);
	ledger_clear(ledger, "f3", NOW);
	simulated_call(&one, 4, 123456, false, false);
	simulated_send(ledger, &one, NOW);
	simulated_send(ledger, &other, NOW + 1);
	stored_commit(NOW + 1);
	simulated_deinit(&other);
}

START_TEST(what_was_committed_is_there_again)
{
	char *before, *after;
	struct simulated_message late;

	stored_open();
	fill();
	late = simulated_push(&one, 0);
	before = describe();
	stored_close();
	ck_assert_int_eq(stored_open(), STORE_OPENED);
	after = describe();
	compare(strdup(before), after);
	/* Standings too: nothing of a push that was merged before counts again. */
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 2);
	simulated_deliver(ledger, &late, NOW);
	ck_assert(ledger_is_dirty(ledger));
	stored_commit(NOW + 1);
	after = describe();
	compare(before, after);
	simulated_message_free(&late);
}
END_TEST

START_TEST(people_can_read_while_profd_runs)
{
	stored_open();
	fill();
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM functions"), 9);
	ck_assert_int_eq(stored_ask("SELECT calls FROM functions WHERE name = 'f3'"), 1);
	ck_assert_int_eq(stored_ask("SELECT round(avg_ms * 1e6) FROM functions WHERE name = 'f3'"),
			 123456);
	ck_assert_int_eq(stored_ask("SELECT calls FROM paths WHERE path = 'f1 > f1 > f1'"), 1);
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM paths WHERE program = 'beta'"), 1);
	ck_assert_int_eq(
		stored_ask("SELECT count(*) FROM slow_calls WHERE error = 'it''s broken' AND "
			   "started LIKE '2023-11-1%'"),
		1);
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM processes WHERE ended IS NOT NULL"), 1);
	ck_assert_int_eq(stored_ask("SELECT sum(calls) FROM history"),
			 stored_ask("SELECT sum(calls) FROM functions"));
	ck_assert_int_eq(stored_ask("SELECT sum(calls) FROM program_functions"),
			 stored_ask("SELECT sum(calls) FROM functions"));
	ck_assert_int_eq(stored_ask("SELECT sum(calls) FROM programs"),
			 stored_ask("SELECT sum(calls) FROM functions"));
	ck_assert_int_eq(
		stored_ask("SELECT count(*) FROM program_functions WHERE program = 'beta'"), 1);
	ck_assert_int_eq(stored_ask("SELECT sum(calls) FROM program_history"),
			 stored_ask("SELECT sum(calls) FROM history"));
	ck_assert_int_eq(stored_ask("SELECT calls FROM path_history WHERE path = 'f1 > f1 > f1'"),
			 1);
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM standing"), 2);
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM pragma_foreign_key_check"), 0);
}
END_TEST

START_TEST(a_second_profd_is_refused)
{
	struct ledger *second = ledger_new(&limits);
	struct store *none = NULL;

	stored_open();
	ck_assert_int_eq(store_open(&none, path, second, why, sizeof(why)), STORE_BUSY);
	ck_assert_ptr_nonnull(strstr(why, path));
	ck_assert_ptr_null(none);
	ledger_free(second);
	fill();
}
END_TEST

START_TEST(an_older_version_is_migrated_and_a_newer_one_refused)
{
	const char *steps[16];
	unsigned known = schema_version;
	sqlite3 *db;
	int64_t epoch;

	memcpy(steps, schema_steps, known * sizeof(steps[0]));
	steps[known] = "ALTER TABLE process ADD COLUMN host TEXT; UPDATE meta SET value = value + "
		       "1 WHERE key = 'epoch'";
	steps[known + 1] = "CREATE TABLE third (x); INSERT INTO missing VALUES (1)";
	stored_open();
	fill();
	epoch = (int64_t)ledger_epoch(ledger);
	stored_close();
	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	ck_assert_int_ne(schema_migrate(db, steps, known + 2), SQLITE_OK);
	ck_assert_int_eq(stored_ask("PRAGMA user_version"), known);
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM sqlite_master WHERE name = 'third'"), 0);
	ck_assert_int_eq(schema_migrate(db, steps, known + 1), SQLITE_OK);
	ck_assert_int_eq(schema_migrate(db, steps, known + 1), SQLITE_OK);
	sqlite3_close(db);
	ck_assert_int_eq(stored_ask("SELECT value FROM meta WHERE key = 'epoch'"), epoch + 1);
	ck_assert_int_eq(stored_ask("SELECT count(host) FROM process"), 0);
	ck_assert_int_eq(stored_open(), STORE_NEWER);
	ck_assert_ptr_nonnull(strstr(why, "has version"));
	ck_assert_int_eq(stored_ask("PRAGMA user_version"), known + 1);
}
END_TEST

START_TEST(another_programs_database_is_not_touched)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, "CREATE TABLE accounts (id)", NULL, NULL, NULL);
	sqlite3_close(db);
	ck_assert_int_eq(stored_open(), STORE_FAILED);
	ck_assert_ptr_nonnull(strstr(why, "another program"));
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM sqlite_master"), 1);
}
END_TEST

START_TEST(a_file_that_cannot_be_opened_is_told)
{
	snprintf(path, sizeof(path), "%s/no/profd.db", folder);
	ck_assert_int_eq(stored_open(), STORE_FAILED);
	ck_assert_ptr_nonnull(strstr(why, strerror(ENOENT)));
}
END_TEST

/* ------------------------------------------------- damage */

static void change(const char *sql)
{
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s",
		      sqlite3_errmsg(db));
	sqlite3_close(db);
}

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

	stored_open();
	fill();
	stored_close();
	damages[_i]();
	ck_assert_int_eq(stored_open(), STORE_SET_ASIDE);
	told = strstr(why, "renamed to ");
	ck_assert_ptr_nonnull(told);
	told += strlen("renamed to ");
	*strchr(told, ',') = '\0';
	ck_assert_int_eq(access(told, F_OK), 0);
	ck_assert_uint_eq(stored_get("f0").calls, 0);
	simulated_deinit(&one);
	fill();
	stored_close();
	ck_assert_int_eq(stored_open(), STORE_OPENED);
	ck_assert_uint_gt(stored_get("f0").calls, 0);
}
END_TEST

START_TEST(a_full_disk_loses_nothing)
{
	struct rlimit limit, unlimited;
	struct batch *batch;
	char *before, *after;

	signal(SIGXFSZ, SIG_IGN);
	stored_open();
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
	ck_assert(!stored_try(batch));
	ck_assert_ptr_nonnull(strstr(why, path));
	ck_assert(!stored_try(batch));
	/* It goes on in memory meanwhile. */
	simulated_call(&one, 1, 1000, true, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(stored_get("a long enough name 0").calls, 31);
	setrlimit(RLIMIT_FSIZE, &unlimited);
	ck_assert_msg(stored_try(batch), "%s", why);
	ledger_committed(ledger, batch);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 1);
	stored_commit(NOW);
	before = describe();
	stored_close();
	ck_assert_int_eq(stored_open(), STORE_OPENED);
	after = describe();
	compare(before, after);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, stored_set_up, stored_tear_down);
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
}
