/*
 * The ledger: what pushes add up to, whatever happens to them on the way.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/batch.h"
#include "daemon/ledger.h"
#include "tests/scarce.h"
#include "tests/simulated.h"
#include "tests/suite.h"

const char suite_name[] = "ledger";

#define SECOND INT64_C(1000000000)
#define NOW    (INT64_C(1700000000) * SECOND) /* begins a window of 10 s */

static struct ledger_limits limits;
static struct ledger *ledger;
static struct simulated one, other;

static void set_up(void)
{
	ledger_limits_init(&limits);
	ledger = ledger_new(&limits);
	ck_assert_ptr_nonnull(ledger);
	simulated_init(&one, "alpha", 1);
	simulated_init(&other, "beta", 2);
}

static void tear_down(void)
{
	ledger_free(ledger);
	simulated_deinit(&one);
	simulated_deinit(&other);
}

static void renew_ledger(void)
{
	ledger_free(ledger);
	ledger = ledger_new(&limits);
	ck_assert_ptr_nonnull(ledger);
}

static void commit(int64_t now_ns)
{
	struct batch *batch = ledger_collect(ledger, now_ns);

	if (batch != NULL)
		ledger_committed(ledger, batch);
}

static struct ledger_function get(const char *name)
{
	struct ledger_function f = {.name = NULL};

	ledger_get_function(ledger, name, NULL, &f);
	return f;
}

static struct ledger_counts counts(void)
{
	struct ledger_counts c;

	ledger_count(ledger, &c);
	return c;
}

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
	ck_assert_uint_eq(get("f").calls, 3);
	ck_assert_uint_eq(get("f").errors, 1);
	ck_assert_uint_eq(get("f").sum_ns, 3003);
	ck_assert_uint_eq(get("f").min_ns, 1000);
	ck_assert_uint_eq(get("f").max_ns, 1002);
	ck_assert_uint_eq(counts().pushes_repeated, 2);
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
	ck_assert_uint_eq(get("f").calls, 1);
	ck_assert_uint_eq(get("f").sum_ns, 1500);
}
END_TEST

START_TEST(a_process_that_builds_on_what_is_unknown_sends_all)
{
	uint32_t f = simulated_define(&one, 0, "f");

	simulated_call(&one, f, 1000, false, false);
	one.generation = 6;
	one.acked = 5;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_SEND_ALL);
	ck_assert_uint_eq(counts().processes, 0);
	one.acked = 0;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(get("f").calls, 1);
	one.acked = one.generation;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(counts().send_all, 1);
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
	commit(NOW);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 2);
	ck_assert(!ledger_is_dirty(ledger));
}
END_TEST

