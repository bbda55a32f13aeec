/*
 * Windows: which one a difference is booked in, and when it is late.
 */
#include "daemon/ledger/batch.h"
#include "tests/ledgered.h"

const char suite_name[] = "ledger_windows";

static struct batch_window *only_window(struct batch *batch)
{
	ck_assert_ptr_nonnull(batch);
	ck_assert_ptr_nonnull(batch->windows);
	ck_assert_ptr_null(batch->windows->next);
	return batch->windows;
}

START_TEST(a_difference_is_booked_in_the_window_of_its_time)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct batch *batch;

	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW + 3 * SECOND);
	batch = ledger_collect(ledger, NOW + 3 * SECOND);
	ck_assert_int_eq(only_window(batch)->start_ns, NOW);
	ck_assert_uint_eq(only_window(batch)->late_calls, 0);
	ledger_committed(ledger, batch);
	ck_assert_int_eq(ledger_next_ns(ledger), NOW + 10 * SECOND);
	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW + 4 * SECOND);
	batch = ledger_collect(ledger, NOW + 4 * SECOND);
	ck_assert_uint_eq(only_window(batch)->calls, 2);
	ledger_committed(ledger, batch);
	simulated_call(&one, f, 1000, true, true);
	simulated_send(ledger, &one, NOW + 10 * SECOND);
	batch = ledger_collect(ledger, NOW + 10 * SECOND);
	ck_assert_int_eq(only_window(batch)->start_ns, NOW + 10 * SECOND);
	ck_assert_uint_eq(only_window(batch)->calls, 1);
	ck_assert_uint_eq(only_window(batch)->errors, 1);
	ck_assert_uint_eq(only_window(batch)->slow, 1);
	ck_assert_int_eq(batch->open_ns, NOW + 10 * SECOND);
	ledger_committed(ledger, batch);
}
END_TEST

START_TEST(a_window_that_ends_before_its_batch_is_told_with_the_next)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct batch *batch;
	uint64_t calls = 0;

	for (unsigned i = 0; i < 2; i++) {
		simulated_call(&one, f, 1000, false, false);
		simulated_send(ledger, &one, NOW + 10 * SECOND * i);
	}
	batch = ledger_collect(ledger, NOW + 10 * SECOND);
	for (struct batch_window *w = batch->windows; w != NULL; w = w->next) {
		ck_assert(w->start_ns == NOW || w->start_ns == NOW + 10 * SECOND);
		calls += w->calls;
	}
	ck_assert_uint_eq(calls, 2);
	ledger_committed(ledger, batch);
	batch = ledger_collect(ledger, NOW + 20 * SECOND);
	ck_assert_ptr_nonnull(batch); /* says that the window is closed */
	ck_assert_int_eq(batch->open_ns, NOW + 20 * SECOND);
	ck_assert_ptr_null(batch->windows);
	ledger_committed(ledger, batch);
	ck_assert_int_eq(ledger_next_ns(ledger), INT64_MAX);
}
END_TEST

START_TEST(without_batches_windows_grow_longer_and_say_so)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct batch *batch;
	unsigned rows = 0;
	uint64_t calls = 0, late = 0;

	for (unsigned i = 0; i < 50; i++) {
		simulated_call(&one, f, 1000, false, false);
		simulated_send(ledger, &one, NOW + 10 * SECOND * i);
	}
	batch = ledger_collect(ledger, NOW + 500 * SECOND);
	for (struct batch_window *w = batch->windows; w != NULL; w = w->next) {
		rows++;
		calls += w->calls;
		late += w->late_calls;
	}
	ck_assert_uint_eq(rows, 2);
	ck_assert_uint_eq(calls, 50);
	ck_assert_uint_eq(late, 47);
	ledger_committed(ledger, batch);
}
END_TEST

START_TEST(a_push_after_an_outage_is_booked_as_late)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct batch *batch;

	simulated_call(&one, f, 1000, false, false);
	one.span_ns = 3000 * (uint64_t)SECOND;
	simulated_send(ledger, &one, NOW);
	batch = ledger_collect(ledger, NOW);
	ck_assert_uint_eq(only_window(batch)->late_calls, 1);
	ck_assert_uint_eq(only_window(batch)->late_span_ns, one.span_ns);
	ledger_committed(ledger, batch);
}
END_TEST

START_TEST(a_clock_that_is_set_back_reopens_no_window_and_says_so)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct batch *batch;

	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW - 100 * SECOND);
	batch = ledger_collect(ledger, NOW - 100 * SECOND);
	ck_assert_int_eq(only_window(batch)->start_ns, NOW);
	ck_assert_uint_eq(only_window(batch)->calls, 2);
	ck_assert_uint_eq(only_window(batch)->late_calls, 1);
	ck_assert_uint_eq(only_window(batch)->late_span_ns, 100 * (uint64_t)SECOND);
	ledger_committed(ledger, batch);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, ledgered_set_up, ledgered_tear_down);
	tcase_add_test(tests, a_difference_is_booked_in_the_window_of_its_time);
	tcase_add_test(tests, a_window_that_ends_before_its_batch_is_told_with_the_next);
	tcase_add_test(tests, without_batches_windows_grow_longer_and_say_so);
	tcase_add_test(tests, a_push_after_an_outage_is_booked_as_late);
	tcase_add_test(tests, a_clock_that_is_set_back_reopens_no_window_and_says_so);
}
