/*
 * Alerts: the form of their lines, what cannot get into them, and how they are rationed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/ledger/ledger.h"
#include "daemon/push/alert.h"
#include "tests/suite.h"

const char suite_name[] = "alert";

#define LINES	5000
#define MINUTE	(60 * CLOCK_SECOND)
#define ANY_NOW INT64_C(7000000000000)

static char *lines[LINES];
static unsigned count;
static struct alerts *alerts;

static void keep(void *context, const char *line)
{
	ck_assert_ptr_eq(context, &count);
	ck_assert_uint_lt(count, LINES);
	lines[count++] = strdup(line);
}

static void begin(void)
{
	count = 0;
	alerts = alerts_new(keep, &count, 10, 100);
	ck_assert_ptr_nonnull(alerts);
}

static void end(void)
{
	alerts_free(alerts);
	while (count > 0)
		free(lines[--count]);
}

static struct ledger_event slow(const char *function)
{
	return (struct ledger_event){
		.function = function,
		.program = "shop",
		.pid = 4711,
		.duration_ns = UINT64_C(1204000000),
		.threshold_ns = UINT64_C(1000000000),
	};
}

static void hear(const struct ledger_event *event, int64_t now)
{
	alerts_add(alerts, event, now);
}

/* A slow call is one line in the form that scripts may rely on. */
START_TEST(the_form_is_stable)
{
	struct ledger_event e = slow("db.query");

	hear(&e, ANY_NOW);
	e.error = "no such table";
	e.failed = true;
	hear(&e, ANY_NOW);
	e.error = NULL;
	hear(&e, ANY_NOW);
	e.failed = false;
	e.running = true;
	e.duration_ns = UINT64_C(1500000000);
	hear(&e, ANY_NOW);
	e.running = false;
	e.duration_ns = 312500;
	e.threshold_ns = 250000;
	hear(&e, ANY_NOW);
	e.duration_ns = UINT64_C(3600000000000);
	e.threshold_ns = UINT64_C(60000000000);
	hear(&e, ANY_NOW);
	e.pid = 0;
	hear(&e, ANY_NOW);
	ck_assert_uint_eq(count, 7);
	ck_assert_str_eq(lines[0], "slow call: function=\"db.query\" took 1.204 s (threshold 1 s) "
				   "program=\"shop\" pid=4711");
	ck_assert_str_eq(lines[1], "slow call: function=\"db.query\" took 1.204 s (threshold 1 s) "
				   "program=\"shop\" pid=4711 error=\"no such table\"");
	ck_assert_str_eq(lines[2], "slow call: function=\"db.query\" took 1.204 s (threshold 1 s) "
				   "program=\"shop\" pid=4711 failed");
	ck_assert_str_eq(lines[3], "slow call still running: function=\"db.query\" for 1.5 s "
				   "(threshold 1 s) program=\"shop\" pid=4711");
	ck_assert_str_eq(lines[4], "slow call: function=\"db.query\" took 0.0003125 s (threshold "
				   "0.00025 s) program=\"shop\" pid=4711");
	ck_assert_str_eq(lines[5], "slow call: function=\"db.query\" took 3600 s (threshold 60 s) "
				   "program=\"shop\" pid=4711");
	ck_assert_str_eq(lines[6], "slow call: function=\"db.query\" took 3600 s (threshold 60 s) "
				   "program=\"shop\" pid=-");
}
END_TEST

/* A failure that was not slow is kept elsewhere and not logged. */
START_TEST(only_slow_calls_alert)
{
	struct ledger_event e = slow("f");

	e.threshold_ns = 0;
	e.failed = true;
	e.error = "x";
	hear(&e, ANY_NOW);
	ck_assert_uint_eq(count, 0);
}
END_TEST

/* Nothing that a program calls itself can end the line, the quotes, or colour a terminal. */
START_TEST(hostile_names_are_made_harmless)
{
	struct ledger_event e = slow("a\"b\\c\nd");

	e.program = "\x1b[31mred\x7f";
	e.error = "x\" pid=1 \xe2\x80\xae\xff";
	hear(&e, ANY_NOW);
	ck_assert_str_eq(lines[0],
			 "slow call: function=\"a\\\"b\\\\c\\x0ad\" took 1.204 s (threshold 1 s) "
			 "program=\"\\x1b[31mred\\x7f\" pid=4711 "
			 "error=\"x\\\" pid=1 \\u{202e}\\xff\"");
}
END_TEST

/* The longest names of the worst bytes fit in a line, whole. */
START_TEST(the_longest_names_fit)
{
	char worst[PROF_NAME_MAX + 1] = "";
	struct ledger_event e = slow(worst);

	memset(worst, '\x01', PROF_NAME_MAX);
	worst[PROF_NAME_MAX] = '\0';
	e.program = e.error = worst;
	e.failed = true;
	hear(&e, ANY_NOW);
	ck_assert_uint_gt(strlen(lines[0]), 3 * 4 * PROF_NAME_MAX);
	ck_assert_str_eq(lines[0] + strlen(lines[0]) - 5, "\\x01\"");
}
END_TEST

