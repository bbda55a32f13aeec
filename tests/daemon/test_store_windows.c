/*
 * Windows on disk: longer ones are made of shorter ones, old ones go, an open one goes on.
 */
#include <stdio.h>
#include <unistd.h>

#include "tests/stored.h"

const char suite_name[] = "store_windows";

START_TEST(longer_windows_are_made_of_shorter_ones)
{
	uint32_t f = simulated_define(&one, 0, "f");
	int64_t now_ns = NOW;

	limits.keep_ns[0] = limits.keep_ns[1];
	stored_open();
	for (unsigned i = 0; i < 400; i++) {
		simulated_call(&one, f, 1000000 + i, i % 4 == 0, i % 8 == 0);
		one.span_ns = i == 7 ? 100 * (uint64_t)SECOND : 0;
		simulated_send(ledger, &one, now_ns);
		stored_commit(now_ns);
		now_ns += 10 * SECOND;
	}
	stored_commit(now_ns);
	stored_await_windows();
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM history WHERE window_s = 3600"), 2);
	ck_assert_int_eq(stored_ask("SELECT calls FROM history WHERE window_s = 3600 LIMIT 1"),
			 360);
	ck_assert_int_eq(stored_ask("SELECT errors FROM history WHERE window_s = 3600 LIMIT 1"),
			 90);
	ck_assert_int_eq(stored_ask("SELECT slow FROM history WHERE window_s = 3600 LIMIT 1"), 45);
	ck_assert_int_eq(
		stored_ask("SELECT sum_ns FROM \"window\" WHERE length_ns = 3600000000000 LIMIT 1"),
		360 * 1000000 + 359 * 360 / 2);
	ck_assert_int_eq(stored_ask("SELECT max(calls) FROM history WHERE window_s = 60"), 6);
	ck_assert_int_eq(stored_ask("SELECT sum(late_calls) FROM history WHERE window_s = 10"), 1);
	ck_assert_int_eq(stored_ask("SELECT sum(late_calls) FROM history WHERE window_s = 60"), 1);
	ck_assert_int_eq(stored_ask("SELECT sum(late_calls) FROM history WHERE window_s = 3600"),
			 0);
	ck_assert_int_eq(stored_ask("SELECT sum(calls) FROM history WHERE window_s = 60"), 400);
	ck_assert_int_eq(stored_ask("SELECT sum(calls) FROM history WHERE window_s = 3600"), 396);
}
END_TEST

START_TEST(old_windows_are_deleted_once_longer_ones_are_made)
{
	uint32_t f = simulated_define(&one, 0, "f");
	int64_t now_ns = NOW;

	limits.keep_ns[0] = 100 * (uint64_t)SECOND;
	limits.keep_ns[1] = 600 * (uint64_t)SECOND;
	stored_open();
	for (unsigned i = 0; i < 400; i++) {
		simulated_call(&one, f, 1000000, false, false);
		simulated_send(ledger, &one, now_ns);
		now_ns += 10 * SECOND;
		stored_commit(now_ns);
	}
	stored_await_windows();
	while (stored_ask("SELECT count(*) FROM history WHERE window_s = 10") > 12)
		usleep(1000);
	while (stored_ask("SELECT count(*) FROM history WHERE window_s = 60") > 12)
		usleep(1000);
	ck_assert_int_ge(stored_ask("SELECT count(*) FROM history WHERE window_s = 10"), 9);
	ck_assert_int_ge(stored_ask("SELECT count(*) FROM history WHERE window_s = 60"), 9);
	ck_assert_int_eq(stored_ask("SELECT calls FROM history WHERE window_s = 3600 LIMIT 1"),
			 360);
}
END_TEST

static void define_all(uint32_t *f, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%u", i);
		f[i] = simulated_define(&one, 0, name);
	}
}

static uint64_t file_size(void)
{
	return (uint64_t)(stored_ask("PRAGMA page_count") * stored_ask("PRAGMA page_size"));
}

/* The oldest windows go before their time, of all lengths; what is said to be whole is whole. */
START_TEST(history_makes_room_when_the_file_is_near_its_limit)
{
	enum { FUNCTIONS = SIMULATED_PATHS, WINDOWS = 400, LIMIT = 700000 };
	uint32_t f[FUNCTIONS];
	struct store_counts counts;
	int64_t now_ns = NOW;

	limits.keep_ns[0] = 600 * (uint64_t)SECOND;
	limits.keep_ns[1] = 6000 * (uint64_t)SECOND;
	limits.keep_ns[2] = 24 * 3600 * (uint64_t)SECOND;
	define_all(f, FUNCTIONS);
	stored_open();
	store_limit(store, LIMIT);
	for (unsigned i = 0; i < WINDOWS; i++) {
		for (unsigned j = 0; j < FUNCTIONS; j++)
			simulated_call(&one, f[j], 1000000 + i * j, false, false);
		simulated_send(ledger, &one, now_ns);
		stored_commit(now_ns);
		now_ns += 10 * SECOND;
		if (i % 20 == 19) {
			stored_await_windows();
			while (file_size() > LIMIT)
				usleep(1000);
		}
	}
	stored_check("calls", "functions", FUNCTIONS * WINDOWS);
	store_count(store, &counts);
	ck_assert_uint_gt(counts.shortened, 0);
	/* Of ten minutes, and of a hundred, about the same share is left. */
	ck_assert_int_lt(
		stored_ask("SELECT count(DISTINCT start) FROM history WHERE window_s = 10"), 58);
	ck_assert_int_lt(
		stored_ask("SELECT count(DISTINCT start) FROM history WHERE window_s = 60"), 96);
	ck_assert_int_gt(
		stored_ask("SELECT count(DISTINCT start) FROM history WHERE window_s = 10"), 5);
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM (SELECT count(*) AS rows FROM \"window\" "
				    "WHERE length_ns = 10000000000 AND start_ns >= (SELECT value "
				    "FROM meta WHERE key = 'kept_from_0') GROUP BY start_ns) "
				    "WHERE rows <> 80"),
			 0);
}
END_TEST

START_TEST(a_window_that_is_open_goes_on_after_a_restart)
{
	uint32_t f = simulated_define(&one, 0, "f");

	stored_open();
	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	stored_commit(NOW);
	stored_close();
	stored_open();
	simulated_call(&one, f, 2000, true, false);
	simulated_send(ledger, &one, NOW + 1);
	stored_commit(NOW + 1);
	ck_assert_int_eq(stored_ask("SELECT count(*) FROM \"window\""), 1);
	ck_assert_int_eq(stored_ask("SELECT calls FROM \"window\""), 2);
	ck_assert_int_eq(stored_ask("SELECT errors FROM \"window\""), 1);
	ck_assert_int_eq(stored_ask("SELECT sum_ns FROM \"window\""), 3000);
	ck_assert_int_eq(stored_ask("SELECT max_ns FROM \"window\""), 2000);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, stored_set_up, stored_tear_down);
	tcase_add_test(tests, longer_windows_are_made_of_shorter_ones);
	tcase_add_test(tests, old_windows_are_deleted_once_longer_ones_are_made);
	tcase_add_test(tests, history_makes_room_when_the_file_is_near_its_limit);
	tcase_add_test(tests, a_window_that_is_open_goes_on_after_a_restart);
}
