/*
 * Processes from the first push to the tombstone, and how many there may be.
 */
#include "daemon/ledger/batch.h"
#include "tests/ledgered.h"

const char suite_name[] = "ledger_process";

START_TEST(after_a_goodbye_nothing_of_the_process_counts_until_it_is_forgotten)
{
	uint32_t f = simulated_define(&one, 0, "f");
	struct simulated_message late;
	int64_t later = NOW + (int64_t)limits.tombstone_ns;

	simulated_call(&one, f, 1000, false, false);
	late = simulated_push(&one, 0);
	simulated_call(&one, f, 1000, false, false);
	one.goodbye = true;
	simulated_send(ledger, &one, NOW);
	ledgered_commit(NOW);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 2);
	ck_assert_int_eq(simulated_deliver(ledger, &late, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_get("f").calls, 2);
	ck_assert_uint_eq(ledgered_counts().processes, 1);
	ck_assert_int_le(ledger_next_ns(ledger), later);
	ledgered_commit(later - 1);
	ck_assert_uint_eq(ledgered_counts().processes, 1);
	ledgered_commit(later);
	ck_assert_uint_eq(ledgered_counts().processes, 0);
	ck_assert_uint_eq(ledgered_get("f").calls, 2);
	simulated_message_free(&late);
}
END_TEST

START_TEST(tombstones_stay_a_shorter_time_where_processes_are_many)
{
	limits.processes = 2;
	ledgered_renew();
	simulated_call(&one, simulated_define(&one, 0, "f"), 1000, false, false);
	one.goodbye = true;
	simulated_send(ledger, &one, NOW);
	ledgered_commit(NOW);
	ledgered_commit(NOW + INT64_C(9999999999));
	ck_assert_uint_eq(ledgered_counts().processes, 1);
	ck_assert_int_le(ledger_next_ns(ledger), NOW + INT64_C(10000000000));
	ledgered_commit(NOW + INT64_C(10000000000));
	ck_assert_uint_eq(ledgered_counts().processes, 0);
	ck_assert_uint_eq(ledgered_get("f").calls, 1);
}
END_TEST

static bool lives(void *context, const uint8_t process[PROF_PROCESS_ID], int32_t pid)
{
	ck_assert_ptr_nonnull(process);
	return pid == *(int32_t *)context;
}

START_TEST(a_silent_process_is_buried_when_it_lives_no_longer)
{
	uint32_t f = simulated_define(&one, 0, "f");
	int64_t later = NOW + (int64_t)limits.silence_ns;

	simulated_call(&one, f, 1000, false, false);
	simulated_define(&other, 0, "f");
	simulated_send(ledger, &one, NOW);
	simulated_send(ledger, &other, NOW);
	ledgered_commit(NOW);
	ledger_bury(ledger, later - 1, 10, lives, &other.peer.pid);
	ck_assert(!ledger_is_dirty(ledger));
	ledger_bury(ledger, later, 10, lives, &other.peer.pid);
	ledgered_commit(later);
	ledgered_commit(later + (int64_t)limits.tombstone_ns);
	ck_assert_uint_eq(ledgered_counts().processes, 1);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 1);
	ck_assert_uint_eq(ledgered_get("f").calls, 1);
}
END_TEST

/* Of a process outside of profd's PID namespace the kernel tells no pid. */
START_TEST(a_process_without_a_pid_is_looked_up_too)
{
	int64_t later = NOW + (int64_t)limits.silence_ns;
	int32_t found = 0, nobody = -1;

	one.peer.pid = 0;
	simulated_call(&one, simulated_define(&one, 0, "f"), 1000, false, false);
	simulated_send(ledger, &one, NOW);
	ledger_bury(ledger, later, 10, lives, &found);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 0);
	ledger_bury(ledger, later, 10, lives, &nobody);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 1);
}
END_TEST

START_TEST(where_processes_are_many_the_dead_make_room_at_once)
{
	struct simulated_message late;
	uint32_t f = simulated_define(&one, 0, "f");

	limits.processes = 4;
	ledgered_renew();
	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert(!ledger_is_crowded(ledger));
	simulated_define(&other, 0, "f");
	simulated_send(ledger, &other, NOW);
	ck_assert(ledger_is_crowded(ledger));
	simulated_call(&one, f, 1000, false, false);
	late = simulated_push(&one, 0);
	ck_assert(ledger_find_dead(ledger, lives, &other.peer.pid));
	/* What it had sent before it was found still counts until it is buried. */
	ck_assert_int_eq(simulated_deliver(ledger, &late, NOW), LEDGER_MERGED);
	ledger_bury_dead(ledger, NOW);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 1);
	ledgered_commit(NOW);
	ledgered_commit(NOW);
	ck_assert_uint_eq(ledgered_counts().processes, 1);
	ck_assert_uint_eq(ledgered_get("f").calls, 2);
	ck_assert(!ledger_find_dead(ledger, lives, &other.peer.pid));
	simulated_message_free(&late);
}
END_TEST

