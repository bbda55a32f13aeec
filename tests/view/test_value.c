/*
 * Values of options and parameters: what is taken, and that nothing else is.
 */
#include "tests/suite.h"

#include "view/value.h"

const char suite_name[] = "value";

/* Seconds are plain decimal numbers from 0 to 2^30, in any notation that C prints them in. */
START_TEST(test_seconds)
{
	static const char *const bad[] = {"",	"-1",  "nan",  "inf", "abc", "1s", "0x1p3", " 1",
					  "1 ", "1,5", "1e99", "--1", ".",   "e5", "1e-3x"};
	double value = 42.0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!value_seconds(bad[i], &value), "%s was taken", bad[i]);
	ck_assert(value == 42.0);
	ck_assert(value_seconds("1e-3", &value) && value == 1e-3);
	ck_assert(value_seconds("0", &value) && value == 0.0);
	ck_assert(value_seconds(".5", &value) && value == 0.5);
	ck_assert(value_seconds("+2.5E2", &value) && value == 250.0);
}
END_TEST

/* Whole numbers have digits only and keep to their limit. */
START_TEST(test_numbers)
{
	static const char *const bad[] = {"",	 "-1",	 "+1",	"1.0",
					  "1e3", "0x10", "101", "99999999999999999999"};
	uint64_t value = 42;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!value_number(bad[i], 100, &value), "%s was taken", bad[i]);
	ck_assert_uint_eq(value, 42);
	ck_assert(value_number("100", 100, &value) && value == 100);
	ck_assert(value_number("007", 100, &value) && value == 7);
}
END_TEST

/* A percentage is a part of 1, with or without its sign. */
START_TEST(test_percents)
{
	static const char *const bad[] = {"",	 "%",  "5%%",
					  "5 %", "-1", "1001",
					  "nan", "%5", "000000000000000000000000000000000001"};
	double value = 42.0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!value_percent(bad[i], &value), "%s was taken", bad[i]);
	ck_assert(value == 42.0);
	ck_assert(value_percent("5", &value) && value == 0.05);
	ck_assert(value_percent("0.5%", &value) && value == 0.005);
}
END_TEST

/* Orders and widths are known by their words alone. */
START_TEST(test_words)
{
	enum prof_order order = PROF_BY_MAX;
	enum frames_by by = FRAMES_BY_CALLS;

	ck_assert(!value_order("", &order) && !value_order("P99", &order) &&
		  !value_order("p9", &order) && order == PROF_BY_MAX);
	ck_assert(value_order("p99", &order) && order == PROF_BY_P99);
	ck_assert(value_order("total", &order) && order == PROF_BY_TOTAL);
	ck_assert(value_order("name", &order) && order == PROF_BY_NAME);
	ck_assert(!value_by("call", &by) && by == FRAMES_BY_CALLS);
	ck_assert(value_by("time", &by) && by == FRAMES_BY_TIME);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_seconds);
	tcase_add_test(tests, test_numbers);
	tcase_add_test(tests, test_percents);
	tcase_add_test(tests, test_words);
}
