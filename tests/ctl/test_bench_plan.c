/*
 * What a command line of `profctl bench` means: words, parameters, and the plan that is made.
 */
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/bench/bench.h"
#include "ctl/bench/scan.h"
#include "ctl/bench/shell.h"
#include "ctl/base/options.h"

const char suite_name[] = "bench plan";

#define WORDS 16

/* A line without a shell is split at blanks; quotes and backslashes keep what they keep in one. */
START_TEST(splitting)
{
	static const struct {
		const char *line, *words[5];
	} lines[] = {
		{"ls", {"ls"}},
		{"  ls \t-l\n /tmp ", {"ls", "-l", "/tmp"}},
		{"echo 'a b' \"c d\" e\\ f", {"echo", "a b", "c d", "e f"}},
		{"'a'\"b\"c", {"abc"}},
		{"echo '' \"\"", {"echo", "", ""}},
		{"echo 'a\\b' \"a\\b\" \"a\\\"b\\\\\" a\\b",
		 {"echo", "a\\b", "a\\b", "a\"b\\", "ab"}},
		{"echo $HOME * ; |", {"echo", "$HOME", "*", ";", "|"}},
		{"tail\\", {"tail\\"}},
	};
	char **split = words_split(lines[_i].line);
	size_t at = 0;

	ck_assert_ptr_nonnull(split);
	for (; at < 5 && lines[_i].words[at] != NULL; at++)
		ck_assert_str_eq(split[at], lines[_i].words[at]);
	ck_assert_ptr_null(split[at]);
	free(split);
}
END_TEST

