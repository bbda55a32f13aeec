/*
 * profctl help: all of it follows from the two tables.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/base/command.h"
#include "ctl/base/options.h"
#include "ctl/base/say.h"

/* Those that belong to `group`; nothing where there are none. */
static void print_commands(const struct command *group)
{
	const char *title = "\nCommands:\n";

	for (const struct command *c = commands; c->name != NULL; c++) {
		const char *word = command_word(c, group);

		if (word == NULL)
			continue;
		printf("%s  %-9s %s\n", title, word, c->brief);
		title = "";
	}
}

static void print_overview(void)
{
	puts("Usage: profctl COMMAND [OPTION]... [ARGUMENT]...\n"
	     "Shows which functions your programs call, how often, and how long they take.");
	print_commands(NULL);
	options_print(NULL);
	puts("\nSee profctl COMMAND --help, or profctl(1).\n"
	     "Exit status: 0 success, 1 a negative answer, 2 wrong usage, 3 profd did\n"
	     "not answer, 4 the answer could not be written.");
}

static void print_command(const struct command *c)
{
	printf("Usage: profctl %s [OPTION]...%s%s\n%s\n", c->name,
	       c->operands[0] == '\0' ? "" : " ", c->operands, c->details);
	print_commands(c);
	options_print(c);
	printf("\nExample: %s\n", c->example);
}

/* The command that these words name; NULL: none. */
static const struct command *find(char *const *words, int count)
{
	const struct command *found = command_find(NULL, words[0]);

	for (int i = 1; i < count && found != NULL; i++)
		found = command_find(found, words[i]);
	return found;
}

enum outcome run_help(const struct request *r)
{
	const struct command *about = r->command;

	if (about == command_find(NULL, "help"))
		about = r->operands[0] == NULL ? (r->help ? about : NULL)
					       : find(r->operands, r->operand_count);
	if (about == NULL && r->operands[0] != NULL) {
		complain("unknown command %s%s%s; see profctl --help", r->operands[0],
			 r->operand_count > 1 ? " " : "",
			 r->operand_count > 1 ? r->operands[1] : "");
		return OUTCOME_USAGE;
	}
	if (about == NULL)
		print_overview();
	else
		print_command(about);
	return OUTCOME_DONE;
}
