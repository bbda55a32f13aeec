/*
 * The tables of functions and paths when they are full.
 */
#include <stdio.h>

#include "tests/ledgered.h"

const char suite_name[] = "ledger_paths";

START_TEST(full_tables_collapse_paths_and_lose_no_call)
{
	char name[32];
	uint64_t calls = 0;

	limits.paths = 24;
	limits.functions = 40;
	ledgered_renew();
	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		simulated_define(&one, i % 7 == 0 ? 0 : i, name);
		simulated_call(&one, i + 1, 1000 * i, i % 3 == 0, i % 5 == 0);
	}
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_counts().calls, SIMULATED_PATHS);
	ck_assert_uint_eq(ledgered_counts().paths, 25); /* and (other) */
	ck_assert_uint_eq(ledgered_counts().functions, 40);
	ck_assert_uint_gt(ledgered_counts().paths_collapsed, 0);
	ck_assert_uint_gt(ledgered_counts().functions_collapsed, 0);
	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		calls += ledgered_get(name).calls;
	}
	ck_assert_uint_eq(calls + ledgered_get(PROF_OTHER).calls, SIMULATED_PATHS);
	ck_assert_uint_eq(ledgered_get("f1").calls, 1);
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_counts().calls, SIMULATED_PATHS);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, ledgered_set_up, ledgered_tear_down);
	tcase_add_test(tests, full_tables_collapse_paths_and_lose_no_call);
}
