/*
 * The options of profctl, and reading its command line.
 */
#include "ctl/base/options.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "ctl/base/say.h"
#include "view/parse.h"
#include "view/past.h"
#include "view/value.h"
#include "view/when.h"

#define DEFAULT_TIMEOUT 5.0

_Static_assert(OPTION_VERSION < 64, "a set of options has 64 bits");

/* Each parses a value into the field of the request that its row names. */

static const char *parse_limit(void *request, const char *value)
{
	struct request *r = request;

	r->has_limit = true;
	return parse_count(&r->limit, value);
}

static const char *parse_warmup(void *bench, const char *value)
{
	struct asked_bench *b = bench;

	b->has_warmup = true;
	return parse_count(&b->warmup, value);
}

static const char *parse_positive_count(void *field, const char *value)
{
	uint64_t number;

	if (!value_number(value, UINT32_MAX, &number) || number == 0)
		return "a whole number from 1 to 4294967295";
	*(uint64_t *)field = number;
	return NULL;
}

static const char *parse_seconds(void *field, const char *value)
{
	return value_seconds(value, field) ? NULL : "a number of seconds, such as 2.5";
}

static const char *parse_range_text(void *field, const char *value)
{
	double since, until;

	*(const char **)field = value;
	return when_read_range(value, past_now(), &since, &until) ? NULL : when_ranges;
}

static const char *parse_format(void *field, const char *value)
{
	static const char *const words[] = {
		[FLAME_SVG] = "svg", [FLAME_FOLDED] = "folded", [FLAME_SPEEDSCOPE] = "speedscope"};
	size_t which;

	if (!value_word(value, words, 3, &which))
		return "svg, folded or speedscope";
	*(enum flame_format *)field = (enum flame_format)which;
	return NULL;
}

static const char *parse_export_format(void *field, const char *value)
{
	static const char *const words[] = {
		[EXPORT_JSON] = "json", [EXPORT_CSV] = "csv", [EXPORT_MARKDOWN] = "markdown"};
	size_t which;

	if (!value_word(value, words, 3, &which))
		return "json, csv or markdown";
	*(enum export_format *)field = (enum export_format)which;
	return NULL;
}

static const char *parse_slower(void *field, const char *value)
{
	*(bool *)field = true;
	return strcmp(value, "slower") == 0 ? NULL : "slower";
}

static const char *parse_positive_seconds(void *field, const char *value)
{
	double seconds;

	if (!value_seconds(value, &seconds) || seconds == 0.0)
		return "a number of seconds above 0, such as 2.5";
	*(double *)field = seconds;
	return NULL;
}

static const char *parse_another(void *field, const char *value)
{
	struct texts *texts = field;

	texts->text = need(realloc(texts->text, (texts->count + 1) * sizeof(*texts->text)));
	texts->text[texts->count++] = value;
	return NULL;
}

/* Called for each value: a new parameter begins where the one before has all. */
static const char *parse_parameter(struct asked_bench *b, bool scan, const char *value)
{
	struct asked_parameter *last = b->parameters;

	if (last != NULL)
		last += b->parameter_count - 1;
	if (last == NULL || last->count >= (last->scan ? 3 : 2)) {
		b->parameters =
			need(realloc(b->parameters, (b->parameter_count + 1) * sizeof(*last)));
		last = b->parameters + b->parameter_count++;
		*last = (struct asked_parameter){.scan = scan};
	}
	last->values[last->count++] = value;
	return NULL;
}

static const char *parse_scan(void *field, const char *value)
{
	return parse_parameter(field, true, value);
}

static const char *parse_list(void *field, const char *value)
{
	return parse_parameter(field, false, value);
}

static const char *parse_step(void *field, const char *value)
{
	struct asked_bench *b = field;
	struct asked_parameter *last = b->parameters;

	if (last != NULL)
		last += b->parameter_count - 1;
	if (last == NULL || !last->scan || last->count != 3)
		return "given after its --parameter-scan";
	last->values[last->count++] = value;
	return NULL;
}

