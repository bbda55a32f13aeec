/*
 * Shares: whatever one user does, others find room, and what they count stays exact.
 */
#include <stdio.h>
#include <string.h>

#include "tests/ledgered.h"

const char suite_name[] = "ledger_owners";

#define GREEDY 1000
#define MODEST 2000

static void begin(void)
{
	ledgered_set_up();
	limits.share = 50;
	one.peer.uid = GREEDY;
	other.peer.uid = MODEST;
}

/* A new process of the user with a few functions, called once each, pushes. */
static enum ledger_verdict push_names(uint64_t uid, uint64_t seed, const char *prefix,
				      unsigned count)
{
	struct simulated p;
	enum ledger_verdict verdict;
	char name[32];

	simulated_init(&p, prefix, seed);
	p.peer.uid = uid;
	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%u", prefix, i);
		simulated_define(&p, 0, name);
		simulated_call(&p, i + 1, 1000, false, false);
	}
	verdict = simulated_send(ledger, &p, NOW);
	simulated_deinit(&p);
	return verdict;
}

static uint64_t calls_of(const char *prefix, unsigned count)
{
	uint64_t calls = 0;
	char name[32];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%u", prefix, i);
		calls += ledgered_get(name).calls;
	}
	return calls;
}

START_TEST(one_users_functions_leave_room_for_anothers)
{
	limits.functions = 40;
	limits.paths = 1000;
	ledgered_renew();
	for (unsigned i = 0; i < 5; i++) {
		char prefix[16];

		snprintf(prefix, sizeof(prefix), "bad%u.", i);
		ck_assert_int_eq(push_names(GREEDY, 10 + i, prefix, 30), LEDGER_MERGED);
	}
	ck_assert_uint_eq(ledgered_counts().functions, 21); /* half, and (other) */
	ck_assert_uint_eq(ledgered_get(PROF_OTHER).calls, 130);
	ck_assert_int_eq(push_names(MODEST, 50, "good", 9), LEDGER_MERGED);
	ck_assert_uint_eq(calls_of("good", 9), 9);
	ck_assert_uint_eq(ledgered_get(PROF_OTHER).calls, 130);
	ck_assert_uint_eq(ledgered_counts().calls, 159);
}
END_TEST

START_TEST(one_users_paths_leave_room_for_anothers)
{
	limits.paths = 64;
	ledgered_renew();
	for (unsigned i = 0; i < 5; i++) {
		char prefix[16];

		snprintf(prefix, sizeof(prefix), "bad%u.", i);
		ck_assert_int_eq(push_names(GREEDY, 10 + i, prefix, 30), LEDGER_MERGED);
	}
	ck_assert_uint_le(ledgered_counts().paths, 32 + 5); /* half, and (other) of each program */
	ck_assert_int_eq(push_names(MODEST, 50, "good", 12), LEDGER_MERGED);
	ck_assert_uint_eq(calls_of("good", 12), 12);
	ck_assert_uint_eq(ledgered_counts().calls, 162);
}
END_TEST

START_TEST(one_users_processes_leave_room_for_anothers)
{
	limits.processes = 16;
	ledgered_renew();
	for (unsigned i = 0; i < 20; i++)
		ck_assert_int_eq(push_names(GREEDY, 10 + i, "bad", 1),
				 i < 8 ? LEDGER_MERGED : LEDGER_REFUSED);
	for (unsigned i = 0; i < 4; i++)
		ck_assert_int_eq(push_names(MODEST, 50 + i, "good", 1), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_get("good0").calls, 4);
	ck_assert_uint_eq(ledgered_counts().users, 2);
}
END_TEST

START_TEST(one_users_programs_leave_room_for_anothers)
{
	char name[16];

	limits.processes = 16;
	ledgered_renew();
	for (unsigned i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		one.program = name;
		ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	}
	ck_assert_uint_eq(ledgered_counts().programs, 9); /* half, and (other) */
	ck_assert_int_eq(push_names(MODEST, 50, "good", 1), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_counts().programs, 10);
}
END_TEST

