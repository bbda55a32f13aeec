/*
 * The table of options, and what their values mean.
 */
#include "ctl/base/options.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"
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

static bool take_export_format(void *field, const struct option_row *row, const char *value)
{
	static const char *const words[] = {
		[EXPORT_JSON] = "json", [EXPORT_CSV] = "csv", [EXPORT_MARKDOWN] = "markdown"};
	size_t which;

	if (!value_word(value, words, 3, &which))
		return refuse(row, value, "json, csv or markdown");
	*(enum export_format *)field = (enum export_format)which;
	return true;
}

static bool take_slower(void *field, const struct option_row *row, const char *value)
{
	*(bool *)field = true;
	return strcmp(value, "slower") == 0 || refuse(row, value, "slower");
}

static bool take_positive(void *field, const struct option_row *row, const char *value)
{
	double seconds;

	if (!value_seconds(value, &seconds) || seconds == 0.0)
		return refuse(row, value, "a number of seconds above 0, such as 2.5");
	*(double *)field = seconds;
	return true;
}

static bool take_another(void *field, const struct option_row *row, const char *value)
{
	struct texts *texts = field;

	(void)row;
	texts->text = need(realloc(texts->text, (texts->count + 1) * sizeof(*texts->text)));
	texts->text[texts->count++] = value;
	return true;
}

/* Called for each value: a new parameter begins where the one before has all that it wants. */
static bool take_parameter(void *field, const struct option_row *row, const char *value)
{
	struct asked_bench *b = field;
	struct asked_parameter *last = b->parameters;

	if (last != NULL)
		last += b->parameter_count - 1;
	if (last == NULL || last->count >= (last->scan ? 3 : 2)) {
		b->parameters =
			need(realloc(b->parameters, (b->parameter_count + 1) * sizeof(*last)));
		last = b->parameters + b->parameter_count++;
		*last = (struct asked_parameter){.scan = row->id == OPTION_SCAN};
	}
	last->values[last->count++] = value;
	return true;
}

static bool take_step(void *field, const struct option_row *row, const char *value)
{
	struct asked_bench *b = field;
	struct asked_parameter *last = b->parameters;

	if (last != NULL)
		last += b->parameter_count - 1;
	if (last == NULL || !last->scan || last->count != 3)
		return refuse(row, value, "behind the --parameter-scan that it belongs to");
	last->values[last->count++] = value;
	return true;
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
	{OPTION_AGAINST, "--against", 0, "RESULT", "what it must not be slower than", take_text,
	 AT(against)},
	{OPTION_RESULT, "--result", 0, "RESULT", "check this, and run nothing", take_text,
	 AT(result)},
	{OPTION_EXPORT_FORMAT, "--format", 0, "FORMAT", "json, csv or markdown [json]",
	 take_export_format, AT(export_format)},
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
	{OPTION_RELEVANCE, "--threshold", 0, "PERCENT",
	 "less does not matter [compare: 1, check: 3]", take_percent, AT(threshold)},
	{OPTION_FAIL_ON, "--fail-on", 0, "slower", "exit with 1 when a function got slower",
	 take_slower, AT(fail_on_slower)},
	{OPTION_WARMUP, "--warmup", 'w', "N", "runs of each command that are not timed [3]",
	 take_limit, AT(bench.warmup)},
	{OPTION_RUNS, "--runs", 'r', "N", "time so many runs of each command", take_count,
	 AT(bench.runs)},
	{OPTION_MIN_RUNS, "--min-runs", 0, "N", "time at least so many [10]", take_count,
	 AT(bench.min_runs)},
	{OPTION_MAX_RUNS, "--max-runs", 0, "N", "time at most so many", take_count,
	 AT(bench.max_runs)},
	{OPTION_TIME, "--time", 0, "SECONDS", "time runs for so long, for each command [3]",
	 take_positive, AT(bench.budget)},
	{OPTION_LIMIT_TIME, "--limit-time", 0, "SECONDS",
	 "kill a run that takes longer: it has failed", take_positive, AT(bench.limit)},
	{OPTION_SETUP, "--setup", 0, "COMMAND", "run this once before all runs of a command",
	 take_another, AT(bench.setup)},
	{OPTION_PREPARE, "--prepare", 0, "COMMAND", "run this before each run", take_another,
	 AT(bench.prepare)},
	{OPTION_CLEANUP, "--cleanup", 0, "COMMAND", "run this after all runs of a command",
	 take_another, AT(bench.cleanup)},
	{OPTION_SHELL, "--shell", 0, "COMMAND", "the shell that commands are run by [sh]",
	 take_text, AT(bench.shell)},
	{OPTION_NO_SHELL, "--no-shell", 'N', NULL, "split commands into words, and run them so",
	 take_flag, AT(bench.no_shell)},
	{OPTION_SCAN, "--parameter-scan", 0, "NAME MIN MAX",
	 "run with each number in place of {NAME}", take_parameter, AT(bench)},
	{OPTION_SCAN_STEP, "--step", 0, "STEP", "from number to number of the scan before it [1]",
	 take_step, AT(bench)},
	{OPTION_VALUES, "--parameter-list", 0, "NAME A,B,...",
	 "run with each of these in place of {NAME}", take_parameter, AT(bench)},
	{OPTION_NO_INTERLEAVE, "--no-interleave", 0, NULL,
	 "all runs of a command, then those of the next", take_flag, AT(bench.no_interleave)},
	{OPTION_IGNORE_FAILURE, "--ignore-failure", 'i', NULL, "go on when a command fails",
	 take_flag, AT(bench.ignore_failure)},
	{OPTION_INPUT, "--input", 0, "FILE", "what commands read [null]", take_text,
	 AT(bench.input)},
	{OPTION_INTO, "--output", 'o', "WHERE", "what they write: null, pipe, inherit, FILE [null]",
	 take_text, AT(bench.output)},
	{OPTION_NAME, "--name", 0, "NAME", "what a command is called; again for the next",
	 take_another, AT(bench.names)},
	{OPTION_EXPORT_JSON, "--export-json", 0, "FILE", "write all figures and timings there",
	 take_text, AT(bench.export_json)},
	{OPTION_EXPORT_CSV, "--export-csv", 0, "FILE", "write a line for each command there",
	 take_text, AT(bench.export_csv)},
	{OPTION_EXPORT_MARKDOWN, "--export-markdown", 0, "FILE", "write a table there", take_text,
	 AT(bench.export_markdown)},
	{OPTION_SAVE, "--save", 0, "NAME", "have profd keep the results under this name", take_text,
	 AT(bench.save)},
	{OPTION_NOTE, "--note", 0, "TEXT", "keep this with them", take_text, AT(bench.note)},
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
