/*
 * A failure belongs to its call, wherever that stands on the stack of open calls and whoever ends
 * it: as coroutines need it, whose scopes stay open while others begin and end.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>

#include "client/record/failure.h"
#include "include/profclient.h"
#include "tests/client.h"
#include "tests/suite.h"

const char suite_name[] = "failure";

static struct prof_site a_site = {"a", 0}, b_site = {"b", 0}, leaf_site = {"leaf", 0};

static void leaf(void)
{
	struct prof_scope scope;

	prof_scope_begin(&scope, &leaf_site);
	prof_scope_end(&scope);
}

/* PROF_SCOPE_FAIL marks its own call while others are open further in; the last message counts. */
START_TEST(test_this)
{
	client_begin();
	for (int i = 0; i < 4; i++) {
		PROF_SCOPE_AS(outer, "outer");
		{
			PROF_SCOPE_AS(inner, "inner");
			leaf();
			if (i % 2 == 0) {
				PROF_SCOPE_FAIL(outer, "first");
				PROF_SCOPE_FAIL(outer, i == 0 ? "even" : NULL);
			}
			if (i == 3)
				PROF_SCOPE_FAIL(inner, "inner too");
		}
	}
	client_read();
	ck_assert_uint_eq(client_failed("outer"), 2);
	ck_assert_uint_eq(client_returned("outer"), 2);
	ck_assert_uint_eq(client_failed("outer>inner"), 1);
	ck_assert_uint_eq(client_returned("outer>inner"), 3);
	ck_assert_uint_eq(client_returned("outer>inner>leaf"), 4);
	ck_assert_uint_eq(client_now.event_count, 2);
	ck_assert_str_eq(client_now.events[0].event.error, "even");
	ck_assert_str_eq(client_now.events[1].event.error, "inner too");
}
END_TEST

/* Of two scopes that end in the order they began in, each keeps its own failure, also the one whose
 * place on the stack another call has taken. */
START_TEST(test_interleaved)
{
	struct prof_scope a, b;

	client_begin();
	for (int i = 0; i < 2000; i++) {
		prof_scope_begin(&a, &a_site);
		prof_scope_begin(&b, &b_site);
		if (i % 2 == 0)
			ck_assert_int_eq(prof_scope_fail(&a, i == 0 ? "a's" : NULL), PROF_OK);
		if (i % 4 == 1)
			ck_assert_int_eq(prof_scope_fail(&b, i == 1 ? "b's" : NULL), PROF_OK);
		prof_scope_end(&a);
		leaf();
		if (i % 4 == 3)
			ck_assert_int_eq(prof_scope_fail(&b, NULL), PROF_OK);
		prof_scope_end(&b);
	}
	client_read();
	ck_assert_uint_eq(client_failed("a"), 1000);
	ck_assert_uint_eq(client_returned("a"), 1000);
	ck_assert_uint_eq(client_failed("a>b"), 1000);
	ck_assert_uint_eq(client_returned("a>b"), 1000);
	ck_assert_uint_eq(client_now.event_count, 2);
	ck_assert_str_eq(client_now.events[0].event.error, "a's");
	ck_assert_str_eq(client_now.events[1].event.error, "b's");
}
END_TEST

/* What prof_fail has marked stays marked when the call loses its place before it ends. */
START_TEST(test_displaced)
{
	struct prof_scope a, b;

	client_begin();
	for (int i = 0; i < 2000; i++) {
		prof_scope_begin(&a, &a_site);
		prof_scope_begin(&b, &b_site);
		ck_assert_int_eq(prof_fail("innermost"), PROF_OK);
		prof_scope_end(&a);
		leaf();
		prof_scope_end(&b);
	}
	ck_assert_int_eq(prof_fail("nobody"), PROF_NO_CALL);
	client_read();
	ck_assert_uint_eq(client_failed("a"), 0);
	ck_assert_uint_eq(client_returned("a"), 2000);
	ck_assert_uint_eq(client_failed("a>b"), 2000);
	ck_assert_uint_eq(client_returned("a>b"), 0);
}
END_TEST

static void *fail_there(void *scope)
{
	ck_assert_int_eq(prof_scope_fail(scope, "there"), PROF_OK);
	return NULL;
}

static void *end_there(void *scope)
{
	prof_scope_end(scope);
	return NULL;
}

static void run(void *(*what)(void *), void *argument)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, what, argument), 0);
	pthread_join(thread, NULL);
}

/* A scope may be failed on one thread and end on a third: it takes its failure with it. So does one
 * that prof_fail marked before it moved. */
