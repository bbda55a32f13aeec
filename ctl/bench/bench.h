/*
 * Timing whole commands: what is to be run, and what was measured.
 *
 *	struct bench_plan plan;
 *	struct bench_session session;
 *
 *	outcome = bench_plan_read(&plan, request, request->operands);
 *	if (outcome == OUTCOME_DONE) {
 *		outcome = bench_run(&plan, &session);
 *		... session.measured[0].result, which may be NULL
 *		bench_session_free(&session);
 *	}
 *	bench_plan_free(&plan);
 */
#ifndef CTL_BENCH_BENCH_H
#define CTL_BENCH_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profbench.h"
#include "ctl/base/command.h"

struct bench_parameter {
	char *name, *value;
};

/* One command of a plan, with the values of its parameters filled in. */
struct bench_command {
	char *name;			 /* what it is shown as, and its result; all differ */
	char *label;			 /* what tells it from the others under --save; "": alone */
	char *line;			 /* what is run */
	char *setup, *prepare, *cleanup; /* run before all, before each and after all; NULL: none */
	struct bench_parameter *parameters;
	size_t parameter_count;
};

enum bench_output { BENCH_OUTPUT_NULL, BENCH_OUTPUT_PIPE, BENCH_OUTPUT_INHERIT, BENCH_OUTPUT_FILE };

struct bench_plan {
	struct bench_command *commands;
	size_t count;
	uint64_t warmup;     /* runs of each command that are not timed */
	bool warmup_bounded; /* no further one once they took as long as `budget` */
	uint64_t min_runs, max_runs;
	double budget;	  /* seconds for each command: runs go on until they took this */
	double limit;	  /* seconds that a run may take; 0: any */
	bool interleaved; /* A B A B, else A A B B */
	bool ignore_failure;
	const char *shell; /* a command line that "-c" and the command are added to; NULL: none */
	const char *input; /* a file */
	enum bench_output output;
	const char *output_file;
	char **environment; /* of the commands */
	bool progress;	    /* told on standard error */
};

/* One timed run. */
struct bench_sample {
	double wall, user, system; /* seconds, less the shell's own */
	uint64_t peak;		   /* bytes of memory; see bench_session.peak_floor */
	int status;		   /* of exit; -N: ended by signal N */
	bool over_limit;	   /* killed since it took too long */
};

/* What was measured of one command. */
struct bench_measured {
	struct bench_sample *samples; /* in the order of the runs */
	size_t count;
	uint64_t warmup;		  /* runs before them */
	struct prof_bench_result *result; /* of the wall times; NULL: no run was timed */
};

/* What the shell itself takes, which is subtracted. */
struct bench_shell_cost {
	double wall, user, system; /* medians; 0 without a shell */
	double deviation;	   /* of the wall times, median absolute */
};

struct bench_session {
	const struct bench_plan *plan;	 /* lent */
	struct bench_measured *measured; /* one a command */
	struct bench_shell_cost shell;
	struct prof_bench_machine *machine; /* at the beginning */
	uint64_t peak_floor; /* a command's peak memory cannot be told below this: until it is
				executed, the memory of its process is ours */
	int signal;	     /* that ended it early; 0: none did */
	bool whole;	     /* all runs were made */
};

/*
 * Makes a plan of the options and of `lines`, a list that ends with NULL: each with all values of
 * the parameters. OUTCOME_USAGE, after a message, when they make no sense. Always to be freed.
 */
enum outcome bench_plan_read(struct bench_plan *plan, const struct request *request, char **lines);
void bench_plan_free(struct bench_plan *plan);

/* What profd keeps a command's results as: `save`, and of several commands "/" and the label. To be
 * freed. */
char *bench_saved_name(const struct bench_plan *plan, const struct bench_command *command,
		       const char *save);

/*
 * Runs the plan. OUTCOME_NO, after a message, when a command could not be run or failed and that is
 * not ignored; 128 + N when signal N ended it: what had been measured until then is in the session,
 * which is always to be freed.
 */
enum outcome bench_run(const struct bench_plan *plan, struct bench_session *session);
void bench_session_free(struct bench_session *session);

/* Means of processor time, and the greatest peak, over all runs; there must be one. */
double bench_mean_user(const struct bench_measured *measured);
double bench_mean_system(const struct bench_measured *measured);
uint64_t bench_peak(const struct bench_measured *measured);

/* What was measured, for people: a block for each command, then the ranking. */
void bench_show(const struct bench_session *session);

/* Of values that are finite and at least one. */
static inline double bench_percentile(const double *values, size_t count, double percent)
{
	double value = 0.0;

	prof_bench_percentile(values, count, percent, &value);
	return value;
}

#endif
