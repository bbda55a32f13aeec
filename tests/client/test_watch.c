/*
 * What the pushing thread sees of single calls: slow ones, while they run and when they have ended.
 */
#include <pthread.h>
#include <setjmp.h>

#include "include/profclient.h"
#include "client/record/thread.h"
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
	ck_assert_int_eq(prof_lookup(name, &f), PROF_OK);
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
		call = prof_call_begin("hang");
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
	ck_assert_uint_eq(client_standing("hang>hang*")->slow, 1);
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
	call = prof_call_begin("hang");
	client_read();
	ck_assert_int_eq(pthread_create(&thread, NULL, end_here, &call), 0);
	pthread_join(thread, NULL);
	client_read();
	ck_assert_uint_eq(client_now.event_count, 2);
	ck_assert(told(0)->running && !told(1)->running);
	ck_assert_uint_eq(told(0)->call, told(1)->call);
}
END_TEST

/* What only profd can know is not guessed: until it has told the thresholds, nothing is told as
 * running. */
START_TEST(test_unknown_thresholds)
{
	prof_function *f;

	client_begin_without_policy();
	ck_assert_int_eq(prof_lookup("hang", &f), PROF_OK);
	f->slow[UNIT_TICKS] = 1;
	PROF_SCOPE("hang");
	client_read();
	ck_assert_uint_eq(client_now.event_count, 0);
}
END_TEST

/* That the last event takes back what the first one told. */
static void ck_taken_back(void)
{
	const struct event *first = told(0), *last = told(client_now.event_count - 1);

	ck_assert(first->running);
	ck_assert(!last->running && !last->failed);
	ck_assert_uint_eq(last->threshold_ns, 0);
	ck_assert_uint_eq(last->call, first->call);
	ck_assert_uint_eq(last->path, first->path);
	client_read();
	ck_assert_ptr_eq(last, told(client_now.event_count - 1));
}

/* A call that a new threshold has made no longer slow is taken back, while it runs and after. */
START_TEST(test_threshold_raised)
{
	prof_function *f = slow_function("hang");

	{
		PROF_SCOPE("hang");
		client_read();
		f->slow[UNIT_TICKS] = UINT64_MAX;
		if (_i == 0) {
			client_read();
			ck_taken_back();
			ck_assert_uint_eq(client_now.event_count, 2);
		}
		snapshot_set_slow();
	}
	client_read();
	ck_taken_back();
	ck_assert_uint_eq(client_now.event_count, 2);
	ck_assert_uint_eq(client_standing("hang")->slow, 0);
}
END_TEST

__attribute__((noinline)) static void hang_and_jump(jmp_buf back)
{
	/* So that the frames of calls that follow lie above this one's, whatever the compiler does.
	 */
	volatile char room[4096];

	room[0] = 0;
	PROF_SCOPE("hang");
	client_read();
	longjmp(back, room[0] + 1);
}

__attribute__((noinline)) static void return_at_once(void)
{
	PROF_SCOPE("next");
}

/* A call that was left by longjmp is taken back: it is not counted either. */
START_TEST(test_left)
{
	jmp_buf back;

	slow_function("hang");
	if (setjmp(back) == 0)
		hang_and_jump(back);
	return_at_once();
	client_read();
	ck_taken_back();
}
END_TEST

static void fill_ring(void)
{
	for (int i = 0; i < EVENT_RING; i++)
		prof_record("other", 5.0, NULL);
}

/* An end that finds no room is counted as dropped, and its call does not stay as running. */
START_TEST(test_no_room)
{
	slow_function("hang");
	{
		PROF_SCOPE("hang");
		client_read();
		fill_ring();
	}
	client_read();
	ck_taken_back();
	ck_assert_uint_eq(client_now.event_count, EVENT_RING + 2);
	ck_assert_uint_eq(client_now.events_dropped, 1);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_running);
	tcase_add_test(tests, test_ended_elsewhere);
	tcase_add_test(tests, test_unknown_thresholds);
	tcase_add_loop_test(tests, test_threshold_raised, 0, 2);
	tcase_add_test(tests, test_left);
	tcase_add_test(tests, test_no_room);
}