START_TEST(test_moved)
{
	struct prof_scope a, b;

	client_begin();
	for (int i = 0; i < 10; i++) {
		prof_scope_begin(&a, &a_site);
		run(fail_there, &a);
		run(end_there, &a);
		prof_scope_begin(&b, &b_site);
		ck_assert_int_eq(prof_fail("here"), PROF_OK);
		run(end_there, &b);
		ck_assert_int_eq(prof_fail("nobody"), PROF_NO_CALL);
	}
	client_read();
	ck_assert_uint_eq(client_failed("a"), 10);
	ck_assert_uint_eq(client_failed("b"), 10);
	ck_assert_uint_eq(client_calls_of("a") + client_calls_of("b"), 20);
	ck_assert_uint_eq(client_now.event_count, 20);
}
END_TEST

static jmp_buf back;

__attribute__((noreturn, noinline)) static void fail_and_jump(void)
{
	PROF_SCOPE("jumper");
	PROF_FAIL("left");
	longjmp(back, 1);
}

/* Calls that failed and were then left do not use up the room of those that end. */
START_TEST(test_left)
{
	client_begin();
	for (volatile int i = 0; i < 3 * FAILURES_MAX; i++) {
		if (setjmp(back) == 0)
			fail_and_jump();
	}
	for (int i = 0; i < 3; i++) {
		PROF_SCOPE_AS(mine, "mine");
		PROF_SCOPE_FAIL(mine, "well kept");
	}
	client_read();
	ck_assert_uint_eq(client_failed("mine"), 3);
	ck_assert_uint_eq(client_now.event_count, 3);
	ck_assert_str_eq(client_now.events[2].event.error, "well kept");
}
END_TEST

/* An asynchronous call that was marked ends as failed whoever ends it, once; the next in its slot
 * does not. */
START_TEST(test_asynchronous)
{
	prof_call call;

	client_begin();
	for (int i = 0; i < 4; i++) {
		call = prof_call_begin("call");
		if (i % 2 == 0)
			ck_assert_int_eq(prof_call_fail(call, "marked"), PROF_OK);
		ck_assert_int_eq(prof_call_end(call, i == 2 ? "ended" : NULL), PROF_OK);
		ck_assert_int_eq(prof_call_fail(call, "too late"), PROF_NO_CALL);
	}
	ck_assert_int_eq(prof_call_fail((prof_call){NULL, 0}, NULL), PROF_NO_CALL);
	client_read();
	ck_assert_uint_eq(client_failed("call"), 2);
	ck_assert_uint_eq(client_returned("call"), 2);
	ck_assert_uint_eq(client_now.event_count, 2);
	ck_assert_str_eq(client_now.events[0].event.error, "marked");
	ck_assert_str_eq(client_now.events[1].event.error, "ended");
}
END_TEST

static void *work_there(void *call)
{
	struct prof_scope inside;

	leaf();
	ck_assert_int_eq(prof_call_enter(*(prof_call *)call, &inside), PROF_OK);
	leaf();
	ck_assert_int_eq(prof_fail("in there"), PROF_OK);
	prof_call_leave(&inside);
	leaf();
	return NULL;
}

/* What is called for an asynchronous call, on any thread and in pieces, is below it; around it
 * nothing is; and entering counts nothing. */
START_TEST(test_entered)
{
	struct prof_scope inside, within;
	prof_call one, two;

	client_begin();
	one = prof_call_begin("one");
	{
		PROF_SCOPE("loop");
		two = prof_call_begin("two");
		for (int i = 0; i < 3; i++) {
			ck_assert_int_eq(prof_call_enter(one, &inside), PROF_OK);
			leaf();
			ck_assert_int_eq(prof_call_enter(two, &within), PROF_OK);
			leaf();
			prof_call_leave(&within);
			leaf();
			prof_call_leave(&inside);
			leaf();
		}
	}
	run(work_there, &two);
	ck_assert_int_eq(prof_call_end(one, NULL), PROF_OK);
	ck_assert_int_eq(prof_call_end(two, NULL), PROF_OK);
	ck_assert_int_eq(prof_call_enter(two, &inside), PROF_NO_CALL);
	prof_call_leave(&inside);
	client_read();
	ck_assert_uint_eq(client_returned("one"), 1);
	ck_assert_uint_eq(client_failed("loop>two"), 1);
	ck_assert_uint_eq(client_calls_of("two"), 1);
	ck_assert_uint_eq(client_returned("one>leaf"), 6);
	ck_assert_uint_eq(client_returned("loop>two>leaf"), 3 + 1);
	ck_assert_uint_eq(client_returned("loop>leaf"), 3);
	ck_assert_uint_eq(client_returned("leaf"), 2);
	ck_assert_str_eq(client_now.events[0].event.error, "in there");
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_this);
	tcase_add_test(tests, test_interleaved);
	tcase_add_test(tests, test_displaced);
	tcase_add_test(tests, test_moved);
	tcase_add_test(tests, test_left);
	tcase_add_test(tests, test_asynchronous);
	tcase_add_test(tests, test_entered);
}