START_TEST(a_tombstone_of_the_dead_goes_before_older_ones)
{
	limits.processes = 4;
	ledgered_renew();
	simulated_define(&one, 0, "f");
	simulated_define(&other, 0, "f");
	one.goodbye = other.goodbye = true;
	simulated_send(ledger, &one, NOW);
	simulated_send(ledger, &other, NOW);
	ledgered_commit(NOW);
	ck_assert(ledger_find_dead(ledger, lives, &one.peer.pid));
	ledger_bury_dead(ledger, NOW);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 0);
	ledgered_commit(NOW);
	ck_assert_uint_eq(ledgered_counts().processes, 1);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 1);
}
END_TEST

static bool nobody_asks(void *context, const uint8_t process[PROF_PROCESS_ID], int32_t pid)
{
	(void)context;
	(void)process;
	(void)pid;
	ck_abort_msg("the kernel knows nothing of another machine");
}

START_TEST(a_process_of_another_machine_is_buried_when_it_is_silent_for_long)
{
	int64_t later = NOW + (int64_t)limits.remote_silence_ns;

	one.peer.uid = UINT64_C(1) << 62;
	one.peer.pid = 0;
	simulated_call(&one, simulated_define(&one, 0, "f"), 1000, false, false);
	simulated_send(ledger, &one, NOW);
	ledgered_commit(NOW);
	ledger_bury(ledger, later - 1, 10, nobody_asks, NULL);
	ck_assert(!ledger_is_dirty(ledger));
	ledger_bury(ledger, later, 10, nobody_asks, NULL);
	ledgered_commit(later);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 1);
	ck_assert_uint_eq(ledgered_get("f").calls, 1);
}
END_TEST

START_TEST(when_there_are_too_many_processes_new_ones_are_refused)
{
	limits.processes = 1;
	ledgered_renew();
	simulated_define(&one, 0, "f");
	simulated_define(&other, 0, "f");
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_send(ledger, &other, NOW), LEDGER_REFUSED);
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
}
END_TEST

START_TEST(when_standings_take_too_much_new_ones_are_refused)
{
	limits.standings = BATCH_CHUNK;
	ledgered_renew();
	simulated_define(&one, 0, "f");
	simulated_define(&other, 0, "f");
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_send(ledger, &other, NOW), LEDGER_REFUSED);
	one.goodbye = true;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_send(ledger, &other, NOW), LEDGER_MERGED);
}
END_TEST

START_TEST(tombstones_and_silence_last_as_long_when_the_clock_is_set)
{
	static const int64_t steps[] = {-10000 * SECOND, 10000 * SECOND};
	int64_t now_ns = NOW + steps[_i], silence_ns = (int64_t)limits.silence_ns;
	int32_t none = -1;

	limits.tombstone_ns = limits.silence_ns / 2;
	ledgered_renew();
	simulated_define(&one, 0, "f");
	simulated_define(&other, 0, "f");
	one.goodbye = true;
	simulated_send(ledger, &one, NOW);
	simulated_send(ledger, &other, NOW);
	ledgered_commit(NOW);
	ledger_step_clock(ledger, steps[_i], now_ns);
	ledgered_commit(now_ns);
	ledgered_commit(now_ns + silence_ns / 2 - 1);
	ck_assert_uint_eq(ledgered_counts().processes, 2);
	ledgered_commit(now_ns + silence_ns / 2);
	ck_assert_uint_eq(ledgered_counts().processes, 1);
	ledger_bury(ledger, now_ns + silence_ns - 1, 10, lives, &none);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 0);
	ledger_bury(ledger, now_ns + silence_ns, 10, lives, &none);
	ck_assert_uint_eq(ledgered_counts().processes_cut_off, 1);
}
END_TEST

START_TEST(times_that_lie_ahead_of_the_clock_count_as_now)
{
	simulated_define(&one, 0, "f");
	one.goodbye = true;
	simulated_send(ledger, &one, NOW);
	ledgered_commit(NOW);
	ledger_step_clock(ledger, 0, NOW - 5000 * SECOND);
	ledgered_commit(NOW - 5000 * SECOND);
	ledgered_commit(NOW - 5000 * SECOND + (int64_t)limits.tombstone_ns);
	ck_assert_uint_eq(ledgered_counts().processes, 0);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, ledgered_set_up, ledgered_tear_down);
	tcase_add_test(tests, after_a_goodbye_nothing_of_the_process_counts_until_it_is_forgotten);
	tcase_add_test(tests, tombstones_stay_a_shorter_time_where_processes_are_many);
	tcase_add_test(tests, where_processes_are_many_the_dead_make_room_at_once);
	tcase_add_test(tests, a_tombstone_of_the_dead_goes_before_older_ones);
	tcase_add_test(tests, a_silent_process_is_buried_when_it_lives_no_longer);
	tcase_add_test(tests, a_process_without_a_pid_is_looked_up_too);
	tcase_add_test(tests, a_process_of_another_machine_is_buried_when_it_is_silent_for_long);
	tcase_add_test(tests, when_there_are_too_many_processes_new_ones_are_refused);
	tcase_add_test(tests, when_standings_take_too_much_new_ones_are_refused);
	tcase_add_loop_test(tests, tombstones_and_silence_last_as_long_when_the_clock_is_set, 0, 2);
	tcase_add_test(tests, times_that_lie_ahead_of_the_clock_count_as_now);
}
