/*
 * Figures as people read them.
 */
#include "tests/suite.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "ctl/base/units.h"

const char suite_name[] = "units";

struct seconds_case {
	double seconds;
	const char *text;
};

static const struct seconds_case seconds_cases[] = {
	{0.0, "0 s"},
	{1e-9, "1 ns"},
	{870e-9, "870 ns"},
	{999e-9, "999 ns"},
	{12.34e-9, "12.3 ns"},
	{0.25e-9, "0.25 ns"},
	{999.6e-9, "1.00 us"},
	{1e-6, "1.00 us"},
	{9.994e-6, "9.99 us"},
	{9.996e-6, "10.0 us"},
	{12.34e-6, "12.3 us"},
	{99.96e-6, "100 us"},
	{999.4e-6, "999 us"},
	{999.6e-6, "1.00 ms"},
	{4.56e-3, "4.56 ms"},
	{0.9996, "1.00 s"},
	{1.2, "1.20 s"},
	{59.94, "59.9 s"},
	{59.96, "1 min 00 s"},
	{65, "1 min 05 s"},
	{3599.4, "59 min 59 s"},
	{3599.6, "1 h 00 min"},
	{7800, "2 h 10 min"},
	{86399, "1 d 00 h"},
	{3 * 86400 + 4 * 3600, "3 d 04 h"},
	{1e9, "11574 d 02 h"},
	{-1.0, "?"},
	{NAN, "?"},
	{INFINITY, "?"},
};

/* A duration keeps three digits, and rounding never leaves "1000" of a unit. */
START_TEST(seconds)
{
	const struct seconds_case *c = &seconds_cases[_i];
	char text[UNITS_ROOM];

	ck_assert_str_eq(units_seconds(text, c->seconds), c->text);
}
END_TEST

/* A timing keeps four digits, in seconds however long it is. */
START_TEST(timings)
{
	static const struct seconds_case cases[] = {
		{0.0, "0 s"},
		{0.2645e-9, "0.265 ns"},
		{870e-9, "870 ns"},
		{12.344e-6, "12.34 us"},
		{9.9996e-6, "10.00 us"},
		{99.996e-6, "100.0 us"},
		{999.96e-6, "1.000 ms"},
		{0.99996, "1.000 s"},
		{75.314, "75.31 s"},
		{1e9, "1000000000 s"},
		{-1.0, "?"},
		{NAN, "?"},
	};
	char text[UNITS_ROOM];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(units_timing(text, cases[i].seconds), cases[i].text);
}
END_TEST

/* The micro sign is written where the locale is UTF-8, and only there. */
START_TEST(micro)
{
	char text[UNITS_ROOM];

	ck_assert_str_eq(units_seconds(text, 12.3e-6), "12.3 us");
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
	ck_assert_str_eq(units_seconds(text, 12.3e-6), "12.3 µs");
}
END_TEST

/* Thousands are set off; a short count changes to three digits at ten million. */
START_TEST(counts)
{
	char text[UNITS_ROOM];

	ck_assert_str_eq(units_count(text, 0), "0");
	ck_assert_str_eq(units_count(text, 999), "999");
	ck_assert_str_eq(units_count(text, 1000), "1,000");
	ck_assert_str_eq(units_count(text, 1234567), "1,234,567");
	ck_assert_str_eq(units_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
	ck_assert_str_eq(units_short_count(text, 9999999), "9,999,999");
	ck_assert_str_eq(units_short_count(text, 10000000), "10.0 M");
	ck_assert_str_eq(units_short_count(text, 999600000), "1.00 G");
	ck_assert_str_eq(units_short_count(text, 7890000000000), "7.89 T");
	ck_assert_str_eq(units_short_count(text, UINT64_MAX), "18.4 E");
}
END_TEST

/* Bytes are told in powers of 1024. */
START_TEST(bytes)
{
	char text[UNITS_ROOM];

	ck_assert_str_eq(units_bytes(text, 0), "0 bytes");
	ck_assert_str_eq(units_bytes(text, 1), "1 byte");
	ck_assert_str_eq(units_bytes(text, 999), "999 bytes");
	ck_assert_str_eq(units_bytes(text, 1000), "0.98 KiB");
	ck_assert_str_eq(units_bytes(text, 1048576), "1.00 MiB");
	ck_assert_str_eq(units_bytes(text, 12.34 * 1048576), "12.3 MiB");
}
END_TEST

/* A point in time is that of the local clock; one that no calendar knows is a question mark. */
START_TEST(moments)
{
	char text[UNITS_ROOM];

	setenv("TZ", "XYZ-2", 1);
	tzset();
	ck_assert_str_eq(units_moment(text, 0.0, 0), "1970-01-01 02:00:00");
	ck_assert_str_eq(units_moment(text, 1769866506.25, 1), "2026-01-31 15:35:06.250");
	ck_assert_str_eq(units_moment(text, 1769866506.9999, 1), "2026-01-31 15:35:06.999");
	ck_assert_str_eq(units_moment(text, NAN, 1), "?");
	ck_assert_str_eq(units_moment(text, 1e300, 1), "?");
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, seconds, 0, sizeof(seconds_cases) / sizeof(seconds_cases[0]));
	tcase_add_test(tests, timings);
	tcase_add_test(tests, micro);
	tcase_add_test(tests, counts);
	tcase_add_test(tests, bytes);
	tcase_add_test(tests, moments);
}
