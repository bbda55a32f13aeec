/*
 * Synchronous calls are counted once, on their path, however their block is left.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "include/profclient.h"
#include "tests/client.h"
#include "tests/suite.h"

const char suite_name[] = "scope";

static int leave_by(int way)
{
	for (int i = 0; i < 3; i++) {
		PROF_SCOPE("left");
		if (way == 0)
			return 1;
		if (way == 1)
			break;
		if (way == 2)
			continue;
		if (way == 3)
			goto out;
	}
out:
	return 0;
}

/* A call ends when its block is left by return, break, continue or goto. */
START_TEST(test_ways_out)
{
	client_begin();
	leave_by(0);
	leave_by(1);
	leave_by(2);
	leave_by(3);
	client_read();
	ck_assert_uint_eq(client_returned("left"), 1 + 1 + 3 + 1);
}
END_TEST

static void leaf(void)
{
	PROF_FUNCTION();
}

static void branch(void)
{
	PROF_FUNCTION();
	leaf();
	{
		PROF_SCOPE("block");
		leaf();
	}
	leaf();
}

/* The path of a call is what was open when it began; blocks of one function nest too. */
START_TEST(test_paths)
{
	client_begin();
	branch();
	leaf();
	client_read();
	ck_assert_uint_eq(client_returned("branch"), 1);
	ck_assert_uint_eq(client_returned("branch>leaf"), 2);
	ck_assert_uint_eq(client_returned("branch>block"), 1);
	ck_assert_uint_eq(client_returned("branch>block>leaf"), 1);
	ck_assert_uint_eq(client_returned("leaf"), 1);
}
END_TEST

static void recurse(int depth)
{
	PROF_SCOPE("deeper");
	if (depth > 1)
		recurse(depth - 1);
}

/* Scopes nest deeper than a chunk of open calls holds, again and again, and the stack is found
 * empty afterwards. */
START_TEST(test_depth)
{
	client_begin();
	for (int i = 0; i < 3; i++)
		recurse(1000);
	leaf();
	client_read();
	ck_assert_uint_eq(client_calls_of("deeper"), 3000);
	ck_assert_uint_eq(client_returned("leaf"), 1);
	ck_assert_uint_eq(client_returned("deeper"), 3);
}
END_TEST

/* PROF_FAIL marks the innermost open call, and no other. */
START_TEST(test_failed)
{
	client_begin();
	ck_assert_int_eq(prof_fail("nobody is open"), PROF_NO_CALL);
	for (int i = 0; i < 4; i++) {
		PROF_SCOPE("outer");
		{
			PROF_SCOPE("inner");
			if (i % 2 == 0)
				PROF_FAIL("even");
		}
		if (i == 3)
			PROF_FAIL(NULL);
	}
	client_read();
	ck_assert_uint_eq(client_failed("outer>inner"), 2);
	ck_assert_uint_eq(client_returned("outer>inner"), 2);
	ck_assert_uint_eq(client_failed("outer"), 1);
	ck_assert_uint_eq(client_returned("outer"), 3);
	ck_assert_uint_eq(client_now.event_count, 2);
	ck_assert_str_eq(client_now.events[0].event.error, "even");
}
END_TEST

static jmp_buf back;

__attribute__((noreturn)) static void jump_out(int depth)
{
	PROF_SCOPE("jumper");
	if (depth == 0)
		longjmp(back, 1);
	jump_out(depth - 1);
}

/* Puts whatever is called further down than any frame that `leaf` has, in any build. */
__attribute__((noreturn, noinline)) static void jump_from_below(void)
{
	volatile char room[4096];

	room[0] = room[sizeof(room) - 1] = 0;
	jump_out(5 + room[0]);
}

/* Calls left by longjmp are not counted, and those that follow from further out find their right
 * parent again. */
START_TEST(test_longjmp)
{
	client_begin();
	for (volatile int i = 0; i < 100; i++) {
		if (setjmp(back) == 0)
			jump_from_below();
		leaf();
	}
	client_read();
	ck_assert_uint_eq(client_calls_of("jumper"), 0);
	ck_assert_uint_eq(client_returned("leaf"), 100);
}
END_TEST

struct moved {
	struct prof_scope scope;
};

static void *end_there(void *moved)
{
	prof_scope_end(&((struct moved *)moved)->scope);
	leaf();
	return NULL;
}

