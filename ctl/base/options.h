/*
 * The options, and reading a command line.
 */
#ifndef CTL_BASE_OPTIONS_H
#define CTL_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/base/command.h"

enum option {
	OPTION_ENDPOINT,
	OPTION_TIMEOUT,
	OPTION_JSON,
	OPTION_PROGRAM,
	OPTION_SORT,
	OPTION_LIMIT,
	OPTION_NAMES,
	OPTION_YES,
	OPTION_ERROR,
	OPTION_COUNT,
	OPTION_SINCE,
	OPTION_UNTIL,
	OPTION_STEP,
	OPTION_CSV,
	OPTION_SHARE,
	OPTION_FORMAT,
	OPTION_OUTPUT,
	OPTION_BY,
	OPTION_DIFF,
	OPTION_BEFORE,
	OPTION_AFTER,
	OPTION_BEFORE_PROGRAM,
	OPTION_AFTER_PROGRAM,
	OPTION_THRESHOLD,
	OPTION_FAIL_ON,
	OPTION_FORCE,
	OPTION_WARMUP,
	OPTION_RUNS,
	OPTION_MIN_RUNS,
	OPTION_MAX_RUNS,
	OPTION_TIME,
	OPTION_LIMIT_TIME,
	OPTION_SETUP,
	OPTION_PREPARE,
	OPTION_CLEANUP,
	OPTION_SHELL,
	OPTION_NO_SHELL,
	OPTION_SCAN,
	OPTION_SCAN_STEP,
	OPTION_VALUES,
	OPTION_NO_INTERLEAVE,
	OPTION_IGNORE_FAILURE,
	OPTION_INPUT,
	OPTION_INTO,
	OPTION_NAME,
	OPTION_EXPORT_JSON,
	OPTION_EXPORT_CSV,
	OPTION_EXPORT_MARKDOWN,
	OPTION_SAVE,
	OPTION_NOTE,
	OPTION_EXPORT_FORMAT,
	OPTION_RELEVANCE,
	OPTION_AGAINST,
	OPTION_RESULT,
	OPTION_HELP,
	OPTION_VERSION
};

#define OPTION(name) (UINT64_C(1) << OPTION_##name)

struct option_row {
	enum option id;
	const char *name;  /* with its dashes */
	char letter;	   /* 0: none */
	const char *value; /* what its value stands for, a word for each of several; NULL: it has
			      none */
	const char *meaning;
	/* Reads the value into the field, which lies there in struct request; false after a
	 * message. Of several values it is called for each. */
	bool (*take)(void *field, const struct option_row *row, const char *value);
	size_t field;
};

/* The table, ended by a row without a name. */
extern const struct option_row option_rows[];

/* Whether it may be given to the command (NULL: where none is named). */
bool option_fits(const struct option_row *row, const struct command *command);

/*
 * Reads a command line. False, after a message on standard error, when it makes no sense.
 */
bool options_read(struct request *request, int argc, char **argv);

/* Frees what a request holds, also one that could not be read. */
void options_free(struct request *request);

#endif
