/*
 * Running tasks: what is called how often and in which order, what is timed and what is not.
 */
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "include/profbench.h"

const char suite_name[] = "bench_run";

/* What was called, as letters. */
struct story {
	char text[256];
	size_t length, calls;
};

static void tell(struct story *story, char letter)
{
	if (story->length + 1 < sizeof(story->text))
		story->text[story->length++] = letter;
}

static void wait_a_while(void)
{
	/* Longer than 1,000 readings of the clock, so that nothing is batched. */
	nanosleep(&(struct timespec){0, 300000}, NULL);
}

static int work(void *argument)
{
	struct story *story = argument;

	story->calls++;
	tell(story, 'w');
	wait_a_while();
	return 0;
}

static void set_up(void *argument)
{
	tell(argument, '(');
}

static void tear_down(void *argument)
{
	tell(argument, ')');
}

static void set_up_each(void *argument)
{
	tell(argument, '<');
}

static void tear_down_each(void *argument)
{
	tell(argument, '>');
}

static int count_call(void *argument)
{
	++*(uint64_t *)argument;
	return 0;
}

static int count_loop(void *argument, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		++*(uint64_t *)argument;
		PROF_BENCH_BARRIER();
	}
	return 0;
}

static int fail_each_third(void *argument)
{
	uint64_t *calls = argument;

	wait_a_while();
	return ++*calls % 3 == 0 ? (int)(10 + *calls) : 0;
}

static struct prof_bench_options options_of(uint64_t iterations, uint64_t warmup)
{
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;

	options.iterations = iterations;
	options.warmup = warmup;
	options.batch = 1;
	return options;
}

START_TEST(usual_options_are_a_hundred_and_three)
{
	uint64_t calls = 0;
	struct prof_bench_result *r = NULL;

	ck_assert_int_eq(prof_bench("count", count_call, &calls, NULL, &r), PROF_OK);
	ck_assert_uint_eq(r->iterations, 100);
	ck_assert_uint_eq(r->warmup, 3);
	ck_assert_str_eq(r->name, "count");
	/* Far below 1,000 readings of the clock: batched, and nothing else was called but to warm
	 * up and to find the batch. */
	ck_assert_uint_gt(r->batch, 1);
	ck_assert_uint_ge(calls, 100 * r->batch + 3);
	ck_assert(r->clock_cost > 0 && r->clock_cost < 1e-4);
	ck_assert_int_eq(r->stopped, 0);
	for (size_t i = 0; i < r->iterations; i++)
		ck_assert(r->timings[i] >= 0 && isfinite(r->timings[i]));
	prof_bench_free(r);
}
END_TEST

START_TEST(warm_up_is_not_timed_and_steps_are_in_order)
{
	struct story story = {"", 0, 0};
	struct prof_bench_task task = {.size = sizeof(task),
				       .name = "x",
				       .function = work,
				       .argument = &story,
				       .set_up = set_up,
				       .tear_down = tear_down,
				       .set_up_each = set_up_each,
				       .tear_down_each = tear_down_each};
	struct prof_bench_options options = options_of(3, 2);
	struct prof_bench_result *r = NULL;

	/* With steps of each iteration a batch is one call, whatever is asked for. */
	options.batch = 7;
	ck_assert_int_eq(prof_bench_run(&task, &options, &r), PROF_OK);
	ck_assert_str_eq(story.text, "(<w><w><w><w><w>)");
	ck_assert_uint_eq(r->iterations, 3);
	ck_assert_uint_eq(r->batch, 1);
	ck_assert_uint_eq(r->warmup, 2);
	prof_bench_free(r);
}
END_TEST

static void set_up_slowly(void *argument)
{
	(void)argument;
	nanosleep(&(struct timespec){0, 50000000}, NULL);
}

/* The set-up takes 160 times as long as the work. */
START_TEST(steps_are_not_timed)
{
	struct story story = {"", 0, 0};
	struct prof_bench_task task = {.size = sizeof(task),
				       .name = "x",
				       .function = work,
				       .argument = &story,
				       .set_up_each = set_up_slowly};
	struct prof_bench_options options = options_of(4, 0);
	struct prof_bench_result *r = NULL;

	ck_assert_int_eq(prof_bench_run(&task, &options, &r), PROF_OK);
	ck_assert(r->min_time >= 0.0003);
	ck_assert(r->min_time < 0.05);
	prof_bench_free(r);
}
END_TEST

