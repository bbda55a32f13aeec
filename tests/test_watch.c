/*
 * What the pushing thread sees of single calls: slow ones, while they run and when they have ended.
 */
#include <pthread.h>

#include "client/profclient.h"
#include "client/thread.h"
#include "tests/client.h"
#include "tests/suite.h"

const char suite_name[] = "watch";

static const struct event *told(uint32_t at)
{
	ck_assert_uint_lt(at, client_now.event_count);
	return &client_now.events[at].event;
}

/* A function whose calls are all slow. */
static prof_function *slow_function(const char *name)
{
	prof_function *f;

	client_begin();
	ck_assert_int_eq(prof_function_get(name, &f), PROF_OK);
	f->slow[UNIT_TICKS] = 1;
	return f;
}

/* A call that has passed its threshold and has not returned is told once as running, and again when
 * it ends. */
START_TEST(test_running)
{
	prof_call call;

	slow_function("hang");
	{
		PROF_SCOPE("hang");
		call = prof_call_begin_name("hang");
		client_read();
		client_read();
		ck_assert_uint_eq(client_now.event_count, 2);
		ck_assert(told(0)->running);
		prof_call_end(call, NULL);
	}
	client_read();
	ck_assert_uint_eq(client_now.event_count, 4);
	ck_assert(!told(2)->running);
	ck_assert_uint_eq(told(1)->call, told(2)->call);
	ck_assert_uint_eq(told(0)->call, told(3)->call);
	ck_assert_uint_eq(client_standing("hang")->slow, 1);
	ck_assert_uint_eq(client_standing("hang>hang")->slow, 1);
}
END_TEST

static void *end_here(void *call)
{
	prof_call_end(*(prof_call *)call, NULL);
	return NULL;
}

/* The end of a call is known as its own on whatever thread it ends. */
START_TEST(test_ended_elsewhere)
{
	pthread_t thread;
	prof_call call;

	slow_function("hang");
	call = prof_call_begin_name("hang");
	client_read();
	ck_assert_int_eq(pthread_create(&thread, NULL, end_here, &call), 0);
	pthread_join(thread, NULL);
	client_read();
	ck_assert_uint_eq(client_now.event_count, 2);
	ck_assert(told(0)->running && !told(1)->running);
	ck_assert_uint_eq(told(0)->call, told(1)->call);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_running);
	tcase_add_test(tests, test_ended_elsewhere);
}