START_TEST(a_process_belongs_to_the_user_who_pushed_first)
{
	simulated_define(&one, 0, "f");
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	one.peer.uid = 1001;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_REFUSED);
	ck_assert_uint_eq(counts().pushes_refused, 1);
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
	message = simulated_push(&one, 0);
	push = profd__push__unpack(NULL, message.size, message.bytes);
	breach->commit(push);
	ck_assert_msg(ledger_merge(ledger, push, &one.peer, NOW, NULL, NULL, &why) ==
			      LEDGER_REFUSED,
		      "%s", breach->rule);
	ck_assert_ptr_nonnull(why);
	ck_assert_uint_eq(counts().calls, 0);
	ck_assert_uint_eq(counts().processes, 0);
	ck_assert_uint_eq(counts().pushes_refused, 1);
	profd__push__free_unpacked(push, NULL);
	ck_assert_int_eq(simulated_deliver(ledger, &message, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(counts().calls, 2);
	ck_assert_uint_eq(counts().events, 1);
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
	commit(NOW);
	ck_assert_uint_eq(ledger_safe_generation(ledger, one.key), 2);
	ck_assert_int_eq(simulated_deliver(ledger, &late, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(get("f").calls, 2);
	ck_assert_uint_eq(counts().processes, 1);
	ck_assert_int_le(ledger_next_ns(ledger), later);
	commit(later - 1);
	ck_assert_uint_eq(counts().processes, 1);
	commit(later);
	ck_assert_uint_eq(counts().processes, 0);
	ck_assert_uint_eq(get("f").calls, 2);
	simulated_message_free(&late);
}
END_TEST

START_TEST(tombstones_stay_a_shorter_time_where_processes_are_many)
{
	limits.processes = 2;
	renew_ledger();
	simulated_call(&one, simulated_define(&one, 0, "f"), 1000, false, false);
	one.goodbye = true;
	simulated_send(ledger, &one, NOW);
	commit(NOW);
	commit(NOW + INT64_C(9999999999));
	ck_assert_uint_eq(counts().processes, 1);
	ck_assert_int_le(ledger_next_ns(ledger), NOW + INT64_C(10000000000));
	commit(NOW + INT64_C(10000000000));
	ck_assert_uint_eq(counts().processes, 0);
	ck_assert_uint_eq(get("f").calls, 1);
}
END_TEST

static bool lives(void *context, int32_t pid, uint32_t uid, int64_t started_at_ns)
{
	ck_assert_uint_eq(uid, 1000);
	ck_assert_int_eq(started_at_ns, 1);
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
	commit(NOW);
	ledger_bury(ledger, later - 1, 10, lives, &other.peer.pid);
	ck_assert(!ledger_is_dirty(ledger));
	ledger_bury(ledger, later, 10, lives, &other.peer.pid);
	commit(later);
	commit(later + (int64_t)limits.tombstone_ns);
	ck_assert_uint_eq(counts().processes, 1);
	ck_assert_uint_eq(get("f").calls, 1);
}
END_TEST

START_TEST(when_there_are_too_many_processes_new_ones_are_refused)
{
	limits.processes = 1;
	renew_ledger();
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
	renew_ledger();
	simulated_define(&one, 0, "f");
	simulated_define(&other, 0, "f");
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_send(ledger, &other, NOW), LEDGER_REFUSED);
	one.goodbye = true;
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_int_eq(simulated_send(ledger, &other, NOW), LEDGER_MERGED);
}
END_TEST

START_TEST(full_tables_collapse_paths_and_lose_no_call)
{
	char name[32];
	uint64_t calls = 0;

	limits.paths = 24;
	limits.functions = 40;
	renew_ledger();
	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		simulated_define(&one, i % 7 == 0 ? 0 : i, name);
		simulated_call(&one, i + 1, 1000 * i, i % 3 == 0, i % 5 == 0);
	}
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(counts().calls, SIMULATED_PATHS);
	ck_assert_uint_eq(counts().paths, 25); /* and (other) */
	ck_assert_uint_eq(counts().functions, 40);
	ck_assert_uint_gt(counts().paths_collapsed, 0);
	ck_assert_uint_gt(counts().functions_collapsed, 0);
	for (unsigned i = 0; i < SIMULATED_PATHS; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		calls += get(name).calls;
	}
	ck_assert_uint_eq(calls + get(PROF_OTHER).calls, SIMULATED_PATHS);
	ck_assert_uint_eq(get("f1").calls, 1);
	ck_assert_int_eq(simulated_send(ledger, &one, NOW), LEDGER_MERGED);
	ck_assert_uint_eq(counts().calls, SIMULATED_PATHS);
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
	ck_assert_uint_eq(get("g").calls, 2);
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
	ck_assert_uint_eq(get("f").calls, 0);
	ck_assert_uint_eq(get("g").calls, 1);
	ck_assert_uint_eq(counts().calls, 1);
	ck_assert_uint_eq(counts().slow, 0);
	ck_assert_uint_eq(ledger_epoch(ledger), 1);
	simulated_call(&one, f, 1000, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(get("f").calls, 1);
	ck_assert_uint_eq(get("f").sum_ns, 1000);
	/* The process did not know of the clear: bounds of the bucket, and nothing of the 9 ms. */
	ck_assert_uint_le(get("f").max_ns, 1012);
	ck_assert_uint_ge(get("f").max_ns, 1000);
	ck_assert_uint_ge(get("f").min_ns, 988);
	simulated_learn_epoch(&one, 1);
	simulated_call(&one, f, 700, false, false);
	simulated_send(ledger, &one, NOW);
	ck_assert_uint_eq(get("f").min_ns, 700);
	ck_assert_uint_eq(ledger_clear(ledger, NULL, NOW + 5), 2);
	ck_assert_uint_eq(counts().calls, 0);
	ck_assert_int_eq(counts().since_at_ns, NOW + 5);
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
	ck_assert_uint_ne(get("f").min_ns, 1003);
	ck_assert_uint_ge(get("f").min_ns, 992);
	ck_assert_uint_le(get("f").min_ns, 1003);
}
END_TEST

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

static void send_event(uint64_t sequence, uint64_t call, bool running, struct heard *heard)
{
	struct simulated_message message;
	const char *why = NULL;
	Profd__Push *push;

	profd__event__init(&one.event);
	one.event.sequence = sequence;
	one.event.path = 2;
	one.event.call = call;
	one.event.running = running;
	one.event.threshold_ns = threshold_ns;
	one.event.failed = !running;
	one.event.error = (char *)"it \xff broke";
	message = simulated_push(&one, 0);
	push = profd__push__unpack(NULL, message.size, message.bytes);
	ck_assert_int_eq(ledger_merge(ledger, push, &one.peer, NOW, hear, heard, &why),
			 LEDGER_MERGED);
	profd__push__free_unpacked(push, NULL);
	simulated_message_free(&message);
}

START_TEST(an_event_is_heard_once_and_the_end_takes_the_place_of_running)
{
	struct heard heard = {0}, seen = {0};

	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	send_event(1, 77, true, &heard);
	ck_assert_uint_eq(heard.count, 1);
	ck_assert(heard.last.running);
	commit(NOW);
	send_event(2, 77, false, &heard);
	send_event(2, 77, false, &heard);
	send_event(1, 77, true, &heard);
	ck_assert_uint_eq(heard.count, 2);
	ledger_each_events(ledger, "in*", see, &seen);
	ck_assert_uint_eq(seen.count, 1);
	ck_assert(!seen.last.running);
	ck_assert_str_eq(seen.last.function, "inner");
	ck_assert_str_eq(seen.last.error, "it ? broke");
	ck_assert_int_eq(seen.last.pid, one.peer.pid);
	ck_assert_str_eq(seen.path, "outer > inner");
	ledger_each_events(ledger, "out*", see, &seen);
	ck_assert_uint_eq(seen.count, 1);
}
END_TEST

START_TEST(failures_do_not_push_out_slow_calls)
{
	struct heard heard = {0}, seen = {0};

	limits.events = 6;
	renew_ledger();
	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	threshold_ns = 1;
	send_event(1, 1, false, &heard);
	send_event(2, 2, false, &heard);
	commit(NOW);
	threshold_ns = 0;
	for (unsigned i = 3; i <= 40; i++) {
		send_event(i, i, false, &heard);
		if (i % 10 == 0)
			commit(NOW);
	}
	ck_assert_uint_eq(counts().events, 5);
	ledger_each_events(ledger, NULL, see, &seen);
	ck_assert_uint_eq(seen.count, 5);
	ck_assert_uint_eq(seen.last.threshold_ns, 1);
}
END_TEST

START_TEST(only_the_newest_events_are_kept)
{
	struct heard heard = {0}, seen = {0};
	struct batch *batch;

	threshold_ns = 1;
	limits.events = 5;
	renew_ledger();
	simulated_define(&one, 0, "outer");
	simulated_define(&one, 1, "inner");
	for (unsigned i = 1; i <= 12; i++)
		send_event(i, i, i % 2 == 0, &heard);
	ck_assert_uint_eq(heard.count, 12);
	ledger_each_events(ledger, NULL, see, &seen);
	ck_assert_uint_eq(seen.count, 5);
	batch = ledger_collect(ledger, NOW);
	ck_assert_uint_eq(batch->event_floor, 8);
	ledger_committed(ledger, batch);
	ledger_clear(ledger, "inner", NOW);
	ck_assert_uint_eq(counts().events, 0);
}
END_TEST

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

START_TEST(a_clock_that_is_set_back_reopens_no_window)
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
	ck_assert_uint_eq(only_window(batch)->late_calls, 0);
	ledger_committed(ledger, batch);
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
	ck_assert_uint_eq(counts().calls, SIMULATED_PATHS);
	ck_assert_uint_eq(counts().errors, 27);
	ck_assert_uint_eq(counts().slow, 16);
	ck_assert_uint_eq(counts().events, 1);
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
	told = get("f");
	ck_assert_double_eq_tol(told.quantile[0], 0.050, 0.050 * 0.0055);
	ck_assert_double_eq_tol(told.quantile[2], 0.090, 0.090 * 0.0055);
	ck_assert_uint_eq(told.errors, 25);
	ck_assert(ledger_get_function(ledger, "f", "beta", &told));
	ck_assert_double_eq_tol(told.quantile[0], 0.075, 0.075 * 0.0055);
	ck_assert_uint_eq(told.errors, 25);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_push_that_comes_twice_late_or_out_of_order_counts_once);
	tcase_add_test(tests, a_sum_that_grew_without_calls_is_booked);
	tcase_add_test(tests, a_process_that_builds_on_what_is_unknown_sends_all);
	tcase_add_test(tests, a_generation_is_safe_once_its_batch_is_committed);
	tcase_add_test(tests, a_process_belongs_to_the_user_who_pushed_first);
	tcase_add_loop_test(tests, a_push_that_breaks_a_rule_is_refused_as_a_whole, 0,
			    sizeof(breaches) / sizeof(breaches[0]));
	tcase_add_test(tests, a_path_keeps_its_meaning);
	tcase_add_test(tests, after_a_goodbye_nothing_of_the_process_counts_until_it_is_forgotten);
	tcase_add_test(tests, tombstones_stay_a_shorter_time_where_processes_are_many);
	tcase_add_test(tests, a_silent_process_is_buried_when_it_lives_no_longer);
	tcase_add_test(tests, when_there_are_too_many_processes_new_ones_are_refused);
	tcase_add_test(tests, when_standings_take_too_much_new_ones_are_refused);
	tcase_add_test(tests, full_tables_collapse_paths_and_lose_no_call);
	tcase_add_test(tests, a_process_that_changes_its_program_counts_on_there);
	tcase_add_test(tests, clearing_empties_what_is_derived_and_counts_on_from_there);
	tcase_add_test(tests, an_epoch_from_a_newer_database_is_stepped_over);
	tcase_add_test(tests, an_event_is_heard_once_and_the_end_takes_the_place_of_running);
	tcase_add_test(tests, failures_do_not_push_out_slow_calls);
	tcase_add_test(tests, only_the_newest_events_are_kept);
	tcase_add_test(tests, a_difference_is_booked_in_the_window_of_its_time);
	tcase_add_test(tests, a_window_that_ends_before_its_batch_is_told_with_the_next);
	tcase_add_test(tests, without_batches_windows_grow_longer_and_say_so);
	tcase_add_test(tests, a_push_after_an_outage_is_booked_as_late);
	tcase_add_test(tests, a_clock_that_is_set_back_reopens_no_window);
	tcase_add_test(tests, a_push_that_memory_ends_in_the_middle_of_counts_once);
	tcase_add_test(tests, quantiles_are_those_of_all_processes);
}
