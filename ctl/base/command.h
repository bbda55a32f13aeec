/*
 * What a subcommand is, and what a command line asks of it.
 */
#ifndef CTL_BASE_COMMAND_H
#define CTL_BASE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"
#include "view/frames.h"
#include "view/json.h"

enum export_format { EXPORT_JSON, EXPORT_CSV, EXPORT_MARKDOWN };

enum flame_format { FLAME_SVG, FLAME_FOLDED, FLAME_SPEEDSCOPE };

/* Exit status. The manual page profctl(1) promises these. */
enum outcome {
	OUTCOME_DONE = 0,
	OUTCOME_NO = 1,	      /* a negative answer: no such function, not deleted */
	OUTCOME_USAGE = 2,    /* the command line makes no sense */
	OUTCOME_NO_PROFD = 3, /* profd could not be asked, or did not answer in time */
	OUTCOME_TROUBLE = 4   /* the output cannot be written; no memory */
};

/* The values of an option that may be given several times, in their order. */
struct texts {
	const char **text;
	size_t count;
};

/* A parameter, by the values of its option: NAME MIN MAX [STEP] of a scan, NAME VALUES of a list.
 */
struct asked_parameter {
	bool scan;
	size_t count;
	const char *values[4];
};

/* What it asks of `bench`. 0 and NULL: not given. */
struct asked_bench {
	bool no_shell, no_interleave, ignore_failure, has_warmup;
	uint32_t warmup;
	uint64_t runs, min_runs, max_runs;
	double budget, limit; /* seconds */
	const char *shell, *input, *output;
	const char *export_json, *export_csv, *export_markdown;
	const char *save, *note;
	struct texts names, setup, prepare, cleanup;
	struct asked_parameter *parameters;
	size_t parameter_count;
};

/* What a command line asks for. Texts point into argv. */
struct request {
	const struct command *command; /* NULL: none was named */
	bool help, version, json, yes, names, force;
	double timeout;
	const char *endpoint, *program, *error; /* NULL: not given */
	struct view_kinds only;
	enum prof_order order;
	bool has_limit;
	uint32_t limit; /* 0: all */
	uint64_t count;
	double since, until; /* --since and --until; 0: not given */
	double step;	     /* 0: not given */
	bool csv, fail_on_slower;
	double share, threshold; /* parts of 1; below 0: not given */
	enum flame_format format;
	enum export_format export_format;
	const char *against, *result; /* of bench check */
	enum frames_by by;
	const char *output, *before, *after; /* before, after: stretches of time, checked */
	const char *before_program, *after_program;
	struct asked_bench bench;
	char **operands; /* ended by NULL */
	int operand_count;
	char **environment; /* as profctl got it, for the commands that `time` and `bench` run */
};

struct command {
	const char *name; /* of one word, or of two: "bench list" belongs to "bench" */
	const char *operands;
	int least, most; /* operands; most < 0: any number */
	int verbatim;	 /* from this operand on all is taken as it stands; 0: never */
	uint64_t options;
	const char *brief;
	const char *details;
	const char *example;
	enum outcome (*run)(const struct request *);
};

/* The table, ended by a row without a name. */
extern const struct command commands[];

/* What a row is called among those that belong to `group`, or, where that is NULL, to none; NULL
 * when it is not one of them. */
const char *command_word(const struct command *command, const struct command *group);

/* NULL when none of them is called so. */
const struct command *command_find(const struct command *group, const char *word);

/* Those that the table names: enum outcome run_NAME(const struct request *). */
#include "ctl/base/runs.h"

#endif
