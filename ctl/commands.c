/*
 * The table of subcommands: dispatch, help and completion follow from it.
 */
#include "ctl/base/command.h"

#include <stddef.h>
#include <string.h>

#include "ctl/base/options.h"

#define ASKING OPTION(ENDPOINT) | OPTION(TIMEOUT) | OPTION(JSON)
#define TIMING_ONE                                                                           \
	OPTION(WARMUP) | OPTION(RUNS) | OPTION(MIN_RUNS) | OPTION(MAX_RUNS) | OPTION(TIME) | \
		OPTION(LIMIT_TIME) | OPTION(SETUP) | OPTION(PREPARE) | OPTION(CLEANUP) |     \
		OPTION(SHELL) | OPTION(NO_SHELL) | OPTION(IGNORE_FAILURE) | OPTION(INPUT) |  \
		OPTION(INTO)
#define TIMING                                                                                   \
	TIMING_ONE | OPTION(SCAN) | OPTION(SCAN_STEP) | OPTION(VALUES) | OPTION(NO_INTERLEAVE) | \
		OPTION(NAME)
#define RESULTS                                                                            \
	"A RESULT is NAME, NAME#N or FILE: the latest result saved under NAME, result N\n" \
	"of NAME, or one in a file, whose name starts with / or ./ or ends in .json."
#define LISTING ASKING | OPTION(SORT) | OPTION(LIMIT) | OPTION(PROGRAM)

