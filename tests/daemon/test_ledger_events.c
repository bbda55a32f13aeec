/*
 * Events: each is heard once, and the newest are kept.
 */
#include <string.h>

#include "daemon/ledger/batch.h"
#include "tests/ledgered.h"

const char suite_name[] = "ledger_events";

struct heard {
	unsigned count;
	struct ledger_event last;
	char path[64];
};

static void hear(void *context, const struct ledger_event *event)
{
	struct heard *heard = context;

	heard->count++;
	heard->last = *event;
}

static bool see(void *context, const struct ledger_event *event, const char *path)
{
	struct heard *heard = context;

	if (heard->count == 0)
		strncpy(heard->path, path, sizeof(heard->path) - 1);
	hear(heard, event);
	return true;
}

static uint64_t threshold_ns;

static void send(struct heard *heard)
{
	struct simulated_message message;
	const char *why = NULL;
	Profd__Push *push;

	message = simulated_push(&one, 0);
	push = profd__push__unpack(NULL, message.size, message.bytes);
	ck_assert_int_eq(ledger_merge(ledger, push, &one.peer, NOW, hear, heard, &why),
			 LEDGER_MERGED);
	profd__push__free_unpacked(push, NULL);
	simulated_message_free(&message);
}

static void send_plain_event(uint64_t sequence, uint64_t call, struct heard *heard)
{
	profd__event__init(&one.event);
	one.event.sequence = sequence;
	one.event.path = 2;
	one.event.call = call;
	send(heard);
}

static void send_event(uint64_t sequence, uint64_t call, bool running, struct heard *heard)
{
	profd__event__init(&one.event);
	one.event.sequence = sequence;
	one.event.path = 2;
	one.event.call = call;
	one.event.running = running;
	one.event.threshold_ns = threshold_ns;
	one.event.failed = !running;
	one.event.error = (char *)"it \xff broke";
	send(heard);
}

START_TEST(an_event_is_heard_once_and_the_end_takes_the_place_of_running)
{
	struct heard heard = {0}, seen = {0};

	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	send_event(1, 77, true, &heard);
	ck_assert_uint_eq(heard.count, 1);
	ck_assert(heard.last.running);
	ledgered_commit(NOW);
	send_event(2, 77, false, &heard);
	send_event(2, 77, false, &heard);
	send_event(1, 77, true, &heard);
	ck_assert_uint_eq(heard.count, 2);
	ledger_each_events(ledger, "in*", false, NOW, see, &seen);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert(!seen.last.running);
	ck_assert_str_eq(seen.last.function, "inner");
	ck_assert_str_eq(seen.last.error, "it ? broke");
	ck_assert_int_eq(seen.last.pid, one.peer.pid);
	ck_assert_str_eq(seen.path, "outer > inner");
	ledger_each_events(ledger, "out*", false, NOW, see, &seen);
	ck_assert_uint_eq(seen.count, 1);
}
END_TEST

/* An event that tells neither a failure nor a threshold does it. */
START_TEST(what_was_told_as_running_is_taken_back)
{
	struct heard heard = {0}, seen = {0};

	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	threshold_ns = 1;
	send_event(1, 77, true, &heard);
	send_event(2, 78, true, &heard);
	if (_i == 1)
		ledgered_commit(NOW);
	threshold_ns = 0;
	send_plain_event(3, 77, &heard);
	ck_assert_uint_eq(heard.count, 2);
	ledger_each_events(ledger, NULL, false, NOW, see, &seen);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert(seen.last.running);
	/* It takes back nothing but that, and is heard once. */
	send_event(4, 78, false, &heard);
	send_plain_event(5, 78, &heard);
	send_plain_event(6, 79, &heard);
	ck_assert_uint_eq(heard.count, 3);
	seen.count = 0;
	ledger_each_events(ledger, NULL, false, NOW, see, &seen);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert(!seen.last.running && seen.last.failed);
	ledgered_commit(NOW);
}
END_TEST