/* Of each function ten lines are written within a minute; then the number of the others. */
START_TEST(a_function_has_its_ration)
{
	struct ledger_event noisy = slow("noisy"), quiet = slow("quiet");
	struct alert_counts counts;

	ck_assert(alerts_due(alerts) == CLOCK_NEVER);
	for (int i = 0; i < 22; i++)
		hear(&noisy, ANY_NOW + i);
	hear(&quiet, ANY_NOW + 30);
	ck_assert_uint_eq(count, 11);
	ck_assert(alerts_due(alerts) == ANY_NOW + MINUTE);
	alerts_run(alerts, ANY_NOW + MINUTE - 1);
	ck_assert_uint_eq(count, 11);
	alerts_run(alerts, ANY_NOW + MINUTE);
	ck_assert_uint_eq(count, 12);
	ck_assert_str_eq(lines[11], "12 more slow calls of function=\"noisy\" suppressed");
	ck_assert(alerts_due(alerts) == ANY_NOW + MINUTE + 30);
	hear(&noisy, ANY_NOW + MINUTE + 1);
	ck_assert_uint_eq(count, 13);
	alerts_run(alerts, ANY_NOW + 3 * MINUTE);
	ck_assert_uint_eq(count, 13);
	ck_assert(alerts_due(alerts) == CLOCK_NEVER);
	alerts_count(alerts, &counts);
	ck_assert_uint_eq(counts.written, 12);
	ck_assert_uint_eq(counts.suppressed, 12);
}
END_TEST

/* A rate of 0 writes nothing but the numbers; the end tells what is still held back. */
START_TEST(the_end_tells_what_was_suppressed)
{
	struct ledger_event e = slow("f");

	alerts_set_rates(alerts, 0, 100);
	hear(&e, ANY_NOW);
	ck_assert_uint_eq(count, 0);
	alerts_free(alerts);
	alerts = NULL;
	ck_assert_uint_eq(count, 1);
	ck_assert_str_eq(lines[0], "1 more slow call of various functions suppressed");
}
END_TEST

/* All functions together have a ration too: 3,000 at once are a hundred lines, and one that tells
 * how many more; the next minute has its own. */
START_TEST(all_together_have_a_ration)
{
	char name[32] = "";
	struct ledger_event e = slow(name);

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		hear(&e, ANY_NOW + i);
	}
	for (int i = 0; i < 12; i++) {
		strcpy(name, "f7");
		hear(&e, ANY_NOW + 3000);
	}
	ck_assert_uint_eq(count, 100);
	ck_assert(alerts_due(alerts) == ANY_NOW + MINUTE);
	alerts_run(alerts, ANY_NOW + MINUTE);
	ck_assert_uint_eq(count, 101);
	ck_assert_str_eq(lines[100], "2912 more slow calls of various functions suppressed");
	strcpy(name, "later");
	hear(&e, ANY_NOW + MINUTE);
	ck_assert_uint_eq(count, 102);
	alerts_run(alerts, ANY_NOW + 3 * MINUTE);
	ck_assert_uint_eq(count, 102);
	ck_assert(alerts_due(alerts) == CLOCK_NEVER);
}
END_TEST

/* Against a plain count per function and minute: every slow call is a line or in a number. */
START_TEST(every_slow_call_is_told)
{
	struct random r = {1};
	uint64_t heard = 0, told = 0, more;
	int64_t now = ANY_NOW;
	char name[8] = "";
	struct ledger_event e = slow(name);

	for (int i = 0; i < 4000; i++) {
		now += (int64_t)random_below(&r, 200) * CLOCK_MILLISECOND;
		snprintf(name, sizeof(name), "f%d", (int)random_below(&r, 30));
		hear(&e, now);
		heard++;
	}
	alerts_free(alerts);
	alerts = NULL;
	for (unsigned i = 0; i < count; i++) {
		if (sscanf(lines[i], "%" SCNu64 " more", &more) == 1)
			told += more;
		else
			told++;
	}
	ck_assert_uint_eq(told, heard);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, the_form_is_stable);
	tcase_add_test(tests, only_slow_calls_alert);
	tcase_add_test(tests, hostile_names_are_made_harmless);
	tcase_add_test(tests, the_longest_names_fit);
	tcase_add_test(tests, a_function_has_its_ration);
	tcase_add_test(tests, the_end_tells_what_was_suppressed);
	tcase_add_test(tests, all_together_have_a_ration);
	tcase_add_test(tests, every_slow_call_is_told);
}
