/*
 * The pushing thread reads what others are writing: nothing is counted twice or lost, nothing ever
 * goes down.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "include/profclient.h"
#include "client/record/thread.h"
#include "tests/client.h"
#include "tests/suite.h"

const char suite_name[] = "snapshot";

#define THREADS 4
#define ROUNDS	500000

static int finished;
static prof_function *by_hand;

static void inner(int i)
{
	PROF_SCOPE("inner");
	if (i % 100 == 0)
		PROF_FAIL(NULL);
}

/* Known totals: each round is one outer, one inner (one of 100 fails), one asynchronous call, and
 * one record of 1 us. */
static void *record_known(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		PROF_SCOPE("outer");
		prof_call call = prof_call_begin("call");

		inner(i);
		prof_function_record(by_hand, 1e-6, NULL);
		prof_call_end(call, NULL);
	}
	__atomic_add_fetch(&finished, 1, __ATOMIC_RELEASE);
	return unused;
}

static void check_not_above(void)
{
	const uint64_t all = (uint64_t)THREADS * ROUNDS;

	ck_assert_uint_le(client_returned("outer"), all);
	ck_assert_uint_le(client_calls_of("inner"), all);
	ck_assert_uint_le(client_calls_of("call"), all);
	ck_assert_uint_le(client_calls_of("by hand"), all);
}

/* While threads record, each snapshot stands at or above the last and never too high; when they
 * have ended it is exact. */
START_TEST(test_under_way)
{
	uint64_t last_calls = 0, last_sum = 0;
	pthread_t thread[THREADS];

	client_begin();
	prof_lookup("by hand", &by_hand);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, record_known, NULL), 0);
	while (__atomic_load_n(&finished, __ATOMIC_ACQUIRE) < THREADS) {
		client_read();
		check_not_above();
		ck_assert_uint_ge(client_calls_of("inner"), last_calls);
		ck_assert_uint_ge(client_sum_of("inner"), last_sum);
		last_calls = client_calls_of("inner");
		last_sum = client_sum_of("inner");
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	client_read();
	ck_assert_uint_eq(client_returned("outer"), (uint64_t)THREADS * ROUNDS);
	ck_assert_uint_eq(client_returned("outer>call"), (uint64_t)THREADS * ROUNDS);
	ck_assert_uint_eq(client_failed("outer>inner"), (uint64_t)THREADS * ROUNDS / 100);
	ck_assert_uint_eq(client_returned("outer>inner"), (uint64_t)THREADS * ROUNDS / 100 * 99);
	ck_assert_uint_eq(client_returned("outer>by hand"), (uint64_t)THREADS * ROUNDS);
	ck_assert_uint_eq(client_sum_of("by hand"), (uint64_t)THREADS * ROUNDS * 1000);
}
END_TEST

/* A call that ended before the snapshot is in it, even the last one, which its thread has not
 * folded yet. */
START_TEST(test_last_call)
{
	client_begin();
	for (uint64_t i = 1; i <= 100; i++) {
		{
			PROF_SCOPE("one");
		}
		client_read();
		ck_assert_uint_eq(client_returned("one"), i);
		client_read();
		ck_assert_uint_eq(client_returned("one"), i);
		ck_assert_int_eq(prof_record("two", 1e-6, NULL), PROF_OK);
		client_read();
		ck_assert_uint_eq(client_returned("one"), i);
		ck_assert_uint_eq(client_returned("two"), i);
	}
}
END_TEST

#define PATHS	500
#define CHANCES 3000

static int round_begun, round_done;

static void one_shared(void)
{
	PROF_SCOPE("shared");
}

/* One call a round, at another moment of the snapshot each time. */
static void *call_during_snapshot(void *unused)
{
	for (int i = 1; i <= CHANCES; i++) {
		while (__atomic_load_n(&round_begun, __ATOMIC_ACQUIRE) < i)
			sched_yield();
		for (volatile int wait = i % 30 * 500; wait > 0; wait--)
			;
		one_shared();
		__atomic_store_n(&round_done, i, __ATOMIC_RELEASE);
	}
	return unused;
}

/* A call that ends after a snapshot has read its path and before it has come to its thread is in
 * the next one, though the thread does nothing more. */
START_TEST(test_call_during_snapshot)
{
	prof_function *other[PATHS];
	pthread_t thread;
	char name[16];

	client_begin();
	for (int i = 0; i < PATHS; i++) {
		snprintf(name, sizeof(name), "other %d", i);
		ck_assert_int_eq(prof_lookup(name, &other[i]), PROF_OK);
	}
	ck_assert_int_eq(pthread_create(&thread, NULL, call_during_snapshot, NULL), 0);
	/* Its block is older than ours, so a snapshot comes to ours first. */
	__atomic_store_n(&round_begun, 1, __ATOMIC_RELEASE);
	while (__atomic_load_n(&round_done, __ATOMIC_ACQUIRE) < 1)
		sched_yield();
	for (int i = 2; i <= CHANCES; i++) {
		for (int j = 0; j < PATHS; j++)
			prof_function_record(other[j], 1e-6, NULL);
		one_shared();
		__atomic_store_n(&round_begun, i, __ATOMIC_RELEASE);
		client_read();
		while (__atomic_load_n(&round_done, __ATOMIC_ACQUIRE) < i)
			sched_yield();
		client_read();
		ck_assert_uint_eq(client_returned("shared"), (uint64_t)(2 * i - 1));
	}
	pthread_join(thread, NULL);
}
END_TEST

/* In a new epoch min and max begin anew; the counts go on. */
START_TEST(test_epoch)
{
	const struct standing *s;

	client_begin();
	prof_record("f", 0.001, NULL);
	prof_record("f", 0.5, NULL);
	client_read();
	thread_set_epoch(8);
	prof_record("f", 0.25, NULL);
	client_read();
	s = client_standing("f");
	ck_assert_uint_eq(tally_calls(&s->returned), 3);
	ck_assert_uint_eq(s->returned.min_ns, 250000000);
	ck_assert_uint_eq(s->returned.max_ns, 250000000);
	ck_assert_uint_eq(s->epoch, 8);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, test_under_way);
	tcase_add_test(tests, test_last_call);
	tcase_add_test(tests, test_call_during_snapshot);
	tcase_add_test(tests, test_epoch);
}