#define AT(field) offsetof(struct request, field)

const struct cli_option option_rows[] = {
	{OPTION_SORT, "--sort", 's', "KEY", "by total, calls, avg, max, p99, errors, slow, name",
	 parse_order, AT(order)},
	{OPTION_LIMIT, "--limit", 'n', "N", "show at most N; 0 for all", parse_limit, 0},
	{OPTION_PROGRAM, "--program", 'p', "NAME",
	 "only this program; record, time: under this name", cli_text, AT(program)},
	{OPTION_NAMES, "--names", 0, NULL, "show only the names, one per line", cli_flag,
	 AT(names)},
	{OPTION_YES, "--yes", 'y', NULL, "do not ask for confirmation", cli_flag, AT(yes)},
	{OPTION_ERROR, "--error", 0, "TEXT", "the call failed, with this message", cli_text,
	 AT(error)},
	{OPTION_COUNT, "--count", 0, "N", "the number of calls [1]", parse_positive_count,
	 AT(count)},
	{OPTION_SINCE, "--since", 0, "TIME", "start: 2h (ago), 14:00, 'yesterday 14:00'",
	 parse_point, AT(since)},
	{OPTION_UNTIL, "--until", 0, "TIME", "end [now]", parse_point, AT(until)},
	{OPTION_STEP, "--step", 0, "LENGTH", "time per line: 10s, 5m, 1h", parse_length, AT(step)},
	{OPTION_FORCE, "--force", 0, NULL, "replace files that exist", cli_flag, AT(force)},
	{OPTION_SHARE, "--share", 0, "PERCENT", "leave out paths below this share of all time",
	 parse_percent, AT(share)},
	{OPTION_BY, "--by", 0, "WHAT", "frame width: time or calls [time]", parse_by, AT(by)},
	{OPTION_FORMAT, "--format", 0, "FORMAT", "svg, folded or speedscope [svg]", parse_format,
	 AT(format)},
	{OPTION_AGAINST, "--against", 0, "RESULT", "the baseline to compare with", cli_text,
	 AT(against)},
	{OPTION_RESULT, "--result", 0, "RESULT", "check this result instead of running a command",
	 cli_text, AT(result)},
	{OPTION_EXPORT_FORMAT, "--format", 0, "FORMAT", "json, csv or markdown [json]",
	 parse_export_format, AT(export_format)},
	{OPTION_OUTPUT, "--output", 'o', "FILE", "write to this file", cli_text, AT(output)},
	{OPTION_DIFF, "--diff", 0, "RANGE", "compare with this time range: yesterday, 4h..2h",
	 parse_range_text, AT(before)},
	{OPTION_BEFORE, "--before", 0, "RANGE", "compare with this time range: yesterday, 4h..2h",
	 parse_range_text, AT(before)},
	{OPTION_AFTER, "--after", 0, "RANGE", "the time range to compare [since the last clear]",
	 parse_range_text, AT(after)},
	{OPTION_BEFORE_PROGRAM, "--before-program", 0, "NAME", "compare with this program",
	 cli_text, AT(before_program)},
	{OPTION_AFTER_PROGRAM, "--after-program", 0, "NAME", "the program to compare", cli_text,
	 AT(after_program)},
	{OPTION_THRESHOLD, "--threshold", 0, "PERCENT", "ignore smaller changes [5]", parse_percent,
	 AT(threshold)},
	{OPTION_RELEVANCE, "--threshold", 0, "PERCENT",
	 "ignore smaller differences [compare: 1, check: 3]", parse_percent, AT(threshold)},
	{OPTION_FAIL_ON, "--fail-on", 0, "slower", "exit with 1 if a function got slower",
	 parse_slower, AT(fail_on_slower)},
	{OPTION_RUNNING, "--running", 0, NULL, "only calls that are running", cli_flag,
	 AT(only.running)},
	{OPTION_FAILED, "--failed", 0, NULL, "only calls that failed", cli_flag, AT(only.failed)},
	{OPTION_SLOW, "--slow", 0, NULL, "only calls that exceeded their threshold", cli_flag,
	 AT(only.slow)},
	{OPTION_WARMUP, "--warmup", 'w', "N", "untimed warm-up runs of each command [3]",
	 parse_warmup, AT(bench)},
	{OPTION_RUNS, "--runs", 'r', "N", "timed runs of each command", parse_positive_count,
	 AT(bench.runs)},
	{OPTION_MIN_RUNS, "--min-runs", 0, "N", "at least this many timed runs [10]",
	 parse_positive_count, AT(bench.min_runs)},
	{OPTION_MAX_RUNS, "--max-runs", 0, "N", "at most this many timed runs",
	 parse_positive_count, AT(bench.max_runs)},
	{OPTION_TIME, "--time", 0, "SECONDS", "time each command for this long [3]",
	 parse_positive_seconds, AT(bench.budget)},
	{OPTION_LIMIT_TIME, "--limit-time", 0, "SECONDS",
	 "kill runs that take longer; they count as failed", parse_positive_seconds,
	 AT(bench.limit)},
	{OPTION_SETUP, "--setup", 0, "COMMAND", "run once before all runs of a command",
	 parse_another, AT(bench.setup)},
	{OPTION_PREPARE, "--prepare", 0, "COMMAND", "run before each run", parse_another,
	 AT(bench.prepare)},
	{OPTION_CLEANUP, "--cleanup", 0, "COMMAND", "run after all runs of a command",
	 parse_another, AT(bench.cleanup)},
	{OPTION_SHELL, "--shell", 0, "COMMAND", "run commands with this shell [sh]", cli_text,
	 AT(bench.shell)},
	{OPTION_NO_SHELL, "--no-shell", 'N', NULL,
	 "split commands into words and run them directly", cli_flag, AT(bench.no_shell)},
	{OPTION_SCAN, "--parameter-scan", 0, "NAME MIN MAX",
	 "run with each number substituted for {NAME}", parse_scan, AT(bench)},
	{OPTION_SCAN_STEP, "--step", 0, "STEP", "step of the preceding --parameter-scan [1]",
	 parse_step, AT(bench)},
	{OPTION_VALUES, "--parameter-list", 0, "NAME A,B,...",
	 "run with each of these substituted for {NAME}", parse_list, AT(bench)},
	{OPTION_NO_INTERLEAVE, "--no-interleave", 0, NULL,
	 "run all of one command, then all of the next", cli_flag, AT(bench.no_interleave)},
	{OPTION_IGNORE_FAILURE, "--ignore-failure", 'i', NULL, "continue when a command fails",
	 cli_flag, AT(bench.ignore_failure)},
	{OPTION_INPUT, "--input", 0, "FILE", "standard input of commands [null]", cli_text,
	 AT(bench.input)},
	{OPTION_INTO, "--output", 'o', "WHERE",
	 "where output goes: null, pipe, inherit, FILE [null]", cli_text, AT(bench.output)},
	{OPTION_NAME, "--name", 0, "NAME", "name of a command; repeat for the next", parse_another,
	 AT(bench.names)},
	{OPTION_EXPORT_JSON, "--export-json", 0, "FILE",
	 "write all figures and timings to this file", cli_text, AT(bench.export_json)},
	{OPTION_EXPORT_CSV, "--export-csv", 0, "FILE", "write one line per command to this file",
	 cli_text, AT(bench.export_csv)},
	{OPTION_EXPORT_MARKDOWN, "--export-markdown", 0, "FILE", "write a table to this file",
	 cli_text, AT(bench.export_markdown)},
	{OPTION_SAVE, "--save", 0, "NAME", "save the results in profd under this name", cli_text,
	 AT(bench.save)},
	{OPTION_NOTE, "--note", 0, "TEXT", "save this note with them", cli_text, AT(bench.note)},
	{OPTION_CSV, "--csv", 0, NULL, "print CSV, with times in seconds", cli_flag, AT(csv)},
	{OPTION_JSON, "--json", 'j', NULL, "print JSON, with times in seconds", cli_flag, AT(json)},
	{OPTION_ENDPOINT, "--endpoint", 0, "URL",
	 "where profd is [$PROF_ENDPOINT, ipc:///run/profd]", cli_text, AT(endpoint)},
	{OPTION_TIMEOUT, "--timeout", 0, "SECONDS", "wait at most this long for profd [5]",
	 parse_seconds, AT(timeout)},
	{OPTION_HELP, "--help", 'h', NULL, "show this help", cli_inform, AT(help)},
	{OPTION_VERSION, "--version", 'V', NULL, "show the version of profctl", cli_inform,
	 AT(version)},
	{0},
};

