/*
 * Reading the command line. Options may stand anywhere, before the command too.
 */
#include "ctl/options.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/near.h"
#include "ctl/say.h"
#include "ctl/when.h"

const struct option_row option_rows[] = {
	{OPTION_SORT, "--sort", 's', "KEY", "by total, calls, avg, max, p99, errors, slow, name"},
	{OPTION_LIMIT, "--limit", 'n', "N", "show at most N; 0 for all"},
	{OPTION_PROGRAM, "--program", 'p', "NAME",
	 "only this program; record, time: under this name"},
	{OPTION_NAMES, "--names", 0, NULL, "show nothing but the names, one a line"},
	{OPTION_YES, "--yes", 'y', NULL, "do not ask"},
	{OPTION_ERROR, "--error", 0, "TEXT", "the call failed, with this message"},
	{OPTION_COUNT, "--count", 0, "N", "so many calls [1]"},
	{OPTION_SINCE, "--since", 0, "TIME",
	 "from this time on: 2h (ago), 14:00, 'yesterday 14:00'"},
	{OPTION_UNTIL, "--until", 0, "TIME", "up to this time [now]"},
	{OPTION_STEP, "--step", 0, "LENGTH", "so much time a line: 10s, 5m, 1h"},
	{OPTION_FORCE, "--force", 0, NULL, "replace files that exist"},
	{OPTION_SHARE, "--share", 0, "PERCENT", "leave out paths with less than this of all time"},
	{OPTION_BY, "--by", 0, "WHAT", "how wide a frame is: time, or the number of calls [time]"},
	{OPTION_FORMAT, "--format", 0, "FORMAT", "svg, folded or speedscope [svg]"},
	{OPTION_OUTPUT, "--output", 'o', "FILE", "write to this file"},
	{OPTION_DIFF, "--diff", 0, "RANGE", "compare with this stretch of time: yesterday, 4h..2h"},
	{OPTION_BEFORE, "--before", 0, "RANGE",
	 "compare with this stretch of time: yesterday, 4h..2h"},
	{OPTION_AFTER, "--after", 0, "RANGE", "what is compared [all since the last clear]"},
	{OPTION_BEFORE_PROGRAM, "--before-program", 0, "NAME",
	 "compare with the calls of this program"},
	{OPTION_AFTER_PROGRAM, "--after-program", 0, "NAME",
	 "what is compared: the calls of this one"},
	{OPTION_THRESHOLD, "--threshold", 0, "PERCENT", "a change below this does not matter [5]"},
	{OPTION_FAIL_ON, "--fail-on", 0, "slower", "exit with 1 when a function got slower"},
	{OPTION_CSV, "--csv", 0, NULL, "answer in comma-separated values, with times in seconds"},
	{OPTION_JSON, "--json", 'j', NULL, "answer in JSON, with times in seconds"},
	{OPTION_ENDPOINT, "--endpoint", 0, "URL",
	 "where profd is [$PROF_ENDPOINT, ipc:///run/profd]"},
	{OPTION_TIMEOUT, "--timeout", 0, "SECONDS", "wait at most so long for profd [5]"},
	{OPTION_HELP, "--help", 'h', NULL, "show this help"},
	{OPTION_VERSION, "--version", 'V', NULL, "show the version of profctl"},
	{0},
};

static const char *const order_names[] = {
	[PROF_BY_TOTAL] = "total", [PROF_BY_CALLS] = "calls", [PROF_BY_AVERAGE] = "avg",
	[PROF_BY_MAX] = "max",	   [PROF_BY_P99] = "p99",     [PROF_BY_ERRORS] = "errors",
	[PROF_BY_SLOW] = "slow",   [PROF_BY_NAME] = "name",
};

#define ORDERS		(sizeof(order_names) / sizeof(order_names[0]))
#define DEFAULT_TIMEOUT 5.0
#define MOST_PERCENT	1000.0
#define LONGEST_SECONDS ((double)(1 << 30))

bool option_fits(const struct option_row *row, const struct command *command)
{
	uint64_t common = OPTION(JSON) | OPTION(ENDPOINT) | OPTION(TIMEOUT) | OPTION(VERSION);
	uint64_t fitting = command == NULL ? common : command->options;

	return ((fitting | OPTION(HELP)) >> row->id & 1) != 0;
}

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