/* A quote that is not closed, and a line without a word, are none. */
START_TEST(no_words)
{
	static const char *const lines[] = {"", "  \t", "echo 'a", "echo \"a", "echo \"a\\\"", "'"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		ck_assert_ptr_null(words_split(lines[i]));
}
END_TEST

/* A scan has each number up to its end, exactly, with as many decimals as were written. */
START_TEST(scan_numbers)
{
	static const struct {
		struct asked_parameter asked;
		size_t count;
		const char *first, *second, *last;
	} scans[] = {
		{{true, 3, {"n", "1", "8"}}, 8, "1", "2", "8"},
		{{true, 3, {"n", "-1", "1"}}, 3, "-1", "0", "1"},
		{{true, 4, {"n", "0.3", "0.7", "0.2"}}, 3, "0.3", "0.5", "0.7"},
		{{true, 4, {"n", "0", "1", "0.1"}}, 11, "0.0", "0.1", "1.0"},
		{{true, 4, {"n", "1", "2", "0.75"}}, 2, "1.00", "1.75", "1.75"},
		{{true, 4, {"n", "0", "100", "25"}}, 5, "0", "25", "100"},
		{{true, 3, {"n", "-0.5", "0.5"}}, 2, "-0.5", "0.5", "0.5"},
	};
	struct scan scan;

	ck_assert(scan_read(&scan, &scans[_i].asked, 1));
	ck_assert_uint_eq(scan.axes[0].count, scans[_i].count);
	ck_assert_uint_eq(scan.combinations, scans[_i].count);
	ck_assert_str_eq(scan.axes[0].values[0], scans[_i].first);
	ck_assert_str_eq(scan.axes[0].values[1], scans[_i].second);
	ck_assert_str_eq(scan.axes[0].values[scans[_i].count - 1], scans[_i].last);
	scan_free(&scan);
}
END_TEST

/* The values of a list stand between commas; a backslash makes a comma part of one. */
START_TEST(list_values)
{
	static const struct {
		const char *list;
		size_t count;
		const char *values[4];
	} lists[] = {
		{"gcc,clang", 2, {"gcc", "clang"}},
		{"one", 1, {"one"}},
		{"a\\,b,c\\\\d,\\e", 3, {"a,b", "c\\d", "\\e"}},
		{",x,", 3, {"", "x", ""}},
	};
	struct asked_parameter asked = {false, 2, {"n", lists[_i].list}};
	struct scan scan;

	ck_assert(scan_read(&scan, &asked, 1));
	ck_assert_uint_eq(scan.axes[0].count, lists[_i].count);
	for (size_t i = 0; i < lists[_i].count; i++)
		ck_assert_str_eq(scan.axes[0].values[i], lists[_i].values[i]);
	scan_free(&scan);
}
END_TEST

/* Numbers that are none, that end before they begin, or do not end, are refused; so are names that
 * could not stand in braces, and two of the same. */
START_TEST(bad_parameters)
{
	static const struct asked_parameter bad[][2] = {
		{{true, 3, {"n", "a", "2"}}},
		{{true, 3, {"n", "1", ""}}},
		{{true, 3, {"n", "1e3", "2e3"}}},
		{{true, 3, {"n", "2", "1"}}},
		{{true, 4, {"n", "1", "2", "0"}}},
		{{true, 4, {"n", "1", "2", "-1"}}},
		{{true, 3, {"n", "0x1", "0x2"}}},
		{{true, 3, {"n", "0", "99999"}}},
		{{true, 3, {"n", "1", "1.2.3"}}},
		{{true, 3, {"n", "nan", "inf"}}},
		{{true, 3, {"", "1", "2"}}},
		{{false, 2, {"a{b", "x"}}},
		{{true, 3, {"n", "1", "200"}}, {true, 3, {"m", "1", "200"}}},
		{{false, 2, {"n", "1"}}, {false, 2, {"n", "2"}}},
	};
	struct scan scan;

	ck_assert(!scan_read(&scan, bad[_i], bad[_i][1].count > 0 ? 2 : 1));
	scan_free(&scan);
}
END_TEST

/* All combinations are made, the last parameter changing fastest. */
START_TEST(combinations)
{
	static const char *const wanted[] = {"1 x", "1 y", "2 x", "2 y", "3 x", "3 y"};
	const struct asked_parameter asked[] = {{true, 3, {"n", "1", "3"}},
						{false, 2, {"way", "x,y"}}};
	struct scan scan;

	ck_assert(scan_read(&scan, asked, 2));
	ck_assert_uint_eq(scan.combinations, 6);
	for (size_t i = 0; i < 6; i++) {
		struct bench_parameter *picked = scan_pick(&scan, i);
		char *text = scan_fill("{n} {way}", picked, 2);

		ck_assert_str_eq(text, wanted[i]);
		free(text);
		scan_drop(picked, 2);
	}
	scan_free(&scan);
}
END_TEST

/* Each {NAME} is replaced wherever it stands; other braces stay, and so does what was put in. */
START_TEST(filling)
{
	static char n[] = "n", one[] = "1", m[] = "m", braces[] = "{n}";
	const struct bench_parameter parameters[] = {{n, one}, {m, braces}};
	char *text = scan_fill("{n}{n} {x} {n {m} {} }{n}", parameters, 2);

	ck_assert_str_eq(text, "11 {x} {n {n} {} }1");
	free(text);
	ck_assert_ptr_null(scan_fill(NULL, parameters, 2));
	ck_assert(scan_uses("a {n}", "n"));
	ck_assert(!scan_uses("a {nn} n", "n"));
	ck_assert(!scan_uses(NULL, "n"));
}
END_TEST

/* Reads "profctl bench" and these words, and makes a plan of them. Both are to be freed. */
static enum outcome plan_words(struct bench_plan *plan, struct request *r, const char *const *words)
{
	static char program[] = "profctl", bench[] = "bench";
	char *argv[WORDS + 3] = {program, bench};
	int argc = 2;

	for (; words[argc - 2] != NULL; argc++)
		argv[argc] = (char *)words[argc - 2];
	*plan = (struct bench_plan){0};
	if (!request_read(r, argc, argv))
		return OUTCOME_USAGE;
	return bench_plan_read(plan, r, r->operands);
}

/* Without options: ten runs at least, three seconds, three to warm up, by sh, in turn. */
START_TEST(defaults)
{
	static const char *const words[] = {"a", "b", NULL};
	struct bench_plan plan;
	struct request r;

	ck_assert_int_eq(plan_words(&plan, &r, words), OUTCOME_DONE);
	ck_assert_uint_eq(plan.count, 2);
	ck_assert_str_eq(plan.commands[1].line, "b");
	ck_assert_str_eq(plan.commands[1].name, "b");
	ck_assert_ptr_null(plan.commands[0].prepare);
	ck_assert_uint_eq(plan.warmup, 3);
	ck_assert(plan.warmup_bounded && plan.interleaved && !plan.ignore_failure);
	ck_assert_uint_eq(plan.min_runs, 10);
	ck_assert_uint_eq(plan.max_runs, UINT64_MAX);
	ck_assert_double_eq(plan.budget, 3.0);
	ck_assert_double_eq(plan.limit, 0.0);
	ck_assert_str_eq(plan.shell, "sh");
	ck_assert_str_eq(plan.input, "/dev/null");
	ck_assert_int_eq(plan.output, BENCH_OUTPUT_NULL);
	bench_plan_free(&plan);
	request_free(&r);
}
END_TEST

/* How many runs follows from what was asked for. */
START_TEST(counts)
{
	static const struct {
		const char *words[WORDS];
		uint64_t min, max;
		double budget;
	} plans[] = {
		{{"--runs", "7", "a"}, 7, 7, 3.0},
		{{"--min-runs", "3", "a"}, 3, UINT64_MAX, 3.0},
		{{"--max-runs", "4", "a"}, 4, 4, 3.0},
		{{"--max-runs", "40", "a"}, 10, 40, 3.0},
		{{"--min-runs", "2", "--max-runs", "2", "a"}, 2, 2, 3.0},
		{{"--time", "0.5", "a"}, 1, UINT64_MAX, 0.5},
		{{"--time", "60", "--min-runs", "5", "a"}, 5, UINT64_MAX, 60.0},
		{{"--save", "x", "a"}, 10, 100000, 3.0},
	};
	struct bench_plan plan;
	struct request r;

	ck_assert_int_eq(plan_words(&plan, &r, plans[_i].words), OUTCOME_DONE);
	ck_assert_uint_eq(plan.min_runs, plans[_i].min);
	ck_assert_uint_eq(plan.max_runs, plans[_i].max);
	ck_assert_double_eq(plan.budget, plans[_i].budget);
	bench_plan_free(&plan);
	request_free(&r);
}
END_TEST

/* Steps hold for all commands or are given for each, and parameters are put into them too; commands
 * with a set-up or a clean-up are not interleaved. */
START_TEST(steps)
{
	static const char *const words[] = {
		"--prepare", "drop {n}",	 "--setup", "make a", "--setup",  "make b", "a",
		"b {n}",     "--parameter-list", "n",	    "1,2",    "--warmup", "0",	    NULL};
	struct bench_plan plan;
	struct request r;

	ck_assert_int_eq(plan_words(&plan, &r, words), OUTCOME_DONE);
	ck_assert_uint_eq(plan.count, 4);
	ck_assert(!plan.interleaved && !plan.warmup_bounded);
	ck_assert_uint_eq(plan.warmup, 0);
	ck_assert_str_eq(plan.commands[1].prepare, "drop 2");
	ck_assert_str_eq(plan.commands[1].setup, "make a");
	ck_assert_str_eq(plan.commands[3].setup, "make b");
	ck_assert_str_eq(plan.commands[3].line, "b 2");
	ck_assert_ptr_null(plan.commands[3].cleanup);
	bench_plan_free(&plan);
	request_free(&r);
}
END_TEST

/* Names differ, whatever the commands are, and so do those that profd keeps the results under. */
START_TEST(names)
{
	static const struct {
		const char *words[WORDS];
		size_t count;
		const char *names[4], *saved[4];
	} plans[] = {
		{{"--save", "s", "a"}, 1, {"a"}, {"s"}},
		{{"--save", "s", "a", "a"}, 2, {"a", "a (2)"}, {"s/1", "s/2"}},
		{{"--save", "s", "--name", "x", "a", "b"}, 2, {"x", "b"}, {"s/x", "s/2"}},
		{{"--save", "s", "--parameter-scan", "n", "1", "2", "a {n}"},
		 2,
		 {"a 1", "a 2"},
		 {"s/n=1", "s/n=2"}},
		{{"--save", "s", "--parameter-scan", "n", "1", "2", "--name", "x", "a {n}"},
		 2,
		 {"x", "x,n=2"},
		 {"s/x,n=1", "s/x,n=2"}},
		{{"--save", "s", "--parameter-scan", "n", "1", "2", "--name", "x{n}", "a {n}", "b"},
		 4,
		 {"x1", "x2", "b", "2,n=2"},
		 {"s/x1,n=1", "s/x2,n=2", "s/2,n=1", "s/2,n=2"}},
	};
	struct bench_plan plan;
	struct request r;

	ck_assert_int_eq(plan_words(&plan, &r, plans[_i].words), OUTCOME_DONE);
	ck_assert_uint_eq(plan.count, plans[_i].count);
	for (size_t i = 0; i < plan.count; i++) {
		char *saved = bench_saved_name(&plan, &plan.commands[i], r.bench.save);

		ck_assert_str_eq(plan.commands[i].name, plans[_i].names[i]);
		ck_assert_str_eq(saved, plans[_i].saved[i]);
		free(saved);
	}
	bench_plan_free(&plan);
	request_free(&r);
}
END_TEST

/* A name is no longer than one may be, cut at a character. */
START_TEST(long_name)
{
	const char *words[] = {"LINE", "LINE", NULL};
	struct bench_plan plan;
	struct request r;
	char line[601];

	for (size_t i = 0; i < 600; i += 2)
		memcpy(line + i, "\xc3\xa4", 2);
	line[600] = '\0';
	words[0] = words[1] = line;
	ck_assert_int_eq(plan_words(&plan, &r, words), OUTCOME_DONE);
	ck_assert_uint_eq(strlen(plan.commands[0].name), 254);
	ck_assert_str_eq(plan.commands[1].name + 250, " (2)");
	bench_plan_free(&plan);
	request_free(&r);
}
END_TEST

static const char *const refused[][WORDS] = {
	{"--runs", "0", "a"},
	{"--runs", "3", "--time", "1", "a"},
	{"--runs", "3", "--min-runs", "1", "a"},
	{"--min-runs", "3", "--max-runs", "2", "a"},
	{"--time", "0", "a"},
	{"--limit-time", "-1", "a"},
	{"--warmup", "-1", "a"},
	{"--shell", "bash", "--no-shell", "a"},
	{"--shell", "", "a"},
	{"--shell", "'bash", "a"},
	{"--no-shell", "echo 'a"},
	{""},
	{" "},
	{"--name", "x", "--name", "y", "a"},
	{"--name", "x", "--name", "x", "a", "b"},
	{"--name", "", "a"},
	{"--name", "\xff", "a"},
	{"--prepare", "p", "--prepare", "q", "a", "b", "c"},
	{"--parameter-scan", "n", "1", "2", "a"},
	{"--parameter-scan", "n", "1"},
	{"--step", "2", "a"},
	{"--step", "2", "--parameter-scan", "n", "1", "2", "a {n}"},
	{"--parameter-list", "n", "1,2", "--step", "2", "a {n}"},
	{"--save", "", "a"},
	{"--save", "x", "--runs", "100001", "a"},
};

/* What makes no sense is refused. */
START_TEST(nonsense)
{
	struct bench_plan plan;
	struct request r;

	ck_assert_int_eq(plan_words(&plan, &r, refused[_i]), OUTCOME_USAGE);
	bench_plan_free(&plan);
	request_free(&r);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, splitting, 0, 8);
	tcase_add_test(tests, no_words);
	tcase_add_loop_test(tests, scan_numbers, 0, 7);
	tcase_add_loop_test(tests, list_values, 0, 4);
	tcase_add_loop_test(tests, bad_parameters, 0, 14);
	tcase_add_test(tests, combinations);
	tcase_add_test(tests, filling);
	tcase_add_test(tests, defaults);
	tcase_add_loop_test(tests, counts, 0, 8);
	tcase_add_test(tests, steps);
	tcase_add_loop_test(tests, names, 0, 6);
	tcase_add_test(tests, long_name);
	tcase_add_loop_test(tests, nonsense, 0, sizeof(refused) / sizeof(refused[0]));
}
