/*
 * Reading the command line. Options may stand anywhere, before the command too.
 */
#include "ctl/base/options.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/base/near.h"
#include "ctl/base/say.h"

#define DEFAULT_TIMEOUT 5.0

_Static_assert(OPTION_VERSION < 64, "a set of options has 64 bits");

bool option_fits(const struct option_row *row, const struct command *command)
{
	uint64_t common = OPTION(JSON) | OPTION(ENDPOINT) | OPTION(TIMEOUT) | OPTION(VERSION);
	uint64_t fitting = command == NULL ? common : command->options;

	return ((fitting | OPTION(HELP)) >> row->id & 1) != 0;
}

/* An option as it stands on the command line. What it means is looked up when the command is known,
 * since two commands may have options of the same name; both take a value, or neither. */
struct given {
	const char *name;
	size_t length;
	const char *value;
	char **more; /* values behind the first */
};

static bool is_called(const struct option_row *row, const struct given *given)
{
	return (strlen(row->name) == given->length &&
		memcmp(row->name, given->name, given->length) == 0) ||
	       (given->length == 2 && given->name[1] == row->letter);
}

/* The row of this name, of those that fit the command if there is one. */
static const struct option_row *find_row(const struct given *given, const struct command *command)
{
	const struct option_row *found = NULL;

	for (const struct option_row *row = option_rows; row->name != NULL; row++)
		if (is_called(row, given) && (found == NULL || option_fits(row, command)))
			found = row;
	return found;
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

static int count_values(const struct option_row *row)
{
	int count = row->value != NULL;

	for (const char *c = row->value; c != NULL && *c != '\0'; c++)
		count += *c == ' ';
	return count;
}

/* Reads the option at argv[at]; returns how many arguments it took, 0 after a message. */
static int read_option(struct given *given, char **argv, int at)
{
	const char *argument = argv[at], *value = strchr(argument, '=');
	const struct option_row *row;
	int taken = 1;

	given->name = argument;
	given->length = value == NULL ? strlen(argument) : (size_t)(value - argument);
	row = find_row(given, NULL);
	if (row == NULL)
		return no_such_option(argument);
	if (value != NULL)
		value++;
	if (row->value == NULL && value != NULL) {
		complain("%s takes no value", row->name);
		return 0;
	}
	if (row->value != NULL && value == NULL)
		value = argv[at + taken++];
	given->value = value;
	given->more = argv + at + taken;
	for (int more = 1; value != NULL && more < count_values(row); more++)
		value = argv[at + taken++];
	if (row->value != NULL && value == NULL) {
		complain("%s wants %s", row->name, row->value);
		return 0;
	}
	return taken;
}

static bool take_values(struct request *r, const struct option_row *row, const struct given *given)
{
	void *field = (char *)r + row->field;
	bool taken = row->take(field, row, given->value);

	for (int i = 1; taken && i < count_values(row); i++)
		taken = row->take(field, row, given->more[i - 1]);
	return taken;
}

/* Takes over what was given; false after a message. Whoever asks for help gets it in spite of an
 * option that does not fit. */
static bool take_options(struct request *r, const struct given *given, int count)
{
	const struct option_row *misfit = NULL;

	for (int i = 0; i < count; i++) {
		const struct option_row *row = find_row(&given[i], r->command);

		if (!option_fits(row, r->command))
			misfit = row;
		else if (!take_values(r, row, &given[i]))
			return false;
		r->has_limit |= row->id == OPTION_LIMIT;
		r->bench.has_warmup |= row->id == OPTION_WARMUP;
	}
	if (misfit == NULL || r->command == NULL || r->help || r->version)
		return true;
	complain("%s has no option %s", r->command->name, misfit->name);
	return false;
}

static bool take_command(struct request *r, const char *name)
{
	struct near near;

	r->command = command_find(NULL, name);
	if (r->command != NULL)
		return true;
	near_init(&near, name);
	for (const struct command *c = commands; c->name != NULL; c++)
		if (command_word(c, NULL) != NULL)
			near_offer(&near, c->name);
	near_complain(&near, "there is no command %s", name);
	return false;
}

/* The second word of a command's name stands before its operands. */
static bool take_second_word(struct request *r, const char *word)
{
	const struct command *found = r->operand_count == 0 ? command_find(r->command, word) : NULL;

	if (found != NULL)
		r->command = found;
	return found != NULL;
}

static bool check_operands(const struct request *r)
{
	const struct command *c = r->command;

	if (r->help || r->version)
		return true;
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
	struct given *given = need(calloc((size_t)argc + 1, sizeof(*given)));
	bool only_operands = false, verbatim = false, right;
	int at = 1, options = 0, taken = 1;

	*r = (struct request){
		.timeout = DEFAULT_TIMEOUT, .count = 1, .share = -1.0, .threshold = -1.0};
	r->operands = need(calloc((size_t)argc + 1, sizeof(*r->operands)));
	while (at < argc && taken != 0) {
		taken = 1;
		if (!only_operands && strcmp(argv[at], "--") == 0)
			only_operands = true;
		else if (!only_operands && is_option(argv[at]))
			taken = read_option(&given[options++], argv, at);
		else if (r->command == NULL)
			taken = take_command(r, argv[at]);
		else if (only_operands || !take_second_word(r, argv[at]))
			r->operands[r->operand_count++] = argv[at];
		at += taken;
		verbatim = r->command != NULL && r->command->verbatim != 0 &&
			   r->operand_count >= r->command->verbatim;
		only_operands = only_operands || verbatim;
		while (verbatim && at < argc)
			r->operands[r->operand_count++] = argv[at++];
	}
	right = taken != 0 && take_options(r, given, options) && check_operands(r);
	free(given);
	return right;
}

void options_free(struct request *r)
{
	free(r->operands);
	free(r->bench.names.text);
	free(r->bench.setup.text);
	free(r->bench.prepare.text);
	free(r->bench.cleanup.text);
	free(r->bench.parameters);
}
