/*
 * Judging pushes: what is not well-formed, or not of the process, is refused as a whole.
 */
#include <string.h>

#include "tests/ledgered.h"

const char suite_name[] = "ledger_check";

START_TEST(a_process_belongs_to_the_user_who_pushed_first)
{
	simulated_define(&one, 0, "f");
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	one.peer.uid = 1001;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_REFUSED);
	ck_assert_uint_eq(ledgered_counts().pushes_refused, 1);
}
END_TEST

/* Pushes that break one rule each: a good push, with one thing changed. */
struct breach {
	const char *rule;
	void (*commit)(Profd__Push *push);
};

static void short_process(Profd__Push *push)
{
	push->process.len--;
}

static void no_program(Profd__Push *push)
{
	push->program[0] = '\0';
}

static void bad_program(Profd__Push *push)
{
	push->program[0] = '\xff';
}

static void no_generation(Profd__Push *push)
{
	push->generation = 0;
}

static void since_itself(Profd__Push *push)
{
	push->since = push->generation;
}

static void huge_epoch(Profd__Push *push)
{
	push->epoch = UINT64_MAX;
}

static void path_zero(Profd__Push *push)
{
	push->paths[0]->id = 0;
}

static void path_beyond(Profd__Push *push)
{
	push->paths[0]->id = PROF_PATHS_MAX + 1;
}

static void path_twice(Profd__Push *push)
{
	push->paths[1]->id = push->paths[0]->id;
}

static void own_parent(Profd__Push *push)
{
	push->paths[1]->parent = push->paths[1]->id;
}

static void bad_function(Profd__Push *push)
{
	push->paths[0]->function[0] = '\xc0';
}

static void unknown_parent(Profd__Push *push)
{
	push->paths[1]->id = 9;
	push->paths[1]->parent = 8;
	push->standings[1]->path = 9;
}

static void unknown_path(Profd__Push *push)
{
	push->standings[0]->path = 9;
}

static void standing_zero(Profd__Push *push)
{
	push->standings[0]->path = 0;
}

static void missing_count(Profd__Push *push)
{
	push->standings[0]->returned->n_count--;
}

static void count_zero(Profd__Push *push)
{
	push->standings[0]->returned->count[0] = 0;
}

static void index_beyond(Profd__Push *push)
{
	push->standings[1]->failed->index[0] = HISTOGRAM_MAX + 1;
}

static void huge_sum(Profd__Push *push)
{
	push->standings[0]->returned->sum_ns = UINT64_MAX;
}

static void event_of_nothing(Profd__Push *push)
{
	push->events[0]->path = 9;
}

static void event_before_time(Profd__Push *push)
{
	push->events[0]->started_at_ns = -1;
}

static const struct breach breaches[] = {
	{"process", short_process},
	{"no program", no_program},
	{"program", bad_program},
	{"generation", no_generation},
	{"since", since_itself},
	{"epoch", huge_epoch},
	{"path 0", path_zero},
	{"path beyond", path_beyond},
	{"path twice", path_twice},
	{"own parent", own_parent},
	{"function", bad_function},
	{"unknown parent", unknown_parent},
	{"unknown path", unknown_path},
	{"standing 0", standing_zero},
	{"missing count", missing_count},
	{"count 0", count_zero},
	{"index beyond", index_beyond},
	{"sum", huge_sum},
	{"event path", event_of_nothing},
	{"event time", event_before_time},
};

START_TEST(a_push_that_breaks_a_rule_is_refused_as_a_whole)
{
	const struct breach *breach = &breaches[_i];
	struct simulated_message message;
	const char *why = NULL;
	Profd__Push *push;

	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	simulated_call(&one, 1, 1000, false, false);
	simulated_call(&one, 2, 1000, true, false);
	profd__event__init(&one.event);
	one.event.sequence = 1;
	one.event.path = 1;
	one.event.threshold_ns = 1;
	message = simulated_push(&one, 0);
	push = profd__push__unpack(NULL, message.size, message.bytes);
	breach->commit(push);
	ck_assert_msg(ledger_merge(ledger, push, &one.peer, NOW, NULL, NULL, &why) ==
			      LEDGER_REFUSED,
		      "%s", breach->rule);
	ck_assert_ptr_nonnull(why);
	ck_assert_uint_eq(ledgered_counts().calls, 0);
	ck_assert_uint_eq(ledgered_counts().processes, 0);
	ck_assert_uint_eq(ledgered_counts().pushes_refused, 1);
	profd__push__free_unpacked(push, NULL);
	ck_assert_int_eq(simulated_deliver(ledger, &message, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(ledgered_counts().calls, 2);
	ck_assert_uint_eq(ledgered_counts().events, 1);
	simulated_message_free(&message);
}
END_TEST

START_TEST(a_path_keeps_its_meaning)
{
	simulated_define(&one, 0, "f");
	simulated_send(ledger, &one, NOW);
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	strcpy(one.path[0].function, "g");
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_REFUSED);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, ledgered_set_up, ledgered_tear_down);
	tcase_add_test(tests, a_process_belongs_to_the_user_who_pushed_first);
	tcase_add_loop_test(tests, a_push_that_breaks_a_rule_is_refused_as_a_whole, 0,
			    sizeof(breaches) / sizeof(breaches[0]));
	tcase_add_test(tests, a_path_keeps_its_meaning);
}
