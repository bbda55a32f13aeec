/*
 * Records by hand and asynchronous calls: exact sums, and arguments that are refused.
 */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/profclient.h"
#include "client/record/registry.h"
#include "proto/limits.h"
#include "tests/client.h"
#include "tests/suite.h"

const char suite_name[] = "record";

/* Sums of durations given by hand are exact to the nanosecond; min and max too. */
START_TEST(test_exact_sums)
{
	const struct standing *s;
	prof_function *f;

	client_begin();
	ck_assert_int_eq(prof_lookup("by hand", &f), PROF_OK);
	for (int i = 1; i <= 1000; i++)
		ck_assert_int_eq(prof_function_record(f, i * 1e-6, NULL), PROF_OK);
	ck_assert_int_eq(prof_record("by hand", 0.1, "failed"), PROF_OK);
	ck_assert_int_eq(prof_function_record_many(f, 0.001, 1000000, NULL), PROF_OK);
	ck_assert_int_eq(prof_function_record_many(f, 0.001, 0, NULL), PROF_OK);
	client_read();
	s = client_standing("by hand");
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(tally_calls(&s->returned), 1001000);
	ck_assert_uint_eq(s->returned.sum_ns, UINT64_C(500500000) + UINT64_C(1000000000000));
	ck_assert_uint_eq(s->returned.min_ns, 1000);
	ck_assert_uint_eq(s->returned.max_ns, 1000000);
	ck_assert_uint_eq(tally_calls(&s->failed), 1);
	ck_assert_uint_eq(s->failed.sum_ns, 100000000);
}
END_TEST