bool option_fits(const struct cli_option *option, const struct command *command)
{
	uint64_t common = OPTION(JSON) | OPTION(ENDPOINT) | OPTION(TIMEOUT) | OPTION(VERSION);
	uint64_t fitting = command == NULL ? common : command->options;

	return ((fitting | OPTION(HELP)) >> option->id & 1) != 0;
}

static bool fits_request(const void *request, const struct cli_option *option)
{
	return option_fits(option, ((const struct request *)request)->command);
}

static enum cli_operand find_command(struct request *r, const char *word)
{
	struct near near;

	r->command = command_find(NULL, word);
	if (r->command != NULL)
		return CLI_TAKEN;
	near_init(&near, word);
	for (const struct command *c = commands; c->name != NULL; c++)
		if (command_word(c, NULL) != NULL)
			near_offer(&near, c->name);
	complain_near(&near, "unknown command %s", word);
	return CLI_REFUSED;
}

/* The second word of a command's name stands before its operands. */
static enum cli_operand read_operand(void *request, char *argument, bool behind_dashes)
{
	struct request *r = request;
	const struct command *longer = NULL;

	if (r->command == NULL)
		return find_command(r, argument);
	if (!behind_dashes && r->operand_count == 0)
		longer = command_find(r->command, argument);
	if (longer != NULL)
		r->command = longer;
	else
		r->operands[r->operand_count++] = argument;
	return r->command->verbatim != 0 && r->operand_count >= r->command->verbatim
		       ? CLI_TAKEN_ALL_AFTER
		       : CLI_TAKEN;
}

