/*
 * The table of options, and what their values mean.
 */
#include "ctl/options.h"

#include <string.h>

#include "ctl/say.h"
#include "view/past.h"
#include "view/value.h"
#include "view/when.h"

static bool refuse(const struct option_row *row, const char *value, const char *wanted)
{
	complain("%s %s: must be %s", row->name, value, wanted);
	return false;
}

/* Each reads a value into the field of the request that its row names. */

static bool take_flag(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	(void)value;
	*(bool *)field = true;
	return true;
}

static bool take_text(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	*(const char **)field = value;
	return true;
}

static bool take_limit(void *field, const struct option_row *row, const char *value)
{
	uint64_t number;

	if (!value_number(value, UINT32_MAX, &number))
		return refuse(row, value, "a whole number from 0 to 4294967295");
	*(uint32_t *)field = (uint32_t)number;
	return true;
}

static bool take_count(void *field, const struct option_row *row, const char *value)
{
	uint64_t number;

	if (!value_number(value, UINT32_MAX, &number) || number == 0)
		return refuse(row, value, "a whole number from 1 to 4294967295");
	*(uint64_t *)field = number;
	return true;
}

static bool take_seconds(void *field, const struct option_row *row, const char *value)
{
	return value_seconds(value, field) ||
	       refuse(row, value, "a number of seconds, such as 2.5");
}

static bool take_point(void *field, const struct option_row *row, const char *value)
{
	return when_read(value, past_now(), field) || refuse(row, value, when_points);
}

static bool take_length(void *field, const struct option_row *row, const char *value)
{
	return when_read_length(value, field) || refuse(row, value, when_lengths);
}

static bool take_range(void *field, const struct option_row *row, const char *value)
{
	double since, until;

	*(const char **)field = value;
	return when_read_range(value, past_now(), &since, &until) ||
	       refuse(row, value, when_ranges);
}

static bool take_percent(void *field, const struct option_row *row, const char *value)
{
	return value_percent(value, field) || refuse(row, value, value_percents);
}

static bool take_order(void *field, const struct option_row *row, const char *value)
{
	return value_order(value, field) || refuse(row, value, value_orders);
}

static bool take_by(void *field, const struct option_row *row, const char *value)
{
	return value_by(value, field) || refuse(row, value, value_bys);
}

static bool take_format(void *field, const struct option_row *row, const char *value)
{
	static const char *const words[] = {
		[FLAME_SVG] = "svg", [FLAME_FOLDED] = "folded", [FLAME_SPEEDSCOPE] = "speedscope"};
	size_t which;

	if (!value_word(value, words, 3, &which))
		return refuse(row, value, "svg, folded or speedscope");
	*(enum flame_format *)field = (enum flame_format)which;
	return true;
}

static bool take_slower(void *field, const struct option_row *row, const char *value)
{
	*(bool *)field = true;
	return strcmp(value, "slower") == 0 || refuse(row, value, "slower");
}

#define AT(field) offsetof(struct request, field)

const struct option_row option_rows[] = {
	{OPTION_SORT, "--sort", 's', "KEY", "by total, calls, avg, max, p99, errors, slow, name",
	 take_order, AT(order)},
	{OPTION_LIMIT, "--limit", 'n', "N", "show at most N; 0 for all", take_limit, AT(limit)},
	{OPTION_PROGRAM, "--program", 'p', "NAME",
	 "only this program; record, time: under this name", take_text, AT(program)},
	{OPTION_NAMES, "--names", 0, NULL, "show nothing but the names, one a line", take_flag,
	 AT(names)},
	{OPTION_YES, "--yes", 'y', NULL, "do not ask", take_flag, AT(yes)},
	{OPTION_ERROR, "--error", 0, "TEXT", "the call failed, with this message", take_text,
	 AT(error)},
	{OPTION_COUNT, "--count", 0, "N", "so many calls [1]", take_count, AT(count)},
	{OPTION_SINCE, "--since", 0, "TIME", "from then on: 2h (ago), 14:00, 'yesterday 14:00'",
	 take_point, AT(since)},
	{OPTION_UNTIL, "--until", 0, "TIME", "up to this time [now]", take_point, AT(until)},
	{OPTION_STEP, "--step", 0, "LENGTH", "so much time a line: 10s, 5m, 1h", take_length,
	 AT(step)},
	{OPTION_FORCE, "--force", 0, NULL, "replace files that exist", take_flag, AT(force)},
	{OPTION_SHARE, "--share", 0, "PERCENT", "leave out paths with less than this of all time",
	 take_percent, AT(share)},
	{OPTION_BY, "--by", 0, "WHAT", "how wide a frame is: time or calls [time]", take_by,
	 AT(by)},
	{OPTION_FORMAT, "--format", 0, "FORMAT", "svg, folded or speedscope [svg]", take_format,
	 AT(format)},
	{OPTION_OUTPUT, "--output", 'o', "FILE", "write to this file", take_text, AT(output)},
	{OPTION_DIFF, "--diff", 0, "RANGE", "compare with this stretch of time: yesterday, 4h..2h",
	 take_range, AT(before)},
	{OPTION_BEFORE, "--before", 0, "RANGE",
	 "compare with this stretch of time: yesterday, 4h..2h", take_range, AT(before)},
	{OPTION_AFTER, "--after", 0, "RANGE", "what is compared [all since the last clear]",
	 take_range, AT(after)},
	{OPTION_BEFORE_PROGRAM, "--before-program", 0, "NAME",
	 "compare with the calls of this program", take_text, AT(before_program)},
	{OPTION_AFTER_PROGRAM, "--after-program", 0, "NAME",
	 "what is compared: the calls of this one", take_text, AT(after_program)},
	{OPTION_THRESHOLD, "--threshold", 0, "PERCENT", "a change below this does not matter [5]",
	 take_percent, AT(threshold)},
	{OPTION_FAIL_ON, "--fail-on", 0, "slower", "exit with 1 when a function got slower",
	 take_slower, AT(fail_on_slower)},
	{OPTION_CSV, "--csv", 0, NULL, "answer in CSV, with times in seconds", take_flag, AT(csv)},
	{OPTION_JSON, "--json", 'j', NULL, "answer in JSON, with times in seconds", take_flag,
	 AT(json)},
	{OPTION_ENDPOINT, "--endpoint", 0, "URL",
	 "where profd is [$PROF_ENDPOINT, ipc:///run/profd]", take_text, AT(endpoint)},
	{OPTION_TIMEOUT, "--timeout", 0, "SECONDS", "wait at most so long for profd [5]",
	 take_seconds, AT(timeout)},
	{OPTION_HELP, "--help", 'h', NULL, "show this help", take_flag, AT(help)},
	{OPTION_VERSION, "--version", 'V', NULL, "show the version of profctl", take_flag,
	 AT(version)},
	{0},
};
