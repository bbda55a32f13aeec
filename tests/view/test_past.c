/*
 * Stretches of the past, and the steps that they are cut into.
 */
#include "tests/suite.h"

#include "view/past.h"

const char suite_name[] = "past";

/* What is not given ends now, and begins so long before its end. */
START_TEST(test_range)
{
	struct prof_range range;

	ck_assert(past_range(0.0, 5000.0, 3600.0, &range));
	ck_assert_double_eq(range.since, 1400.0);
	ck_assert_double_eq(range.until, 5000.0);
	ck_assert(past_range(4000.0, 0.0, 3600.0, &range));
	ck_assert_double_eq(range.since, 4000.0);
	ck_assert(range.until > 4000.0 && range.until <= past_now());
}
END_TEST

/* A stretch that ends before it begins, or has no length, is none, and nothing is changed. */
START_TEST(test_backwards)
{
	struct prof_range range = {1.0, 2.0};

	ck_assert(!past_range(5000.0, 4000.0, 3600.0, &range));
	ck_assert(!past_range(5000.0, 5000.0, 3600.0, &range));
	ck_assert(!past_range(past_now() + 1000.0, 0.0, 3600.0, &range));
	ck_assert(range.since == 1.0 && range.until == 2.0);
}
END_TEST

/* A step is a length that people count in, and there are no more steps than asked for as long as
 * there is a length for that. */
START_TEST(test_steps)
{
	struct prof_range hour = {0.0, 3600.0}, week = {0.0, 7 * 86400.0}, age = {0.0, 1e12};

	ck_assert_double_eq(past_step(&hour, 60), 60.0);
	ck_assert_double_eq(past_step(&hour, 59), 120.0);
	ck_assert_double_eq(past_step(&hour, 10000), 10.0);
	ck_assert_double_eq(past_step(&week, 168), 3600.0);
	ck_assert_double_eq(past_step(&age, 60), 28 * 86400.0);
}
END_TEST

/* Steps without calls are left out of a history, and have their places all the same. */
START_TEST(test_places)
{
	struct prof_step steps[] = {{.start = 100.0, .width = 10.0},
				    {.start = 130.0, .width = 10.0}};
	const struct prof_step *rows[] = {&steps[0], &steps[1]};
	struct prof_history h = {.extent = {.since = 100.0, .until = 160.0},
				 .step = 10.0,
				 .count = 2,
				 .steps = rows};

	ck_assert_uint_eq(past_slot(&h, &steps[0]), 0);
	ck_assert_uint_eq(past_slot(&h, &steps[1]), 3);
	ck_assert_uint_eq(past_slot_count(&h), 6);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_range);
	tcase_add_test(tests, test_backwards);
	tcase_add_test(tests, test_steps);
	tcase_add_test(tests, test_places);
}