START_TEST(a_loop_is_given_its_count)
{
	uint64_t calls = 0;
	struct prof_bench_task task = {
		.size = sizeof(task), .name = "x", .loop = count_loop, .argument = &calls};
	struct prof_bench_options options = options_of(4, 1);
	struct prof_bench_result *r = NULL;

	options.batch = 10;
	ck_assert_int_eq(prof_bench_run(&task, &options, &r), PROF_OK);
	ck_assert_uint_eq(calls, 41);
	ck_assert_uint_eq(r->batch, 10);
	ck_assert_uint_ne(r->doubts & 1u << PROF_BENCH_COARSE, 0);
	prof_bench_free(r);
}
END_TEST

START_TEST(failures_are_counted_and_the_rest_is_run)
{
	uint64_t calls = 0;
	struct prof_bench_options options = options_of(9, 1);
	struct prof_bench_result *r = NULL;

	ck_assert_int_eq(prof_bench("x", fail_each_third, &calls, &options, &r), PROF_OK);
	ck_assert_uint_eq(calls, 10);
	ck_assert_uint_eq(r->iterations, 9);
	ck_assert_uint_eq(r->failures, 3);
	ck_assert_int_eq(r->error, 13);
	ck_assert_uint_ne(r->doubts & 1u << PROF_BENCH_FAILED, 0);
	prof_bench_free(r);
}
END_TEST

static bool stop_after_five(void *context)
{
	struct story *story = context;

	return story->calls >= 5;
}

START_TEST(what_was_timed_before_a_stop_is_kept)
{
	struct story story = {"", 0, 0};
	struct prof_bench_options options = options_of(100, 2);
	struct prof_bench_result *r = NULL;

	options.stop = stop_after_five;
	options.context = &story;
	ck_assert_int_eq(prof_bench("x", work, &story, &options, &r), PROF_OK);
	ck_assert_uint_eq(r->iterations, 3);
	ck_assert_int_eq(r->stopped, 1);
	prof_bench_free(r);
	r = NULL;
	ck_assert_int_eq(prof_bench("x", work, &story, &options, &r), PROF_STOPPED);
	ck_assert_uint_eq(story.calls, 5);
	ck_assert_ptr_null(r);
}
END_TEST

START_TEST(a_time_limit_ends_the_run)
{
	struct story story = {"", 0, 0};
	struct prof_bench_options options = options_of(UINT32_MAX, 0);
	struct prof_bench_result *r = NULL;

	options.time_limit = 0.3;
	ck_assert_int_eq(prof_bench("x", work, &story, &options, &r), PROF_OK);
	ck_assert_uint_ge(r->iterations, 1);
	ck_assert_uint_eq(r->iterations, story.calls);
	ck_assert_int_eq(r->stopped, 1);
	prof_bench_free(r);
}
END_TEST

START_TEST(a_total_may_be_asked_for_in_place_of_a_count)
{
	struct story story = {"", 0, 0};
	uint64_t calls = 0;
	struct prof_bench_options options = options_of(1, 0);
	struct prof_bench_result *r = NULL;

	options.min_total = 0.01;
	ck_assert_int_eq(prof_bench("x", work, &story, &options, &r), PROF_OK);
	ck_assert(r->total >= 0.01);
	ck_assert(r->total - r->timings[r->iterations - 1] < 0.01);
	prof_bench_free(r);
	options.batch = 0;
	ck_assert_int_eq(prof_bench("x", count_call, &calls, &options, &r), PROF_OK);
	ck_assert(r->total * (double)r->batch >= 0.01);
	prof_bench_free(r);
}
END_TEST

START_TEST(two_tasks_take_turns)
{
	struct story story = {"", 0, 0};
	struct prof_bench_task first = {.size = sizeof(first),
					.name = "a",
					.function = work,
					.argument = &story},
			       second = first;
	struct prof_bench_options options = options_of(3, 1);
	struct prof_bench_result *one = NULL, *two = NULL;
	struct prof_bench_comparison *comparison = NULL;

	second.name = "b";
	second.set_up_each = tear_down_each; /* so that it can be told apart */
	ck_assert_int_eq(
		prof_bench_run_both(&first, &second, &options, NULL, &one, &two, &comparison),
		PROF_OK);
	ck_assert_str_eq(story.text, "w>w"
				     "w>w"
				     "w>w"
				     "w>w");
	ck_assert_uint_eq(one->iterations, 3);
	ck_assert_uint_eq(two->iterations, 3);
	ck_assert_str_eq(comparison->first, "a");
	ck_assert_str_eq(comparison->second, "b");
	prof_bench_free(one);
	prof_bench_free(two);
	prof_bench_free(comparison);
}
END_TEST

