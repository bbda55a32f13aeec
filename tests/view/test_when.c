/*
 * Points and stretches of time as people write them.
 */
#include "tests/suite.h"

#include <stdlib.h>
#include <time.h>

#include "view/when.h"

const char suite_name[] = "when";

/* Sunday, 22 November 2026, 15:00:00 in Berlin; a month after the end of summer time. */
#define NOW	 1795356000.0
#define NOON	 (NOW - 3 * 3600)
#define MIDNIGHT (NOW - 15 * 3600)
#define DAY	 86400.0

static void in_berlin(void)
{
	/* Spelled out, so that no time zone data are needed. */
	ck_assert_int_eq(setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1), 0);
	tzset();
}

struct point_case {
	const char *text;
	double moment;
};

static const struct point_case points[] = {
	{"now", NOW},
	{"2h", NOW - 7200},
	{"1h30m", NOW - 5400},
	{" 1 h 30 min ", NOW - 5400},
	{"90 seconds ago", NOW - 90},
	{"10 Min ago", NOW - 600},
	{"1.5d", NOW - 1.5 * DAY},
	{"2 weeks ago", NOW - 14 * DAY},
	{"250ms", NOW - 0.25},
	{"0s", NOW},
	{"today", MIDNIGHT},
	{"Yesterday", MIDNIGHT - DAY},
	{"yesterday 14:00", MIDNIGHT - DAY + 14 * 3600},
	{"today 9:30:05.25", MIDNIGHT + 9 * 3600 + 30 * 60 + 5.25},
	{"sunday", MIDNIGHT},
	{"mon 12:00", NOON - 6 * DAY},
	{"saturday", MIDNIGHT - DAY},
	{"12:00", NOON},
	{"15:00", NOW},
	{"15:01", NOW - DAY + 60},
	{"2026-11-22", MIDNIGHT},
	{"2026-11-22 12:00", NOON},
	{"2026-11-22T12:00:00", NOON},
	{"2026-11-22T11:00:00Z", NOON},
	{"2026-11-22t12:00:00.5+01:00", NOON + 0.5},
	{"2026-11-22 05:30:00-05:30", NOON},
	{"2026-07-01 12:00", 1782900000.0}, /* summer time */
	{"2026-10-25", 1792879200.0},	    /* a day of 25 hours */
	{"2028-02-29T00:00:00Z", 1835395200.0},
	{"@1795356000.5", NOW + 0.5},
	{"@0", 0.0},
};

/* Each way of writing a point in time gives that point. */
START_TEST(test_points)
{
	double moment = -1.0;

	in_berlin();
	ck_assert_msg(when_read(points[_i].text, NOW, &moment), "%s", points[_i].text);
	ck_assert_double_eq_tol(moment, points[_i].moment, 1e-6);
}
END_TEST

static const char *const no_points[] = {
	"",
	" ",
	"yesteryear",
	"h",
	"2",
	"2x",
	"-2h",
	"1e3s",
	"2h ago ago",
	"24:00",
	"12:60",
	"12:0",
	"12:00:",
	"12:00:61",
	"2026-13-01",
	"2026-02-30",
	"2027-02-29T00:00:00Z",
	"1969-12-31",
	"2026-11-22T",
	"2026-11-22 noon",
	"2026-11-22T12:00:00+1:00",
	"yesterday 14",
	"today Z",
	"14:00Z",
	"@",
	"@-1",
	"@1e9",
	"99999999999 weeks",
	"now now",
	"2h..1h",
	"\xff",
	"2h\n",
	"mo 12:00",
	"20261122",
	"nan",
};

/* What is no point in time is refused, and changes nothing. */
START_TEST(test_no_points)
{
	double moment = 42.0;

	in_berlin();
	ck_assert_msg(!when_read(no_points[_i], NOW, &moment), "%s", no_points[_i]);
	ck_assert_double_eq(moment, 42.0);
}
END_TEST

struct range_case {
	const char *text;
	double since, until;
};

static const struct range_case ranges[] = {
	{"2h", NOW - 7200, NOW},
	{"4h..2h", NOW - 14400, NOW - 7200},
	{"4h ..", NOW - 14400, NOW},
	{"..2h", 0.0, NOW - 7200},
	{"yesterday", MIDNIGHT - DAY, MIDNIGHT},
	{"today", MIDNIGHT, NOW},
	{"yesterday 14:00..yesterday 15:30", MIDNIGHT - DAY + 14 * 3600,
	 MIDNIGHT - DAY + 15.5 * 3600},
	{"2026-11-20..2026-11-21", MIDNIGHT - 2 * DAY, MIDNIGHT},
	{"2026-10-25", 1792879200.0, 1792879200.0 + 25 * 3600},
	{"2026-11-22T11:00:00Z..now", NOON, NOW},
};

/* Two points, or one and now, or a whole day. */
START_TEST(test_ranges)
{
	double since = -1.0, until = -1.0;

	in_berlin();
	ck_assert_msg(when_read_range(ranges[_i].text, NOW, &since, &until), "%s", ranges[_i].text);
	ck_assert_double_eq_tol(since, ranges[_i].since, 1e-6);
	ck_assert_double_eq_tol(until, ranges[_i].until, 1e-6);
}
END_TEST

static const char *const no_ranges[] = {
	"",
	"..",
	" .. ",
	"2h..4h",
	"now",
	"now..now",
	"2h...1h",
	"a..b",
	"2h..1h..30m",
	"@1795356001",
	"0123456789012345678901234567890123456789012345678901234567890123456789..now",
};

/* A stretch that is empty, ends before it begins, or is none. */
START_TEST(test_no_ranges)
{
	double since = 42.0, until = 42.0;

	in_berlin();
	ck_assert_msg(!when_read_range(no_ranges[_i], NOW, &since, &until), "%s", no_ranges[_i]);
	ck_assert_double_eq(since, 42.0);
	ck_assert_double_eq(until, 42.0);
}
END_TEST

/* Lengths: with units, or a number of seconds. */
START_TEST(test_lengths)
{
	static const struct point_case lengths[] = {{"10", 10},	     {"0.5", 0.5},
						    {"5m", 300},     {"1d", DAY},
						    {"1h30m", 5400}, {"2 days", 2 * DAY}};
	static const char *const none[] = {"",	"0",   "0s",	"-1", "1 fortnight",
					   "m", "1e3", "10 ago"};
	double seconds;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		ck_assert_msg(when_read_length(lengths[i].text, &seconds), "%s", lengths[i].text);
		ck_assert_double_eq_tol(seconds, lengths[i].moment, 1e-9);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		ck_assert_msg(!when_read_length(none[i], &seconds), "%s", none[i]);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, test_points, 0, sizeof(points) / sizeof(points[0]));
	tcase_add_loop_test(tests, test_no_points, 0, sizeof(no_points) / sizeof(no_points[0]));
	tcase_add_loop_test(tests, test_ranges, 0, sizeof(ranges) / sizeof(ranges[0]));
	tcase_add_loop_test(tests, test_no_ranges, 0, sizeof(no_ranges) / sizeof(no_ranges[0]));
	tcase_add_test(tests, test_lengths);
}