START_TEST(one_users_standings_leave_room_for_anothers)
{
	unsigned merged = 0;

	limits.standings = 64 * 8; /* eight chunks */
	ledgered_renew();
	for (unsigned i = 0; i < 20; i++)
		merged += push_names(GREEDY, 10 + i, "bad", 3) == LEDGER_MERGED;
	ck_assert_uint_eq(merged, 4);
	ck_assert_int_eq(push_names(MODEST, 50, "good", 60), LEDGER_MERGED);
	ck_assert_uint_eq(calls_of("good", 60), 60);
}
END_TEST

START_TEST(a_share_of_all_is_all)
{
	limits.share = 100;
	limits.processes = 16;
	ledgered_renew();
	for (unsigned i = 0; i < 20; i++)
		ck_assert_int_eq(push_names(GREEDY, 10 + i, "any", 1),
				 i < 16 ? LEDGER_MERGED : LEDGER_REFUSED);
}
END_TEST

static bool count_modest(void *context, const struct ledger_event *event, const char *path)
{
	(void)path;
	*(unsigned *)context += strcmp(event->function, "good") == 0;
	return true;
}

static void send_event(struct simulated *p, uint64_t sequence, uint64_t threshold_ns)
{
	profd__event__init(&p->event);
	p->event.sequence = p->event.call = sequence;
	p->event.path = 1;
	p->event.failed = true;
	p->event.threshold_ns = threshold_ns;
	p->event.error = (char *)"broken";
	ck_assert_int_eq(simulated_send(ledger, p, NOW), LEDGER_MERGED);
}

static void check_events(uint64_t threshold_ns)
{
	unsigned seen = 0;

	limits.events = 20;
	ledgered_renew();
	simulated_define(&one, 0, "bad");
	simulated_define(&other, 0, "good");
	for (unsigned i = 1; i <= 4; i++)
		send_event(&other, i, threshold_ns);
	for (unsigned i = 1; i <= 200; i++) {
		send_event(&one, i, threshold_ns);
		if (i % 7 == 0)
			ledgered_commit(NOW);
	}
	ledger_each_events(ledger, NULL, false, NOW, count_modest, &seen);
	ck_assert_uint_eq(seen, 4);
}

START_TEST(one_users_slow_calls_leave_room_for_anothers)
{
	check_events(1);
}
END_TEST

START_TEST(one_users_failures_leave_room_for_anothers)
{
	check_events(0);
}
END_TEST

/* A user who lies about the epoch neither uses up its numbers nor disturbs all others all the
 * time. */
START_TEST(nobody_runs_away_with_the_epoch)
{
	uint64_t before;

	ledgered_renew();
	simulated_define(&other, 0, "good");
	simulated_call(&other, 1, 1000, false, false);
	ck_assert_int_eq(simulated_send(ledger, &other, NOW), LEDGER_MERGED);
	simulated_define(&one, 0, "bad");
	one.epoch = UINT64_C(1) << 62;
	for (unsigned i = 0; i < 100; i++)
		ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	before = ledger_epoch(ledger);
	ck_assert_uint_le(before, 1 << 20);
	simulated_learn_epoch(&other, before);
	simulated_call(&other, 1, 1000, false, false);
	ck_assert_int_eq(simulated_send(ledger, &other, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_get("good").calls, 2);
	ck_assert_int_eq(simulated_send(ledger, &one, NOW + 9 * SECOND), LEDGER_MERGED);
	ck_assert_uint_eq(ledger_epoch(ledger), before);
	ck_assert_int_eq(simulated_send(ledger, &one, NOW + 11 * SECOND), LEDGER_MERGED);
	ck_assert_uint_gt(ledger_epoch(ledger), before);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, begin, ledgered_tear_down);
	tcase_add_test(tests, one_users_functions_leave_room_for_anothers);
	tcase_add_test(tests, one_users_paths_leave_room_for_anothers);
	tcase_add_test(tests, one_users_processes_leave_room_for_anothers);
	tcase_add_test(tests, one_users_programs_leave_room_for_anothers);
	tcase_add_test(tests, one_users_standings_leave_room_for_anothers);
	tcase_add_test(tests, a_share_of_all_is_all);
	tcase_add_test(tests, one_users_slow_calls_leave_room_for_anothers);
	tcase_add_test(tests, one_users_failures_leave_room_for_anothers);
	tcase_add_test(tests, nobody_runs_away_with_the_epoch);
}
