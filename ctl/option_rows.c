/*
 * The table of options, and what their values mean.
 */
#include "ctl/options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/past.h"
#include "ctl/say.h"
#include "view/when.h"

#define MOST_PERCENT	1000.0
#define LONGEST_SECONDS ((double)(1 << 30))

bool options_seconds(const char *text, double *seconds)
{
	char *end;
	double value;

	/* strtod would also take blanks, hexadecimal numbers, and words such as "nan". */
	if (text[0] == '\0' || text[strspn(text, "0123456789.eE+-")] != '\0')
		return false;
	value = strtod(text, &end);
	if (*end != '\0' || !isfinite(value) || value < 0.0 || value > LONGEST_SECONDS)
		return false;
	*seconds = value + 0.0;
	return true;
}

bool options_number(const char *text, uint64_t most, uint64_t *number)
{
	unsigned long long value;

	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
		return false;
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno != 0 || value > most)
		return false;
	*number = value;
	return true;
}

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

	if (!options_number(value, UINT32_MAX, &number))
		return refuse(row, value, "a whole number from 0 to 4294967295");
	*(uint32_t *)field = (uint32_t)number;
	return true;
}

static bool take_count(void *field, const struct option_row *row, const char *value)
{
	uint64_t number;

	if (!options_number(value, UINT32_MAX, &number) || number == 0)
		return refuse(row, value, "a whole number from 1 to 4294967295");
	*(uint64_t *)field = number;
	return true;
}

static bool take_seconds(void *field, const struct option_row *row, const char *value)
{
	return options_seconds(value, field) ||
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

/* "5" or "5%", as a part of 1. */
static bool take_percent(void *field, const struct option_row *row, const char *value)
{
	size_t length = strlen(value);
	double percent;
	char number[32];

	if (length > 0 && length < sizeof(number)) {
		memcpy(number, value, length + 1);
		if (number[length - 1] == '%')
			number[length - 1] = '\0';
		if (options_seconds(number, &percent) && percent <= MOST_PERCENT) {
			*(double *)field = percent / 100.0;
			return true;
		}
	}
	return refuse(row, value, "a percentage such as 5 or 0.5%");
}

/* The place of a word in a list; `wanted` is the list as a message tells it. */
static bool take_word(size_t *which, const struct option_row *row, const char *value,
		      const char *const *words, size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(value, words[i]) == 0) {
			*which = i;
			return true;
		}
	return refuse(row, value, wanted);
}

static const char *const order_names[] = {
	[PROF_BY_TOTAL] = "total", [PROF_BY_CALLS] = "calls", [PROF_BY_AVERAGE] = "avg",
	[PROF_BY_MAX] = "max",	   [PROF_BY_P99] = "p99",     [PROF_BY_ERRORS] = "errors",
	[PROF_BY_SLOW] = "slow",   [PROF_BY_NAME] = "name",
};

static bool take_order(void *field, const struct option_row *row, const char *value)
{
	size_t which;

	if (!take_word(&which, row, value, order_names,
		       sizeof(order_names) / sizeof(order_names[0]),
		       "total, calls, avg, max, p99, errors, slow or name"))
		return false;
	*(enum prof_order *)field = (enum prof_order)which;
	return true;
}

static bool take_by(void *field, const struct option_row *row, const char *value)
{
	static const char *const words[] = {[FRAMES_BY_TIME] = "time", [FRAMES_BY_CALLS] = "calls"};
	size_t which;

	if (!take_word(&which, row, value, words, 2, "time or calls"))
		return false;
	*(enum frames_by *)field = (enum frames_by)which;
	return true;
}

static bool take_format(void *field, const struct option_row *row, const char *value)
{
	static const char *const words[] = {
		[FLAME_SVG] = "svg", [FLAME_FOLDED] = "folded", [FLAME_SPEEDSCOPE] = "speedscope"};
	size_t which;

	if (!take_word(&which, row, value, words, 3, "svg, folded or speedscope"))
		return false;
	*(enum flame_format *)field = (enum flame_format)which;
	return true;
}

static bool take_slower(void *field, const struct option_row *row, const char *value)
{
	static const char *const words[] = {"slower"};
	size_t which;

	*(bool *)field = true;
	return take_word(&which, row, value, words, 1, "slower");
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
