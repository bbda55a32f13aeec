/*
 * Reading a program's command line by the table of its options, from which the help follows too.
 */
#ifndef BASE_CLI_H
#define BASE_CLI_H

#include <stdbool.h>
#include <stddef.h>

/* What to do after the command line was read: go on, or exit with this status. */
enum cli_result {
	CLI_RUN = -1,
	CLI_DONE = 0,	/* help and the like: printed */
	CLI_FAILED = 1, /* the help could not be written */
	CLI_USAGE = 2	/* said on standard error */
};

struct cli_option {
	int id;		   /* the program's own: two rows may share a name */
	const char *name;  /* with its dashes */
	char letter;	   /* 0: none */
	const char *value; /* what its value stands for, a word for each of several; NULL: it has
			      none */
	const char *meaning;
	/* Parses the value into the field; NULL, or what the value must be. Of several values it is
	 * called for each. */
	const char *(*parse)(void *field, const char *value);
	size_t field; /* its offset in what is read into */
};

/* What becomes of an argument that is no option. */
enum cli_operand { CLI_REFUSED, CLI_TAKEN, CLI_TAKEN_ALL_AFTER /* no option follows */ };

struct cli {
	const char *program;
	const struct cli_option *options; /* ended by a row without a name */
	/* Called for each operand before any option is parsed; CLI_REFUSED after a message.
	 * NULL: the program takes none. */
	enum cli_operand (*operand)(void *into, char *argument, bool behind_dashes);
	/* Whether the option may be given with the operands that there are. NULL: all may. */
	bool (*fits)(const void *into, const struct cli_option *option);
	/* The command that was named; NULL: none. May be NULL. */
	const char *(*command)(const void *into);
};

/*
 * Reads a command line into a struct that holds the defaults. False, after a message, when it makes
 * no sense. "--name=value", "--name value" and "-n value" mean the same; behind "--" nothing is an
 * option. Texts point into argv.
 */
bool cli_read(const struct cli *cli, void *into, int argc, char **argv);

/* Says where help is found; CLI_USAGE. */
enum cli_result cli_hint(const struct cli *cli, const void *into);

/* Prints the options that fit, a line each. */
void cli_print_options(const struct cli *cli, const void *into);

/* Whether all that was printed could be written: CLI_DONE, or CLI_FAILED after a message. */
enum cli_result cli_printed(const struct cli *cli);

/* Parsers: a bool becomes true; the same of --help and the like, which are wanted even beside an
 * option that does not fit; a const char * becomes the value. */
const char *cli_flag(void *field, const char *value);
const char *cli_inform(void *field, const char *value);
const char *cli_text(void *field, const char *value);

#endif
