/*
 * The ledger: what pushes add up to, whatever happens to them on the way.
 */
#include <stdio.h>
#include <string.h>

#include "daemon/ledger/batch.h"
#include "tests/ledgered.h"
#include "tests/scarce.h"

const char suite_name[] = "ledger";

START_TEST(a_push_that_comes_twice_late_or_out_of_order_counts_once)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct simulated_message pushes[3];

	for (unsigned i = 0; i < 3; i++) {
		simulated_call(&one, f, 1000 + i, i == 2, false);
		pushes[i] = simulated_push(&one, 0);
	}
	ck_assert_int_eq(simulated_deliver(ledger, &pushes[1], NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_deliver(ledger, &pushes[2], NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_deliver(ledger, &pushes[0], NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_deliver(ledger, &pushes[2], NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_get("f").calls, 3);
	ck_assert_uint_eq(ledgered_get("f").errors, 1);
	ck_assert_uint_eq(ledgered_get("f").sum_ns, 3003);
	ck_assert_uint_eq(ledgered_get("f").min_ns, 1000);
	ck_assert_uint_eq(ledgered_get("f").max_ns, 1002);
	ck_assert_uint_eq(ledgered_counts().pushes_repeated, 2);
	for (unsigned i = 0; i < 3; i++)
		simulated_message_free(&pushes[i]);
}
END_TEST

START_TEST(a_sum_that_grew_without_calls_is_booked)
{
	uint32_t f = simulated_define(&one, 0, "f");

	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	one.path[0].returned.sum_ns += 500;
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(ledgered_get("f").calls, 1);
	ck_assert_uint_eq(ledgered_get("f").sum_ns, 1500);
}
END_TEST

START_TEST(a_process_that_builds_on_what_is_unknown_sends_all)
{
	uint32_t f = simulated_define(&one, 0, "f");

	simulated_call(&one, f, 1000, false, false);
	one.generation = 6;
	one.acked = 5;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_SEND_ALL);
	ck_assert_uint_eq(ledgered_counts().processes, 0);
	one.acked = 0;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_get("f").calls, 1);
	one.acked = one.generation;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_counts().send_all, 1);
}
END_TEST

START_TEST(a_generation_is_safe_once_its_batch_is_committed)
{
	struct batch *batch;

	simulated_define(&one, 0, "f");
	simulated_send(ledger, &one, NOW);
	ck_assert(ledger_is_dirty(ledger));
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 0);
	batch = ledger_collect(ledger, NOW);
	ck_assert_ptr_nonnull(batch);
	ck_assert_ptr_null(ledger_collect(ledger, NOW));
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 0);
	ledger_committed(ledger, batch);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 1);
	ledgered_commit(NOW);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 2);
	ck_assert(!ledger_is_dirty(ledger));
}
END_TEST

