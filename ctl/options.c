/*
 * Reading the command line. Options may stand anywhere, before the command too.
 */
#include "ctl/options.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/near.h"
#include "ctl/say.h"

#define DEFAULT_TIMEOUT 5.0

bool option_fits(const struct option_row *row, const struct command *command)
{
	uint64_t common = OPTION(JSON) | OPTION(ENDPOINT) | OPTION(TIMEOUT) | OPTION(VERSION);
	uint64_t fitting = command == NULL ? common : command->options;

	return ((fitting | OPTION(HELP)) >> row->id & 1) != 0;
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
	return row->take((char *)r + row->field, row, value) ? taken : 0;
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
	r->has_limit = (given >> OPTION_LIMIT & 1) != 0;
	return check(r, given);
}