static const char *command_name(const void *request)
{
	const struct command *command = ((const struct request *)request)->command;

	return command == NULL ? NULL : command->name;
}

static const struct cli cli = {"profctl", option_rows, read_operand, fits_request, command_name};

static bool check_operands(const struct request *r)
{
	const struct command *c = r->command;

	if (c == NULL || r->help || r->version)
		return true;
	if (r->operand_count < c->least) {
		complain("%s requires %s", c->name, c->operands);
		return false;
	}
	if (c->most >= 0 && r->operand_count > c->most) {
		complain("%s: unexpected argument '%s'", c->name, r->operands[c->most]);
		return false;
	}
	return true;
}

bool request_read(struct request *r, int argc, char **argv)
{
	*r = (struct request){
		.timeout = DEFAULT_TIMEOUT, .count = 1, .share = -1.0, .threshold = -1.0};
	r->operands = need(calloc((size_t)argc + 1, sizeof(*r->operands)));
	if (cli_read(&cli, r, argc, argv) && check_operands(r))
		return true;
	cli_hint(&cli, r);
	return false;
}

void options_print(const struct command *command)
{
	struct request about = {.command = command};

	cli_print_options(&cli, &about);
}

void request_free(struct request *r)
{
	free(r->operands);
	free(r->bench.names.text);
	free(r->bench.setup.text);
	free(r->bench.prepare.text);
	free(r->bench.cleanup.text);
	free(r->bench.parameters);
}