/* A scope that ends on another thread is counted there, and its first thread's path heals. */
START_TEST(test_hop)
{
	static struct prof_site site = {"hopper", 0};
	struct moved *moved = malloc(sizeof(*moved));
	pthread_t thread;

	client_begin();
	prof_scope_begin(&moved->scope, &site);
	pthread_create(&thread, NULL, end_there, moved);
	pthread_join(thread, NULL);
	leaf();
	leaf();
	free(moved);
	client_read();
	ck_assert_uint_eq(client_returned("hopper"), 1);
	ck_assert_uint_eq(client_returned("leaf"), 3);
}
END_TEST

/* What is open at a fork belongs to the parent alone; the child starts from nothing. */
START_TEST(test_fork)
{
	pid_t child;
	int status;

	client_begin();
	leaf();
	{
		PROF_SCOPE("parent");
		leaf();
		child = fork();
		leaf();
	}
	client_read();
	if (child == 0) {
		uint64_t good = client_returned("leaf") == 1 && client_calls_of("leaf") == 1 &&
				client_calls_of("parent") == 0;

		_exit(good ? 0 : 1);
	}
	waitpid(child, &status, 0);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(client_returned("leaf"), 1);
	ck_assert_uint_eq(client_returned("parent>leaf"), 2);
	ck_assert_uint_eq(client_returned("parent"), 1);
}
END_TEST

static void *one_leaf(void *unused)
{
	leaf();
	return unused;
}

/* Threads that follow each other share blocks: nothing is lost, and memory does not grow with their
 * number. */
START_TEST(test_threads_in_turn)
{
	pthread_t thread;

	client_begin();
	for (int i = 0; i < 2000; i++) {
		ck_assert_int_eq(pthread_create(&thread, NULL, one_leaf, NULL), 0);
		pthread_join(thread, NULL);
	}
	client_read();
	ck_assert_uint_eq(client_returned("leaf"), 2000);
}
END_TEST

/* A site whose name is no name is not timed, and does no harm to the path. */
START_TEST(test_bad_name)
{
	client_begin();
	{
		PROF_SCOPE("\xff");
		PROF_SCOPE("");
		leaf();
	}
	client_read();
	ck_assert_uint_eq(client_returned("leaf"), 1);
}
END_TEST

static void route(const char *name)
{
	PROF_SCOPE_DYNAMIC(name);
	leaf();
}

/* A name that is made at run time has calls of its own, whose path is as any other's; its memory is
 * free again at once. */
START_TEST(test_dynamic)
{
	char name[16];

	client_begin();
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "GET /%d", i % 3);
		route(name);
	}
	route(NULL);
	route("");
	client_read();
	ck_assert_uint_eq(client_returned("GET /0"), 2);
	ck_assert_uint_eq(client_returned("GET /1"), 2);
	ck_assert_uint_eq(client_returned("GET /2"), 2);
	ck_assert_uint_eq(client_returned("GET /1>leaf"), 2);
	ck_assert_uint_eq(client_returned("leaf"), 2);
}
END_TEST

/* Switched off, nothing is counted and everything still returns. */
START_TEST(test_disabled)
{
	prof_call call;

	client_begin();
	setenv("PROF_DISABLE", "1", 1);
	branch();
	route("route");
	call = prof_call_begin("call");
	ck_assert_int_eq(prof_call_end(call, NULL), PROF_NOT_RUNNING);
	ck_assert_int_eq(prof_record("record", 1.0, NULL), PROF_NOT_RUNNING);
	ck_assert_int_eq(prof_fail("x"), PROF_NOT_RUNNING);
	ck_assert_int_eq(prof_flush(1.0), PROF_NOT_RUNNING);
	client_read();
	ck_assert_uint_eq(client_calls_of("branch"), 0);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_ways_out);
	tcase_add_test(tests, test_paths);
	tcase_add_test(tests, test_depth);
	tcase_add_test(tests, test_failed);
	tcase_add_test(tests, test_longjmp);
	tcase_add_test(tests, test_hop);
	tcase_add_test(tests, test_fork);
	tcase_add_test(tests, test_threads_in_turn);
	tcase_add_test(tests, test_bad_name);
	tcase_add_test(tests, test_dynamic);
	tcase_add_test(tests, test_disabled);
}