const struct command commands[] = {
	{"summary", "[PATTERN]", 0, 1, 0, LISTING, "totals, and the top functions",
	 "Shows the number of functions and calls, how many calls failed or were slow,\n"
	 "and the functions that took the most time: ten by default (all with --json).\n"
	 "With a shell PATTERN, only matching functions count.",
	 "profctl summary --sort p99 'db.*'", run_summary},
	{"stats", "FUNCTION", 1, 1, 0, ASKING | OPTION(PROGRAM), "all statistics of one function",
	 "Shows how often a function was called, how many calls failed or were slow, the\n"
	 "total, average, minimum and maximum duration, and the quantiles p50 to p99.9.",
	 "profctl stats db.query --program shop", run_stats},
	{"list", "[PATTERN]", 0, 1, 0, LISTING | OPTION(NAMES),
	 "the statistics of all functions, one per line",
	 "Shows one line per function, or per function that matches the shell PATTERN.",
	 "profctl list --sort calls --limit 20 'http.*'", run_list},
	{"top", "", 0, 0, 0, OPTION(ENDPOINT) | OPTION(PROGRAM),
	 "the functions being called now, live",
	 "Shows the functions on a terminal, refreshed every second: share of time, calls\n"
	 "per second, average, p50, p99, maximum, errors, and how p99 moved over the last\n"
	 "ten minutes. Press ? for the keys: sort orders, filter, programs, pause, and\n"
	 "Enter for one function's histogram, callers, callees, slow and running calls.",
	 "profctl top --program shop", run_top},
	{"history", "FUNCTION", 1, 1, 0,
	 ASKING | OPTION(CSV) | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(STEP),
	 "calls, errors and quantiles of a function over time",
	 "Shows one line per time step in which the function was called, and charts the\n"
	 "durations: over the last hour by default. Without --step, the step is chosen so\n"
	 "that there are at most sixty lines.",
	 "profctl history db.query --since 'yesterday 14:00' --step 10m", run_history},
	{"heatmap", "FUNCTION", 1, 1, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(STEP),
	 "call durations over time",
	 "Draws time from left to right and durations, on a logarithmic scale, from\n"
	 "bottom to top; the denser or brighter, the more calls: over the last hour by\n"
	 "default. With --json, prints the buckets of each step: [i, n] means n calls\n"
	 "longer than 2^((i-1)/64) and at most 2^(i/64) seconds.",
	 "profctl heatmap db.query --since 1d", run_heatmap},
	{"tree", "", 0, 0, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(SHARE),
	 "who called whom, with total and self time",
	 "Shows the calling paths as a tree, the largest first: share of all time, total\n"
	 "time, self time, calls and errors; since the last clear by default. Paths below\n"
	 "0.5 % are left out unless --share says otherwise.",
	 "profctl tree --program shop --share 1", run_tree},
	{"flame", "", 0, 0, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(SHARE) | OPTION(BY) |
		 OPTION(FORMAT) | OPTION(OUTPUT) | OPTION(DIFF),
	 "a flame graph: SVG, folded stacks or speedscope",
	 "Draws the calling paths as a flame graph. The SVG needs only a browser: click a\n"
	 "frame to zoom in, press / to search names, Escape to reset. Folded stacks and\n"
	 "speedscope's JSON are input for other tools. With --diff, frames whose share\n"
	 "grew since that time range are red, those whose share shrank blue.",
	 "profctl flame --program shop --since 1h --output shop.svg", run_flame},
	{"diff", "[FUNCTION|PATTERN]", 0, 1, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(BEFORE) | OPTION(AFTER) | OPTION(BEFORE_PROGRAM) |
		 OPTION(AFTER_PROGRAM) | OPTION(THRESHOLD) | OPTION(FAIL_ON) | OPTION(LIMIT),
	 "which functions got slower, beyond chance",
	 "Compares two time ranges, or two programs, at p50, p90 and p99, the worst\n"
	 "change first. A change counts if it exceeds --threshold and is statistically\n"
	 "significant (at 1 %, corrected for the number of functions compared). With\n"
	 "many functions, only those that changed are shown unless --limit is given.",
	 "profctl diff 'db.*' --before yesterday --after 1h --fail-on slower", run_diff},
	{"slow", "[PATTERN]", 0, 1, 0,
	 ASKING | OPTION(LIMIT) | OPTION(PROGRAM) | OPTION(RUNNING) | OPTION(FAILED) | OPTION(SLOW),
	 "recent slow or failed calls, the latest first",
	 "Shows calls that exceeded the threshold of their function and are still running,\n"
	 "the longest first; then those that returned, and calls that failed with a\n"
	 "message, the latest first: twenty by default (all with --json).",
	 "profctl slow --limit 5 'db.*'", run_slow},
	{"ps", "", 0, 0, 0, ASKING | OPTION(PROGRAM), "the processes that push to profd",
	 "Shows the processes that pushed, including ended ones that profd remembers.",
	 "profctl ps --program shop", run_ps},
	{"status", "", 0, 0, 0, ASKING, "the state of profd itself",
	 "Shows profd's own figures: its database, what it received and what it refused.",
	 "profctl status --json", run_status},
	{"doctor", "[PROGRAM]", 0, 1, 0, ASKING, "why a program does not show up",
	 "Checks the way to profd: endpoint, sockets and their modes, whether this user\n"
	 "may push and ask, versions, and what profd says of itself; with PROGRAM, whether\n"
	 "it is known and what it lost. What is not ok comes with what to do about it.\n"
	 "Exits with 1 if there is a problem.",
	 "profctl doctor shop", run_doctor},
	{"clear", "[FUNCTION]", 0, 1, 0, ASKING | OPTION(YES),
	 "delete the statistics of one function, or of all",
	 "Deletes statistics, history and slow calls, after asking on the terminal; when\n"
	 "there is no terminal, --yes is required. Counting restarts from zero.",
	 "profctl clear --yes db.query", run_clear},
	{"record", "FUNCTION SECONDS", 2, 2, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(ERROR) | OPTION(COUNT),
	 "add a call that was timed elsewhere",
	 "Adds one call of FUNCTION, or --count of them, that took SECONDS, and waits\n"
	 "until profd has it on disk.",
	 "profctl record backup 12.5 --error 'no space'", run_record},
	{"time", "FUNCTION [--] COMMAND [ARGUMENT]...", 2, -1, 2, ASKING | OPTION(PROGRAM),
	 "run a command as one call of a function",
	 "Runs COMMAND and records its run time as one call of FUNCTION; the call counts\n"
	 "as failed unless the exit status is 0. Exits with the status of COMMAND, 128 + N\n"
	 "if signal N killed it, 127 if it was not found, 126 if it could not be run.\n"
	 "Without profd, COMMAND runs all the same, and profctl reports that the call was\n"
	 "not recorded. With --json, a line about the call goes to standard error.",
	 "profctl time backup -- tar -cf /backup/home.tar /home", run_time},
	{"bench", "COMMAND...", 1, -1, 0,
	 ASKING | TIMING | OPTION(EXPORT_JSON) | OPTION(EXPORT_CSV) | OPTION(EXPORT_MARKDOWN) |
		 OPTION(SAVE) | OPTION(NOTE),
	 "benchmark commands over many runs, and compare them",
	 "Runs each COMMAND, a shell command line, repeatedly and interleaved, and shows\n"
	 "how long it takes and how much slower the others are: by default at least ten\n"
	 "runs and three seconds each, after three warm-up runs. --setup, --prepare and\n"
	 "--cleanup apply to all commands, or are given once for each. As FILE, - is\n"
	 "standard output. With --save, several commands are saved as NAME/1, NAME/2 ...,\n"
	 "or as NAME/ followed by their --name.",
	 "profctl bench --save sort 'sort -n numbers' 'sort numbers'", run_bench},
	{"bench list", "[PATTERN]", 0, 1, 0, ASKING | OPTION(LIMIT) | OPTION(NAMES),
	 "the saved benchmarks, with the latest result of each",
	 "Shows one line per saved benchmark, or per one that matches the shell PATTERN:\n"
	 "the number of its latest result, how many results there are, and the figures of\n"
	 "the latest.",
	 "profctl bench list 'parse/*'", run_bench_list},
	{"bench show", "RESULT", 1, 1, 0, ASKING, "one result in full",
	 "Shows where and when a result was saved, and all its figures.\n" RESULTS,
	 "profctl bench show parse/small#12", run_bench_show},
	{"bench compare", "RESULT RESULT", 2, 2, 0, ASKING | OPTION(RELEVANCE),
	 "the second result against the first",
	 "Shows how many times faster or slower the second is, and whether the difference\n"
	 "is real: at least --threshold (1 % by default), and statistically significant.\n" RESULTS,
	 "profctl bench compare parse/small#12 ./new.json", run_bench_compare},
	{"bench check", "[COMMAND]", 0, 1, 0,
	 ASKING | TIMING_ONE | OPTION(AGAINST) | OPTION(RESULT) | OPTION(RELEVANCE) | OPTION(SAVE) |
		 OPTION(NOTE),
	 "exit with 1 if something got slower, for CI",
	 "Times COMMAND, or the command that --against was made with, or uses an existing\n"
	 "--result, and compares it with --against. Exit status: 0 not slower, 1 slower by\n"
	 "--threshold or more and significantly so, 2 wrong usage or nothing to compare\n"
	 "with, 3 profd did not answer, 4 the command could not be timed.\n" RESULTS,
	 "profctl bench check --against base.json --threshold 3% 'make test'", run_bench_check},
	{"bench history", "NAME", 1, 1, 0, ASKING | OPTION(LIMIT) | OPTION(SINCE),
	 "how a benchmark developed, and where it changed",
	 "Shows one line per result, the latest last, charts the medians, and reports\n"
	 "where their level changed for good, with the revision and machine as far as they\n"
	 "are known. With --limit, only the latest N results count.",
	 "profctl bench history parse/small --since 30d", run_bench_history},
	{"bench export", "RESULT", 1, 1, 0, ASKING | OPTION(EXPORT_FORMAT) | OPTION(OUTPUT),
	 "one result for other programs",
	 "Writes a result as JSON, with its timings, or its figures as CSV or Markdown.\n" RESULTS,
	 "profctl bench export parse/small --output base.json", run_bench_export},
	{"bench delete", "NAME[#N]", 1, 1, 0, ASKING | OPTION(YES),
	 "delete one result of a benchmark, or all of them",
	 "Deletes result N of NAME, or all of its results, after asking on the terminal;\n"
	 "when there is no terminal, --yes is required.",
	 "profctl bench delete parse/small#3", run_bench_delete},
	{"keygen", "FILE", 1, 1, 0, OPTION(FORCE) | OPTION(JSON),
	 "generate a key pair for tcp://, for a client or for profd",
	 "Writes a new key pair: FILE.secret, which only its owner can read and which\n"
	 "should never leave its machine, and FILE.public for the other side. profd knows\n"
	 "a client by the base name of FILE. Existing files are kept unless --force is\n"
	 "given.",
	 "profctl keygen web1", run_keygen},
	{"help", "[COMMAND]", 0, 2, 0, 0, "help for profctl or one of its commands",
	 "Shows help for profctl or one of its commands.", "profctl help time", run_help},
	{0},
};

const char *command_word(const struct command *command, const struct command *group)
{
	const char *space = strchr(command->name, ' ');
	size_t length = group == NULL ? 0 : strlen(group->name);

	if (group == NULL || space == NULL)
		return group == NULL && space == NULL ? command->name : NULL;
	return strncmp(command->name, group->name, length) == 0 && command->name + length == space
		       ? space + 1
		       : NULL;
}

const struct command *command_find(const struct command *group, const char *word)
{
	for (const struct command *c = commands; c->name != NULL; c++) {
		const char *name = command_word(c, group);

		if (name != NULL && strcmp(name, word) == 0)
			return c;
	}
	return NULL;
}