/* One sleeps for three times as long as the other: shown on the busiest machine, which only ever
 * adds to both. */
static int work_thrice(void *argument)
{
	wait_a_while();
	wait_a_while();
	return work(argument);
}

START_TEST(the_faster_of_two_is_found)
{
	struct story story = {"", 0, 0};
	struct prof_bench_task first = {
		.size = sizeof(first), .name = "a", .function = work_thrice, .argument = &story};
	struct prof_bench_task second = {
		.size = sizeof(second), .name = "b", .function = work, .argument = &story};
	struct prof_bench_options options = options_of(40, 1);
	struct prof_bench_result *one = NULL, *two = NULL;
	struct prof_bench_comparison *comparison = NULL;

	ck_assert_int_eq(
		prof_bench_run_both(&first, &second, &options, NULL, &one, &two, &comparison),
		PROF_OK);
	ck_assert_int_eq(comparison->verdict, PROF_BENCH_FASTER);
	ck_assert(comparison->ratio > 1);
	prof_bench_free(one);
	prof_bench_free(two);
	prof_bench_free(comparison);
}
END_TEST

START_TEST(bad_input_is_refused)
{
	uint64_t calls = 0;
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;
	struct prof_bench_result *r = NULL;
	struct prof_bench_task task = {
		.size = sizeof(task), .name = "x", .function = count_call, .loop = count_loop};

	ck_assert_int_eq(prof_bench("x", NULL, NULL, NULL, &r), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench(NULL, count_call, &calls, NULL, &r), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench("", count_call, &calls, NULL, &r), PROF_BAD_NAME);
	ck_assert_int_eq(prof_bench("x", count_call, &calls, NULL, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_run(NULL, NULL, &r), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_run(&task, NULL, &r), PROF_BAD_ARGUMENT);
	options.iterations = 0;
	ck_assert_int_eq(prof_bench("x", count_call, &calls, &options, &r), PROF_BAD_OPTION);
	options.iterations = UINT64_MAX;
	ck_assert_int_eq(prof_bench("x", count_call, &calls, &options, &r), PROF_BAD_OPTION);
	options.iterations = 1;
	options.min_total = NAN;
	ck_assert_int_eq(prof_bench("x", count_call, &calls, &options, &r), PROF_BAD_VALUE);
	options.min_total = -1;
	ck_assert_int_eq(prof_bench("x", count_call, &calls, &options, &r), PROF_BAD_VALUE);
	options.min_total = 0;
	options.time_limit = INFINITY;
	ck_assert_int_eq(prof_bench("x", count_call, &calls, &options, &r), PROF_BAD_VALUE);
	ck_assert_uint_eq(calls, 0);
	ck_assert_ptr_null(r);
}
END_TEST

START_TEST(the_machine_is_known)
{
	struct prof_bench_machine *machine = NULL;

	ck_assert_int_eq(prof_bench_get_machine(NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_get_machine(&machine), PROF_OK);
	ck_assert_uint_ge(machine->processors, 1);
	ck_assert(machine->clock_cost > 0 && machine->clock_cost < 1e-4);
	ck_assert(strcmp(machine->clock, "tsc") == 0 || strcmp(machine->clock, "monotonic") == 0);
	ck_assert_ptr_eq(strstr(machine->kernel, "Linux "), machine->kernel);
	ck_assert_str_ne(machine->compiler, "");
	ck_assert_int_eq((machine->doubts >> PROF_BENCH_GOVERNOR & 1) != 0,
			 machine->governor[0] != '\0' &&
				 strcmp(machine->governor, "performance") != 0);
	ck_assert_int_eq((machine->doubts >> PROF_BENCH_LOADED & 1) != 0,
			 machine->load - 1 > 0.5 * machine->processors);
	prof_bench_free(machine);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, usual_options_are_a_hundred_and_three);
	tcase_add_test(tests, warm_up_is_not_timed_and_steps_are_in_order);
	tcase_add_test(tests, steps_are_not_timed);
	tcase_add_test(tests, a_loop_is_given_its_count);
	tcase_add_test(tests, failures_are_counted_and_the_rest_is_run);
	tcase_add_test(tests, what_was_timed_before_a_stop_is_kept);
	tcase_add_test(tests, a_time_limit_ends_the_run);
	tcase_add_test(tests, a_total_may_be_asked_for_in_place_of_a_count);
	tcase_add_test(tests, two_tasks_take_turns);
	tcase_add_test(tests, the_faster_of_two_is_found);
	tcase_add_test(tests, bad_input_is_refused);
	tcase_add_test(tests, the_machine_is_known);
}