static bool refuse(const char *option, const char *value, const char *wanted)
{
	complain("%s %s: must be %s", option, value, wanted);
	return false;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static bool read_order(struct request *r, const char *value)
{
	for (size_t i = 0; i < ORDERS; i++)
		if (strcmp(value, order_names[i]) == 0) {
			r->order = (enum prof_order)i;
			return true;
		}
	return refuse("--sort", value, "total, calls, avg, max, p99, errors, slow or name");
}

static bool read_range(const struct option_row *row, const char *value)
{
	double since, until;

	return when_read_range(value, now(), &since, &until) ||
	       refuse(row->name, value, when_ranges);
}

/* "5" or "5%", as a part of 1. */
static bool read_percent(double *part, const struct option_row *row, const char *value)
{
	char number[32];
	size_t length = strlen(value);
	double percent;

	if (length > 0 && length < sizeof(number)) {
		memcpy(number, value, length + 1);
		if (number[length - 1] == '%')
			number[length - 1] = '\0';
		if (options_seconds(number, &percent) && percent <= MOST_PERCENT) {
			*part = percent / 100.0;
			return true;
		}
	}
	return refuse(row->name, value, "a percentage such as 5 or 0.5%");
}

static const char *const by_names[] = {"time", "calls"};
static const char *const format_names[] = {"svg", "folded", "speedscope"};
static const char *const fail_names[] = {"slower"};

static bool read_word(size_t *which, const struct option_row *row, const char *value,
		      const char *const *words, size_t count)
{
	char wanted[128] = "";

	for (size_t i = 0; i < count; i++) {
		if (strcmp(value, words[i]) == 0) {
			*which = i;
			return true;
		}
		strcat(wanted, i == 0 ? "" : i + 1 == count ? " or " : ", ");
		strcat(wanted, words[i]);
	}
	return refuse(row->name, value, wanted);
}

static bool apply(struct request *r, const struct option_row *row, const char *value)
{
	uint64_t number;
	size_t word;

	switch (row->id) {
	case OPTION_SORT:
		return read_order(r, value);
	case OPTION_LIMIT:
		if (!options_number(value, UINT32_MAX, &number))
			return refuse(row->name, value, "a whole number from 0 to 4294967295");
		r->limit = (uint32_t)number;
		r->has_limit = true;
		break;
	case OPTION_COUNT:
		if (!options_number(value, UINT32_MAX, &r->count) || r->count == 0)
			return refuse(row->name, value, "a whole number from 1 to 4294967295");
		break;
	case OPTION_SINCE:
		if (!when_read(value, now(), &r->since))
			return refuse(row->name, value, when_points);
		break;
	case OPTION_UNTIL:
		if (!when_read(value, now(), &r->until))
			return refuse(row->name, value, when_points);
		break;
	case OPTION_STEP:
		if (!when_read_length(value, &r->step))
			return refuse(row->name, value, when_lengths);
		break;
	case OPTION_CSV:
		r->csv = true;
		break;
	case OPTION_SHARE:
		return read_percent(&r->share, row, value);
	case OPTION_THRESHOLD:
		return read_percent(&r->threshold, row, value);
	case OPTION_BY:
		return read_word(&word, row, value, by_names, 2) &&
		       (r->by = (enum frames_by)word, true);
	case OPTION_FORMAT:
		return read_word(&word, row, value, format_names, 3) &&
		       (r->format = (enum flame_format)word, true);
	case OPTION_FAIL_ON:
		r->fail_on_slower = true;
		return read_word(&word, row, value, fail_names, 1);
	case OPTION_OUTPUT:
		r->output = value;
		break;
	case OPTION_DIFF:
	case OPTION_BEFORE:
		r->before = value;
		return read_range(row, value);
	case OPTION_AFTER:
		r->after = value;
		return read_range(row, value);
	case OPTION_BEFORE_PROGRAM:
		r->before_program = value;
		break;
	case OPTION_AFTER_PROGRAM:
		r->after_program = value;
		break;
	case OPTION_TIMEOUT:
		if (!options_seconds(value, &r->timeout))
			return refuse(row->name, value, "a number of seconds, such as 2.5");
		break;
	case OPTION_PROGRAM:
		r->program = value;
		break;
	case OPTION_ERROR:
		r->error = value;
		break;
	case OPTION_ENDPOINT:
		r->endpoint = value;
		break;
	case OPTION_NAMES:
		r->names = true;
		break;
	case OPTION_YES:
		r->yes = true;
		break;
	case OPTION_FORCE:
		r->force = true;
		break;
	case OPTION_JSON:
		r->json = true;
		break;
	case OPTION_HELP:
		r->help = true;
		break;
	case OPTION_VERSION:
		r->version = true;
		break;
	}
	return true;
}

static const struct option_row *find_row(const char *name, size_t length)
{
	for (const struct option_row *row = option_rows; row->name != NULL; row++)
		if ((strlen(row->name) == length && memcmp(row->name, name, length) == 0) ||
		    (length == 2 && name[0] == '-' && name[1] == row->letter))
			return row;
	return NULL;
}

static bool no_such_option(const char *name)
{
	struct near near;

	near_init(&near, name);
	for (const struct option_row *row = option_rows; row->name != NULL; row++)
		near_offer(&near, row->name);
	near_complain(&near, "there is no option %s", name);
	return false;
}

/* "-1" and "-.5" are meant as numbers; that no number here may be negative is said where it is
 * read. */
static bool is_option(const char *argument)
{
	return argument[0] == '-' && argument[1] != '\0' &&
	       strchr("0123456789.", argument[1]) == NULL;
}

/* Reads the option at argv[at]; returns how many arguments it took, 0 after a message. */
static int read_option(struct request *r, char **argv, int at, uint64_t *given)
{
	const char *argument = argv[at], *value = strchr(argument, '=');
	size_t length = value == NULL ? strlen(argument) : (size_t)(value - argument);
	const struct option_row *row = find_row(argument, length);
	int taken = 1;

	if (row == NULL)
		return no_such_option(argument);
	if (value != NULL)
		value++;
	if (row->value == NULL && value != NULL) {
		complain("%s takes no value", row->name);
		return 0;
	}
	if (row->value != NULL && value == NULL) {
		value = argv[at + 1];
		taken = 2;
	}
	if (row->value != NULL && value == NULL) {
		complain("%s wants %s", row->name, row->value);
		return 0;
	}
	*given |= UINT64_C(1) << row->id;
	return apply(r, row, value) ? taken : 0;
}

static bool take_command(struct request *r, const char *name)
{
	struct near near;

	r->command = command_find(name);
	if (r->command != NULL)
		return true;
	near_init(&near, name);
	for (const struct command *c = commands; c->name != NULL; c++)
		near_offer(&near, c->name);
	near_complain(&near, "there is no command %s", name);
	return false;
}

static bool check(const struct request *r, uint64_t given)
{
	const struct command *c = r->command;

	if (r->help || r->version)
		return true;
	for (const struct option_row *row = option_rows; row->name != NULL; row++)
		if (c != NULL && (given >> row->id & 1) != 0 && !option_fits(row, c)) {
			complain("%s has no option %s", c->name, row->name);
			return false;
		}
	if (c != NULL && r->operand_count < c->least) {
		complain("%s wants %s", c->name, c->operands);
		return false;
	}
	if (c != NULL && c->most >= 0 && r->operand_count > c->most) {
		complain("%s: there is no use for '%s'", c->name, r->operands[c->most]);
		return false;
	}
	return true;
}

bool options_read(struct request *r, int argc, char **argv)
{
	bool only_operands = false, verbatim = false;
	uint64_t given = 0;
	int at = 1;

	*r = (struct request){
		.timeout = DEFAULT_TIMEOUT, .count = 1, .share = -1.0, .threshold = -1.0};
	r->operands = need(calloc((size_t)argc + 1, sizeof(*r->operands)));
	while (at < argc) {
		int taken = 1;

		if (!only_operands && strcmp(argv[at], "--") == 0)
			only_operands = true;
		else if (!only_operands && is_option(argv[at]))
			taken = read_option(r, argv, at, &given);
		else if (r->command == NULL)
			taken = take_command(r, argv[at]);
		else
			r->operands[r->operand_count++] = argv[at];
		if (taken == 0)
			return false;
		at += taken;
		verbatim = r->command != NULL && r->command->verbatim != 0 &&
			   r->operand_count >= r->command->verbatim;
		only_operands = only_operands || verbatim;
		while (verbatim && at < argc)
			r->operands[r->operand_count++] = argv[at++];
	}
	return check(r, given);
}
