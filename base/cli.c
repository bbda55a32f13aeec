/*
 * Reading the command line. Options may stand anywhere, before a command too; what they mean is
 * looked up when all operands are known, since two commands may have options of the same name. Both
 * then take a value, or neither.
 */
#include "base/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/message.h"

#define LEFT 24 /* columns that an option has before its meaning */

const char *cli_flag(void *field, const char *value)
{
	(void)value;
	*(bool *)field = true;
	return NULL;
}

const char *cli_inform(void *field, const char *value)
{
	return cli_flag(field, value);
}

const char *cli_text(void *field, const char *value)
{
	*(const char **)field = value;
	return NULL;
}

/* "-1" and "-.5" are meant as numbers; that no number here may be negative is said where it is
 * parsed. */
static bool is_option(const char *argument)
{
	return argument[0] == '-' && argument[1] != '\0' &&
	       strchr("0123456789.", argument[1]) == NULL;
}

static bool fits(const struct cli *cli, const void *into, const struct cli_option *option)
{
	return cli->fits == NULL || cli->fits(into, option);
}

/* The row that an argument names, by preference one that fits. */
static const struct cli_option *find(const struct cli *cli, const void *into, const char *argument)
{
	size_t length = strcspn(argument, "=");
	const struct cli_option *found = NULL;

	for (const struct cli_option *o = cli->options; o->name != NULL; o++) {
		bool called =
			(strlen(o->name) == length && memcmp(o->name, argument, length) == 0) ||
			(length == 2 && argument[1] == o->letter);

		if (called && (found == NULL || fits(cli, into, o)))
			found = o;
	}
	return found;
}

static void complain_unknown(const struct cli *cli, const void *into, const char *argument)
{
	int length = (int)strcspn(argument, "=");
	struct near near;

	near_init(&near, argument);
	for (const struct cli_option *o = cli->options; o->name != NULL; o++)
		if (fits(cli, into, o))
			near_offer(&near, o->name);
	message(cli->program, "unknown option %.*s", length, argument);
	message_suggest(&near);
}

static int count_values(const struct cli_option *option)
{
	int count = option->value != NULL;

	for (const char *c = option->value; c != NULL && *c != '\0'; c++)
		count += *c == ' ';
	return count;
}

/* How many arguments the option at argv[0] takes, itself included; 0 after a message. */
static int check_option(const struct cli *cli, const void *into, char **argv)
{
	const struct cli_option *option = find(cli, into, argv[0]);
	bool joined = strchr(argv[0], '=') != NULL;
	int values, behind;

	if (option == NULL) {
		complain_unknown(cli, into, argv[0]);
		return 0;
	}
	values = count_values(option);
	if (joined && values == 0) {
		message(cli->program, "option %s takes no value", option->name);
		return 0;
	}
	behind = values - joined;
	for (int i = 1; i <= behind; i++)
		if (argv[i] == NULL) {
			message(cli->program, "option %s requires a value: %s", option->name,
				option->value);
			return 0;
		}
	return 1 + behind;
}

/* Takes all operands; returns where options end, -1 after a message. */
static int read_operands(const struct cli *cli, void *into, int argc, char **argv)
{
	enum cli_operand operand = CLI_TAKEN;
	int at = 1, options_end = argc;

	while (at < argc) {
		bool behind_dashes = at > options_end;
		int taken = 1;

		if (at < options_end && strcmp(argv[at], "--") == 0) {
			options_end = at;
		} else if (at < options_end && is_option(argv[at])) {
			taken = check_option(cli, into, argv + at);
		} else if (cli->operand == NULL) {
			message(cli->program, "unexpected argument '%s'", argv[at]);
			taken = 0;
		} else {
			operand = cli->operand(into, argv[at], behind_dashes);
			taken = operand != CLI_REFUSED;
			if (operand == CLI_TAKEN_ALL_AFTER && at < options_end)
				options_end = at;
		}
		if (taken == 0)
			return -1;
		at += taken;
	}
	return options_end;
}

static bool parse(const struct cli *cli, void *into, const struct cli_option *option, char **argv)
{
	const char *value = strchr(argv[0], '='), *wanted;
	int values = count_values(option);

	value = value != NULL ? value + 1 : option->value != NULL ? *++argv : NULL;
	do {
		wanted = option->parse((char *)into + option->field, value);
		if (wanted != NULL)
			message(cli->program, "%s %s: must be %s", option->name, value, wanted);
		value = *++argv;
	} while (wanted == NULL && --values > 0);
	return wanted == NULL;
}

/* Whoever asks for help gets it in spite of an option that does not fit. */
static bool parse_options(const struct cli *cli, void *into, char **argv, int end)
{
	const struct cli_option *misfit = NULL;
	const char *command;
	bool informs = false;

	for (int at = 1; at < end;) {
		const struct cli_option *option = find(cli, into, argv[at]);

		if (!is_option(argv[at])) {
			at++;
			continue;
		}
		if (!fits(cli, into, option))
			misfit = option;
		else if (!parse(cli, into, option, argv + at))
			return false;
		informs = informs || option->parse == cli_inform;
		at += 1 + count_values(option) - (strchr(argv[at], '=') != NULL);
	}
	command = cli->command == NULL ? NULL : cli->command(into);
	if (misfit == NULL || command == NULL || informs)
		return true;
	message(cli->program, "%s has no option %s", command, misfit->name);
	return false;
}

bool cli_read(const struct cli *cli, void *into, int argc, char **argv)
{
	int end = read_operands(cli, into, argc, argv);

	return end >= 0 && parse_options(cli, into, argv, end);
}

enum cli_result cli_hint(const struct cli *cli, const void *into)
{
	const char *command = cli->command == NULL ? NULL : cli->command(into);

	fprintf(stderr, "Try '%s %s%s--help'.\n", cli->program, command == NULL ? "" : command,
		command == NULL ? "" : " ");
	return CLI_USAGE;
}

void cli_print_options(const struct cli *cli, const void *into)
{
	puts("\nOptions:");
	for (const struct cli_option *o = cli->options; o->name != NULL; o++) {
		char left[64];

		if (!fits(cli, into, o))
			continue;
		snprintf(left, sizeof(left), "%c%c%s%s%s%s", o->letter == 0 ? ' ' : '-',
			 o->letter == 0 ? ' ' : o->letter, o->letter == 0 ? "  " : ", ", o->name,
			 o->value == NULL ? "" : " ", o->value == NULL ? "" : o->value);
		if (strlen(left) > LEFT)
			printf("  %s\n%*s%s\n", left, LEFT + 4, "", o->meaning);
		else
			printf("  %-*s  %s\n", LEFT, left, o->meaning);
	}
}

enum cli_result cli_printed(const struct cli *cli)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return CLI_DONE;
	message(cli->program, "cannot write the answer");
	return CLI_FAILED;
}
