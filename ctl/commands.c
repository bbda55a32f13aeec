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
#define RESULTS                                                                          \
	"A RESULT is NAME, NAME#N or FILE: the latest that was saved under NAME, that\n" \
	"with number N, or one in a file, which begins with / or ./ or ends with .json."
#define LISTING ASKING | OPTION(SORT) | OPTION(LIMIT) | OPTION(PROGRAM)

const struct command commands[] = {
	{"summary", "[PATTERN]", 0, 1, 0, LISTING, "what profd knows in all, and the top functions",
	 "Shows the number of functions and calls, how many failed or were slow, and the\n"
	 "functions that took the most time: ten of them unless --limit says otherwise\n"
	 "(all with --json). With a PATTERN, as in a shell, only functions that fit count.",
	 "profctl summary --sort p99 'db.*'", run_summary},
	{"stats", "FUNCTION", 1, 1, 0, ASKING | OPTION(PROGRAM), "all statistics of one function",
	 "Shows the calls of one function: how many, how many failed or were slow, how\n"
	 "long they took in all, on average, at least and at most, and the quantiles p50\n"
	 "to p99.9.",
	 "profctl stats db.query --program shop", run_stats},
	{"list", "[PATTERN]", 0, 1, 0, LISTING | OPTION(NAMES),
	 "the statistics of all functions, a line each",
	 "Shows a line for each function, or for those that fit the PATTERN, as in a\n"
	 "shell.",
	 "profctl list --sort calls --limit 20 'http.*'", run_list},
	{"top", "", 0, 0, 0, OPTION(ENDPOINT) | OPTION(PROGRAM),
	 "the functions that are called now, live",
	 "Shows the functions on a terminal, every second anew: share of time, calls a\n"
	 "second, average, p50, p99, maximum, errors, and how p99 moved in the last ten\n"
	 "minutes. ? shows the keys: orders, a filter, programs, pause, and Enter for one\n"
	 "function's histogram, callers, callees, slow and running calls.",
	 "profctl top --program shop", run_top},
	{"history", "FUNCTION", 1, 1, 0,
	 ASKING | OPTION(CSV) | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(STEP),
	 "calls, errors and quantiles of a function over time",
	 "Shows a line for each step of time in which the function was called, and draws\n"
	 "how long its calls took: the last hour unless --since says otherwise. Without\n"
	 "--step a line is as long as makes at most sixty of them.",
	 "profctl history db.query --since 'yesterday 14:00' --step 10m", run_history},
	{"heatmap", "FUNCTION", 1, 1, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(STEP),
	 "when how many calls of a function took how long",
	 "Draws time from left to right and durations, on a logarithmic scale, from\n"
	 "below to above; the more calls, the denser or brighter: of the last hour\n"
	 "unless --since says otherwise. With --json the buckets of each step are told:\n"
	 "[i, n] means n calls longer than 2^((i-1)/64) and at most 2^(i/64) seconds.",
	 "profctl heatmap db.query --since 1d", run_heatmap},
	{"tree", "", 0, 0, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(SHARE),
	 "who called whom, with total and own time",
	 "Shows the paths of calls as a tree, the greatest first: the share of all time,\n"
	 "the time with all that was called, that in the function itself, calls and\n"
	 "errors; since the last clear unless --since says otherwise. Paths below half a\n"
	 "percent are left out unless --share says otherwise.",
	 "profctl tree --program shop --share 1", run_tree},
	{"flame", "", 0, 0, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(SINCE) | OPTION(UNTIL) | OPTION(SHARE) | OPTION(BY) |
		 OPTION(FORMAT) | OPTION(OUTPUT) | OPTION(DIFF),
	 "the paths as a flame graph: SVG, folded stacks or speedscope",
	 "Draws the paths of calls as a flame graph. The SVG needs nothing but a\n"
	 "browser: a frame that is clicked fills the width, / searches names, Escape\n"
	 "shows all again. Folded stacks and speedscope's JSON are for other programs.\n"
	 "With --diff frames are red whose share grew since that stretch of time, and\n"
	 "blue whose share shrank.",
	 "profctl flame --program shop --since 1h --output shop.svg", run_flame},
	{"diff", "[FUNCTION|PATTERN]", 0, 1, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(BEFORE) | OPTION(AFTER) | OPTION(BEFORE_PROGRAM) |
		 OPTION(AFTER_PROGRAM) | OPTION(THRESHOLD) | OPTION(FAIL_ON) | OPTION(LIMIT),
	 "which functions got slower, and whether that is more than chance",
	 "Compares the calls of two stretches of time, or of two programs, at p50, p90\n"
	 "and p99, the worst first. A change counts when it is greater than --threshold\n"
	 "and has less than one chance in a hundred to be none, over all functions\n"
	 "compared. Of many functions only those that changed are shown unless --limit\n"
	 "says otherwise.",
	 "profctl diff 'db.*' --before yesterday --after 1h --fail-on slower", run_diff},
	{"slow", "[PATTERN]", 0, 1, 0, ASKING | OPTION(LIMIT) | OPTION(PROGRAM),
	 "recent slow or failed calls, the latest first",
	 "Shows the calls that took longer than the threshold of their function, also\n"
	 "those that are still running, and the calls that failed with a message: twenty\n"
	 "of them unless --limit says otherwise (all with --json).",
	 "profctl slow --limit 5 'db.*'", run_slow},
	{"ps", "", 0, 0, 0, ASKING | OPTION(PROGRAM), "the processes that push to profd",
	 "Shows the processes that pushed, those that have ended too as long as profd\n"
	 "knows them.",
	 "profctl ps --program shop", run_ps},
	{"status", "", 0, 0, 0, ASKING, "how profd itself is",
	 "Shows profd's own figures: its database, what was received, what was refused.",
	 "profctl status --json", run_status},
	{"clear", "[FUNCTION]", 0, 1, 0, ASKING | OPTION(YES),
	 "delete the statistics of one function, or of all",
	 "Deletes statistics, history and slow calls, after asking on the terminal. Where\n"
	 "there is no terminal to ask on, --yes is needed. Counting goes on from there.",
	 "profctl clear --yes db.query", run_clear},
	{"record", "FUNCTION SECONDS", 2, 2, 0,
	 ASKING | OPTION(PROGRAM) | OPTION(ERROR) | OPTION(COUNT),
	 "add a call that was timed elsewhere",
	 "Adds one call of FUNCTION, or --count of them, that took SECONDS, and waits\n"
	 "until it is on profd's disk.",
	 "profctl record backup 12.5 --error 'no space'", run_record},
	{"time", "FUNCTION [--] COMMAND [ARGUMENT]...", 2, -1, 2, ASKING | OPTION(PROGRAM),
	 "run a command as one call of a function",
	 "Runs COMMAND and adds the time that it took as one call of FUNCTION; it counts\n"
	 "as failed unless its exit status is 0. The exit status is that of COMMAND,\n"
	 "128 + N when signal N killed it, 127 when it was not found, 126 when it could\n"
	 "not be run. Without profd the command runs all the same, and profctl says that\n"
	 "the call is not on profd's disk. With --json a line about the call is written\n"
	 "to standard error.",
	 "profctl time backup -- tar -cf /backup/home.tar /home", run_time},
	{"bench", "COMMAND...", 1, -1, 0,
	 ASKING | TIMING | OPTION(EXPORT_JSON) | OPTION(EXPORT_CSV) | OPTION(EXPORT_MARKDOWN) |
		 OPTION(SAVE) | OPTION(NOTE),
	 "time whole commands over many runs, and compare them",
	 "Runs each COMMAND, a line for a shell, again and again, all of them in turn, and\n"
	 "shows how long it takes, and how much longer the others take: ten runs at least,\n"
	 "and for three seconds each, after three that do not count, unless options say\n"
	 "otherwise. --setup, --prepare and --cleanup hold for all commands, or are given\n"
	 "once for each. For FILE, - is standard output. With --save several commands are\n"
	 "kept as NAME/1, NAME/2 ..., or NAME/ and what --name calls them.",
	 "profctl bench --save sort 'sort -n numbers' 'sort numbers'", run_bench},
	{"bench list", "[PATTERN]", 0, 1, 0, ASKING | OPTION(LIMIT) | OPTION(NAMES),
	 "the benchmarks that profd keeps, the latest result of each",
	 "Shows a line for each benchmark that was saved, or for those that fit the\n"
	 "PATTERN, as in a shell: the number of its latest result, how many are kept, and\n"
	 "what the latest tells.",
	 "profctl bench list 'parse/*'", run_bench_list},
	{"bench show", "RESULT", 1, 1, 0, ASKING, "one result, with all that its timings tell",
	 "Shows where and when it was saved, and all figures.\n" RESULTS,
	 "profctl bench show parse/small#12", run_bench_show},
	{"bench compare", "RESULT RESULT", 2, 2, 0, ASKING | OPTION(RELEVANCE),
	 "the second result against the first",
	 "Says how many times faster or slower the second is, and whether that can be\n"
	 "shown: a difference counts when it is --threshold (1 % unless given) or more,\n"
	 "and no chance.\n" RESULTS,
	 "profctl bench compare parse/small#12 ./new.json", run_bench_compare},
	{"bench check", "[COMMAND]", 0, 1, 0,
	 ASKING | TIMING_ONE | OPTION(AGAINST) | OPTION(RESULT) | OPTION(RELEVANCE) | OPTION(SAVE) |
		 OPTION(NOTE),
	 "exit with 1 when something got slower, for a CI",
	 "Times COMMAND, or else what --against was made of, or takes a --result that is\n"
	 "there already, and compares it with --against. Exit status: 0 not slower, 1\n"
	 "slower by --threshold or more, and no chance, 2 wrong usage, or there is nothing\n"
	 "to compare with, 3 profd could not be asked, 4 the command could not be timed.\n" RESULTS,
	 "profctl bench check --against base.json --threshold 3% 'make test'", run_bench_check},
	{"bench history", "NAME", 1, 1, 0, ASKING | OPTION(LIMIT) | OPTION(SINCE),
	 "how a benchmark moved, and where it changed",
	 "Shows a line for each result, the latest last, draws the medians, and says\n"
	 "where they changed their level for good, with what was known of revision and\n"
	 "machine. With --limit only the latest N count.",
	 "profctl bench history parse/small --since 30d", run_bench_history},
	{"bench export", "RESULT", 1, 1, 0, ASKING | OPTION(EXPORT_FORMAT) | OPTION(OUTPUT),
	 "one result for other programs",
	 "Writes a result in JSON, with its timings, or its figures in CSV or Markdown.\n" RESULTS,
	 "profctl bench export parse/small --output base.json", run_bench_export},
	{"bench delete", "NAME[#N]", 1, 1, 0, ASKING | OPTION(YES),
	 "delete one result of a benchmark, or all of them",
	 "Deletes the result with this number, or all of the name, after asking on the\n"
	 "terminal. Where there is no terminal to ask on, --yes is needed.",
	 "profctl bench delete parse/small#3", run_bench_delete},
	{"keygen", "FILE", 1, 1, 0, OPTION(FORCE) | OPTION(JSON),
	 "make a pair of keys for tcp://, of a client or of profd",
	 "Writes a new pair of keys: FILE.secret, which only its owner can read and which\n"
	 "never leaves its machine, and FILE.public for the other side. The name of FILE\n"
	 "is the name that profd knows a client by. Files that exist are left alone\n"
	 "unless --force is given.",
	 "profctl keygen web1", run_keygen},
	{"help", "[COMMAND]", 0, 2, 0, 0, "what profctl or one of its commands does",
	 "Shows what profctl or one of its commands does.", "profctl help time", run_help},
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