/* Every argument that makes no sense gets its error code and changes nothing. */
START_TEST(test_refused)
{
	char longest[PROF_NAME_MAX + 2];
	prof_function *f = NULL, *same;

	client_begin();
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	ck_assert_int_eq(prof_record(longest, 1.0, NULL), PROF_BAD_NAME);
	ck_assert_int_eq(prof_record("", 1.0, NULL), PROF_BAD_NAME);
	ck_assert_int_eq(prof_record("\xc3\x28", 1.0, NULL), PROF_BAD_NAME);
	ck_assert_int_eq(prof_record(NULL, 1.0, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_record("f", -1e-9, NULL), PROF_BAD_VALUE);
	ck_assert_int_eq(prof_record("f", (double)NAN, NULL), PROF_BAD_VALUE);
	ck_assert_int_eq(prof_record("f", (double)INFINITY, NULL), PROF_BAD_VALUE);
	ck_assert_int_eq(prof_record("f", 1e300, NULL), PROF_BAD_VALUE);
	ck_assert_int_eq(prof_function_record(NULL, 1.0, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_function_record_many(NULL, 1.0, 1, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_lookup("g", &same), PROF_OK);
	ck_assert_int_eq(prof_function_record_many(same, 1.0, (UINT64_C(1) << 32) + 1, NULL),
			 PROF_BAD_VALUE);
	ck_assert_int_eq(prof_lookup("", &f), PROF_BAD_NAME);
	ck_assert_ptr_null(f);
	ck_assert_int_eq(prof_lookup("f", NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_call_end((prof_call){NULL, 0}, NULL), PROF_NO_CALL);
	ck_assert_int_eq(prof_flush(-1.0), PROF_BAD_VALUE);
	ck_assert_int_eq(prof_flush((double)NAN), PROF_BAD_VALUE);
	client_read();
	for (uint32_t id = 1; id < client_now.room; id++)
		ck_assert_uint_eq(tally_calls(&client_now.standings[id].returned), 0);
	longest[PROF_NAME_MAX] = '\0';
	ck_assert_int_eq(prof_lookup(longest, &f), PROF_OK);
	ck_assert_int_eq(prof_lookup(longest, &same), PROF_OK);
	ck_assert_ptr_eq(f, same);
}
END_TEST

/* Sums of durations that nothing can take stop, and do not begin again from below. */
START_TEST(test_longest)
{
	prof_function *f;

	client_begin();
	ck_assert_int_eq(prof_lookup("f", &f), PROF_OK);
	for (int i = 0; i < 20; i++)
		ck_assert_int_eq(prof_function_record(f, 0x1p30, NULL), PROF_OK);
	ck_assert_int_eq(prof_function_record_many(f, 0x1p30, UINT64_C(1) << 32, NULL), PROF_OK);
	client_read();
	ck_assert_uint_eq(client_calls_of("f"), (UINT64_C(1) << 32) + 20);
	ck_assert_uint_eq(client_sum_of("f"), PROF_NUMBER_MAX);
}
END_TEST

/* A call of no duration is counted like any other. */
START_TEST(test_zero)
{
	client_begin();
	ck_assert_int_eq(prof_record("none", 0.0, NULL), PROF_OK);
	client_read();
	ck_assert_uint_eq(client_returned("none"), 1);
	ck_assert_uint_eq(client_standing("none")->returned.max_ns, 0);
}
END_TEST

/* Calls past the threshold are counted as slow and told one by one, up to the room there is; the
 * rest is counted. */
START_TEST(test_slow)
{
	client_begin();
	for (int i = 0; i < EVENT_RING + 10; i++)
		ck_assert_int_eq(prof_record("slow", 1.0 + i, i == 0 ? "and failed" : NULL),
				 PROF_OK);
	ck_assert_int_eq(prof_record("slow", 0.999999999, NULL), PROF_OK);
	client_read();
	ck_assert_uint_eq(client_calls_of("slow"), EVENT_RING + 11);
	ck_assert_uint_eq(client_standing("slow")->slow, EVENT_RING + 10);
	ck_assert_uint_eq(client_now.event_count, EVENT_RING);
	ck_assert_uint_eq(client_now.events_dropped, 10);
	ck_assert_str_eq(client_now.events[0].event.error, "and failed");
	ck_assert_uint_eq(client_now.events[1].event.duration_ns, 2000000000);
	ck_assert_uint_eq(client_now.events[1].event.threshold_ns, 1000000000);
}
END_TEST

#define OPEN_CALLS 5000

static prof_call calls[OPEN_CALLS];

static void *end_odd(void *unused)
{
	for (int i = OPEN_CALLS - 1; i >= 0; i--) {
		if (i % 2 == 1 && prof_call_end(calls[i], i % 10 == 1 ? "odd" : NULL) != PROF_OK)
			return &calls;
	}
	return unused;
}

/* Thousands of calls are open at once and end in any order, on any thread, each once, on the path
 * they began in. */
START_TEST(test_calls)
{
	prof_function *f;
	pthread_t thread;
	void *failed;

	client_begin();
	ck_assert_int_eq(prof_lookup("request", &f), PROF_OK);
	for (int round = 1; round <= 3; round++) {
		PROF_SCOPE("accept");
		for (int i = 0; i < OPEN_CALLS; i++)
			calls[i] = prof_function_begin(f);
		pthread_create(&thread, NULL, end_odd, NULL);
		for (int i = 0; i < OPEN_CALLS; i += 2)
			ck_assert_int_eq(prof_call_end(calls[i], NULL), PROF_OK);
		pthread_join(thread, &failed);
		ck_assert_ptr_null(failed);
		ck_assert_int_eq(prof_call_end(calls[0], NULL), PROF_NO_CALL);
		ck_assert_int_eq(prof_call_end(calls[1], NULL), PROF_NO_CALL);
		client_read();
		ck_assert_uint_eq(client_calls_of("request"), (uint64_t)round * OPEN_CALLS);
		ck_assert_uint_eq(client_failed("accept>request"),
				  (uint64_t)round * OPEN_CALLS / 10);
	}
}
END_TEST

/* Functions beyond the limit are counted in "(other)", paths beyond the limit in their function: no
 * call is lost. */
START_TEST(test_full)
{
	uint64_t total = 0;
	char name[32];

	client_begin();
	for (int i = 0; i < PROF_FUNCTIONS_MAX + 100; i++) {
		snprintf(name, sizeof(name), "function %d", i);
		ck_assert_int_eq(prof_record(name, 1e-3, NULL), PROF_OK);
	}
	client_read();
	ck_assert_uint_eq(client_calls_of("(other)"), 101);
	ck_assert_uint_eq(client_now.calls_collapsed, 101);
	for (uint32_t id = 1; id <= registry_paths(); id++)
		total += tally_calls(&client_now.standings[id].returned);
	ck_assert_uint_eq(total, PROF_FUNCTIONS_MAX + 100);
}
END_TEST

static void call_inner(int number)
{
	char name[16];

	snprintf(name, sizeof(name), "inner %d", number);
	PROF_SCOPE_DYNAMIC(name);
	prof_record("bottom", 1e-6, NULL);
}

static void call_outer(int number)
{
	char name[16];

	snprintf(name, sizeof(name), "outer %d", number);
	PROF_SCOPE_DYNAMIC(name);
	for (int i = 0; i < 200; i++)
		call_inner(i);
}

START_TEST(test_paths_full)
{
	client_begin();
	for (int i = 0; i < 200; i++)
		call_outer(i);
	client_read();
	ck_assert_uint_eq(client_calls_of("outer 199"), 1);
	ck_assert_uint_eq(client_calls_of("inner 7"), 200);
	ck_assert_uint_eq(client_calls_of("bottom"), 40000);
	ck_assert_uint_gt(client_now.calls_collapsed, 0);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_exact_sums);
	tcase_add_test(tests, test_refused);
	tcase_add_test(tests, test_longest);
	tcase_add_test(tests, test_zero);
	tcase_add_test(tests, test_slow);
	tcase_add_test(tests, test_calls);
	tcase_add_test(tests, test_full);
	/* ThreadSanitizer would take 24 GB for so many paths, and one thread walks them. */
	if (!SUITE_WATCHES_THREADS)
		tcase_add_test(tests, test_paths_full);
}
