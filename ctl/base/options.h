/*
 * The options, and reading a command line.
 */
#ifndef CTL_BASE_OPTIONS_H
#define CTL_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cli.h"
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
	OPTION_RUNNING,
	OPTION_FAILED,
	OPTION_SLOW,
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

/* The table, ended by a row without a name. */
extern const struct cli_option option_rows[];

/* Whether an option may be given to the command (NULL: where none is named). */
bool option_fits(const struct cli_option *option, const struct command *command);

/*
 * Reads a command line. False, after messages on standard error, when it makes no sense.
 */
bool request_read(struct request *request, int argc, char **argv);

/* Frees what a request holds, also one that could not be read. */
void request_free(struct request *request);

/* Prints the options of a command; NULL: those of all. */
void options_print(const struct command *command);

#endif