START_TEST(a_process_that_changes_its_program_counts_on_there)
{
	uint32_t f = simulated_define(&one, 0, "f");
	uint32_t g = simulated_define(&one, f, "g");
	struct ledger_function told;

	simulated_call(&one, g, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	one.program = "gamma";
	simulated_call(&one, g, 3000, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(ledgered_get("g").calls, 2);
	ck_assert(ledger_get_function(ledger, "g", "alpha", &told));
	ck_assert_uint_eq(told.sum_ns, 1000);
	ck_assert(ledger_get_function(ledger, "g", "gamma", &told));
	ck_assert_uint_eq(told.sum_ns, 3000);
	ck_assert(!ledger_get_function(ledger, "g", "beta", &told));
	ck_assert(!ledger_get_function(ledger, "f", NULL, &told));
}
END_TEST

START_TEST(clearing_empties_what_is_derived_and_counts_on_from_there)
{
	uint32_t f = simulated_define(&one, 0, "f"), g = simulated_define(&one, f, "g");

	simulated_call(&one, f, 9000000, false, true);
	simulated_call(&one, g, 2000, true, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(ledger_clear(ledger, "f", NOW), 1);
	ck_assert_uint_eq(ledger_clear(ledger, "unknown", NOW), 0);
	ck_assert_uint_eq(ledgered_get("f").calls, 0);
	ck_assert_uint_eq(ledgered_get("g").calls, 1);
	ck_assert_uint_eq(ledgered_counts().calls, 1);
	ck_assert_uint_eq(ledgered_counts().slow, 0);
	ck_assert_uint_eq(ledger_epoch(ledger), 1);
	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(ledgered_get("f").calls, 1);
	ck_assert_uint_eq(ledgered_get("f").sum_ns, 1000);
	/* The process did not know of the clear: bounds of the bucket, and nothing of the 9 ms. */
	ck_assert_uint_le(ledgered_get("f").max_ns, 1012);
	ck_assert_uint_ge(ledgered_get("f").max_ns, 1000);
	ck_assert_uint_ge(ledgered_get("f").min_ns, 988);
	simulated_learn_epoch(&one, 1);
	simulated_call(&one, f, 700, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(ledgered_get("f").min_ns, 700);
	ck_assert_uint_eq(ledger_clear(ledger, NULL, NOW + 5), 2);
	ck_assert_uint_eq(ledgered_counts().calls, 0);
	ck_assert_int_eq(ledgered_counts().since_at_ns, NOW + 5);
}
END_TEST

START_TEST(an_epoch_from_a_newer_database_is_stepped_over)
{
	uint32_t f = simulated_define(&one, 0, "f");

	simulated_call(&one, f, 5000, false, false);
	simulated_send(ledger, &one, NOW);
	simulated_learn_epoch(&one, 7);
	simulated_call(&one, f, 1003, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(ledger_epoch(ledger), 8);
	ck_assert_uint_ne(ledgered_get("f").min_ns, 1003);
	ck_assert_uint_ge(ledgered_get("f").min_ns, 992);
	ck_assert_uint_le(ledgered_get("f").min_ns, 1003);
}
END_TEST

static void add_process(void *context, const struct ledger_process *p)
{
	uint64_t *calls = context;

	ck_assert_uint_eq(p->paths, SIMULATED_PATHS);
	*calls += p->calls;
}

/* Merges all of `one` while the n-th allocation fails, for n = 1, 2, ... until none fails. */
START_TEST(a_push_that_memory_ends_in_the_middle_of_counts_once)
{
	char name[32];
	uint64_t told = 0;
	unsigned n = 0, failures = 0;
	enum ledger_verdict verdict;
	struct simulated_message message;
	struct batch *batch;

	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i % 40);
		simulated_define(&one, i < 40 ? 0 : i - 39, name);
		simulated_call(&one, i + 1, UINT64_C(1000) << (i % 20), i % 3 == 0, i % 5 == 0);
	}
	profd__event__init(&one.event);
	one.event.sequence = 1;
	one.event.path = 3;
	one.event.failed = true;
	one.event.error = (char *)"no";
	message = simulated_push(&one, 0);
	do {
		Profd__Push *push = profd__push__unpack(NULL, message.size, message.bytes);
		const char *why = NULL;

		scarce_fail(++n);
		verdict = ledger_merge(ledger, push, &one.peer, NOW, NULL, NULL, &why);
		scarce_fail(0);
		failures += verdict == LEDGER_NO_MEMORY;
		profd__push__free_unpacked(push, NULL);
		n = verdict == LEDGER_NO_MEMORY && n > 3 ? 0 : n;
	} while (verdict == LEDGER_NO_MEMORY);
	ck_assert_int_eq(verdict, LEDGER_MERGED);
	ck_assert_uint_gt(failures, 100);
	ck_assert_uint_eq(ledgered_counts().calls, SIMULATED_PATHS);
	ck_assert_uint_eq(ledgered_counts().errors, 27);
	ck_assert_uint_eq(ledgered_counts().slow, 16);
	ck_assert_uint_eq(ledgered_counts().events, 1);
	ledger_each_processes(ledger, add_process, &told);
	ck_assert_uint_eq(told, SIMULATED_PATHS);
	for (n = 1;; n++) {
		scarce_fail(n);
		batch = ledger_collect(ledger, NOW);
		scarce_fail(0);
		if (batch != NULL)
			break;
		ck_assert(ledger_is_dirty(ledger));
	}
	ck_assert_uint_gt(n, 1);
	for (struct batch_statistic *row = batch->statistics; row != NULL; row = row->next)
		told -= row->calls;
	ck_assert_uint_eq(told, 0);
	ledger_committed(ledger, batch);
	simulated_message_free(&message);
}
END_TEST

START_TEST(quantiles_are_those_of_all_processes)
{
	uint32_t f = simulated_define(&one, 0, "f"), g = simulated_define(&other, 0, "f");
	struct ledger_function told;

	for (unsigned i = 1; i <= 50; i++) {
		simulated_call(&one, f, i * 1000000, false, false);
		simulated_call(&other, g, (50 + i) * 1000000, i % 2 == 0, false);
	}
	simulated_send(ledger, &one, NOW);
	simulated_send(ledger, &other, NOW);
	told = ledgered_get("f");
	ck_assert_double_eq_tol(told.quantile[0], 0.050, 0.050 * 0.0055);
	ck_assert_double_eq_tol(told.quantile[2], 0.090, 0.090 * 0.0055);
	ck_assert_uint_eq(told.errors, 25);
	ck_assert(ledger_get_function(ledger, "f", "beta", &told));
	ck_assert_double_eq_tol(told.quantile[0], 0.075, 0.075 * 0.0055);
	ck_assert_uint_eq(told.errors, 25);
}
END_TEST

static void count_functions(void *context, const struct ledger_function *f)
{
	(void)f;
	++*(unsigned *)context;
}

/* Who knows all of a ledger that began is told nothing again before something changes. */
START_TEST(a_ledger_that_began_tells_what_changed_only)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct ledger_mark mark = {0};
	struct ledger_totals totals;
	unsigned told = 0;

	ledger_begin(ledger, NOW);
	ck_assert(ledger_each_changed(ledger, NULL, NULL, &mark, &totals, count_functions, &told));
	ck_assert(!ledger_each_changed(ledger, NULL, NULL, &mark, &totals, count_functions, &told));
	ck_assert_uint_eq(told, 0);
	simulated_call(&one, f, SECOND, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert(!ledger_each_changed(ledger, NULL, NULL, &mark, &totals, count_functions, &told));
	ck_assert_uint_eq(told, 1);
	ck_assert(!ledger_each_changed(ledger, NULL, NULL, &mark, &totals, count_functions, &told));
	ck_assert_uint_eq(told, 1);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, ledgered_set_up, ledgered_tear_down);
	tcase_add_test(tests, a_push_that_comes_twice_late_or_out_of_order_counts_once);
	tcase_add_test(tests, a_sum_that_grew_without_calls_is_booked);
	tcase_add_test(tests, a_process_that_builds_on_what_is_unknown_sends_all);
	tcase_add_test(tests, a_generation_is_safe_once_its_batch_is_committed);
	tcase_add_test(tests, a_process_that_changes_its_program_counts_on_there);
	tcase_add_test(tests, clearing_empties_what_is_derived_and_counts_on_from_there);
	tcase_add_test(tests, an_epoch_from_a_newer_database_is_stepped_over);
	tcase_add_test(tests, a_push_that_memory_ends_in_the_middle_of_counts_once);
	tcase_add_test(tests, quantiles_are_those_of_all_processes);
	tcase_add_test(tests, a_ledger_that_began_tells_what_changed_only);
}