START_TEST(failures_do_not_push_out_slow_calls)
{
	struct heard heard = {0}, seen = {0};

	limits.events = 6;
	ledgered_renew();
	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	threshold_ns = 1;
	send_event(1, 1, false, &heard);
	send_event(2, 2, false, &heard);
	ledgered_commit(NOW);
	threshold_ns = 0;
	for (unsigned i = 3; i <= 40; i++) {
		send_event(i, i, false, &heard);
		if (i % 10 == 0)
			ledgered_commit(NOW);
	}
	ck_assert_uint_eq(ledgered_counts().events, 5);
	ledger_each_events(ledger, NULL, false, NOW, see, &seen);
	ck_assert_uint_eq(seen.count, 5);
	ck_assert_uint_eq(seen.last.threshold_ns, 1);
}
END_TEST

static bool see_first(void *context, const struct ledger_event *event, const char *path)
{
	struct heard *seen = context;

	(void)path;
	if (seen->count++ == 0)
		seen->last = *event;
	return true;
}

/* How many are told, and the first of them. */
static struct heard look(bool running, int64_t now_ns)
{
	struct heard seen = {0};

	ledger_each_events(ledger, NULL, running, now_ns, see_first, &seen);
	return seen;
}

/* A call that hangs is told first, with how long it has been running by now, whatever else happens;
 * once its process has ended it grows no more, and gives way as others do. */
START_TEST(a_call_that_runs_is_told_as_long_as_it_does)
{
	struct heard heard = {0}, seen;

	limits.events = 6;
	ledgered_renew();
	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	threshold_ns = 1;
	send_event(1, 1, true, &heard);
	for (unsigned i = 2; i <= 40; i++) {
		threshold_ns = i % 2;
		send_event(i, i, false, &heard);
		if (i % 10 == 0)
			ledgered_commit(NOW);
	}
	seen = look(false, NOW + 600 * SECOND);
	ck_assert_uint_eq(seen.count, 7);
	ck_assert(seen.last.running && !seen.last.unfinished);
	ck_assert_uint_eq(seen.last.duration_ns, 600 * SECOND);
	seen = look(true, NOW - 5);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert_uint_eq(seen.last.duration_ns, 0);
	one.goodbye = true;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW + 700 * SECOND), LEDGER_MERGED);
	ck_assert_uint_eq(look(true, NOW).count, 0);
	seen = look(false, NOW + 900 * SECOND);
	ck_assert_uint_eq(seen.count, 6);
	ck_assert(seen.last.running && seen.last.unfinished);
	ck_assert_uint_eq(seen.last.duration_ns, 700 * SECOND);
	ck_assert_uint_eq(ledgered_counts().events, 6);
	ledgered_commit(NOW + 700 * SECOND);
}
END_TEST

/* Of more that run than there is room for, the oldest give way; the others are as they were. */
START_TEST(calls_that_run_have_room_of_their_own)
{
	struct heard heard = {0};

	limits.events = 5;
	ledgered_renew();
	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	threshold_ns = 1;
	for (unsigned i = 1; i <= 20; i++) {
		send_event(i, i, i > 5, &heard);
		if (i % 4 == 0)
			ledgered_commit(NOW);
	}
	ck_assert_uint_eq(look(true, NOW).count, 5);
	ck_assert_uint_eq(look(false, NOW).count, 10);
	ck_assert_uint_eq(ledgered_counts().events, 10);
}
END_TEST

START_TEST(only_the_newest_events_are_kept)
{
	struct heard heard = {0}, seen = {0};
	struct batch *batch;

	threshold_ns = 1;
	limits.events = 5;
	ledgered_renew();
	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	for (unsigned i = 1; i <= 12; i++)
		send_event(i, i, false, &heard);
	ck_assert_uint_eq(heard.count, 12);
	ledger_each_events(ledger, NULL, false, NOW, see, &seen);
	ck_assert_uint_eq(seen.count, 5);
	batch = ledger_collect(ledger, NOW);
	ck_assert_uint_eq(batch->event_floor, 8);
	ledger_committed(ledger, batch);
	ledger_clear(ledger, "inner", NOW);
	ck_assert_uint_eq(ledgered_counts().events, 0);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, ledgered_set_up, ledgered_tear_down);
	tcase_add_test(tests, an_event_is_heard_once_and_the_end_takes_the_place_of_running);
	tcase_add_loop_test(tests, what_was_told_as_running_is_taken_back, 0, 2);
	tcase_add_test(tests, failures_do_not_push_out_slow_calls);
	tcase_add_test(tests, a_call_that_runs_is_told_as_long_as_it_does);
	tcase_add_test(tests, calls_that_run_have_room_of_their_own);
	tcase_add_test(tests, only_the_newest_events_are_kept);
}
