/*
 * A suite of benchmarks: qsort against a merge sort of our own, memchr against a loop. Prints its
 * report and two verdicts; `--json`, `--csv` and `--markdown` print the report in that form.
 */
#include <profbench.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBERS 10000
#define BYTES	4096

struct numbers {
	int given[NUMBERS], sorted[NUMBERS], room[NUMBERS];
};

/* The same numbers each time, in no order. */
static void draw_numbers(void *argument)
{
	struct numbers *n = argument;
	unsigned state = 1;

	for (int i = 0; i < NUMBERS; i++) {
		state = state * 1664525u + 1013904223u;
		n->given[i] = (int)(state >> 8);
	}
}

/* Not timed: each iteration sorts what has not been sorted before. */
static void shuffle_numbers(void *argument)
{
	struct numbers *n = argument;

	memcpy(n->sorted, n->given, sizeof(n->sorted));
}

static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static int is_sorted(const struct numbers *n)
{
	for (int i = 1; i < NUMBERS; i++)
		if (n->sorted[i - 1] > n->sorted[i])
			return 0;
	return 1;
}

static int sort_with_qsort(void *argument)
{
	struct numbers *n = argument;

	qsort(n->sorted, NUMBERS, sizeof(n->sorted[0]), compare);
	PROF_BENCH_BARRIER();
	return 0;
}

/* From runs of one number to runs of all: each turn merges neighbours into the other array. */
static int sort_by_merging(void *argument)
{
	struct numbers *n = argument;
	int *from = n->sorted, *to = n->room;

	for (int width = 1; width < NUMBERS; width *= 2) {
		int *last = from;

		for (int low = 0; low < NUMBERS; low += 2 * width) {
			int middle = low + width < NUMBERS ? low + width : NUMBERS;
			int high = middle + width < NUMBERS ? middle + width : NUMBERS;

			for (int i = low, j = middle, k = low; k < high; k++)
				to[k] = i < middle && (j == high || from[i] <= from[j]) ? from[i++]
											: from[j++];
		}
		from = to;
		to = last;
	}
	if (from != n->sorted)
		memcpy(n->sorted, from, sizeof(n->sorted));
	PROF_BENCH_BARRIER();
	return 0;
}

/* What it looks for is the last byte. */
static int find_with_memchr(void *argument)
{
	PROF_BENCH_KEEP(memchr(argument, 'x', BYTES));
	return 0;
}

static int find_with_a_loop(void *argument)
{
	const char *bytes = argument;
	int i = 0;

	while (i < BYTES && bytes[i] != 'x')
		i++;
	PROF_BENCH_KEEP(i);
	return 0;
}

static int say(prof_error error)
{
	if (error != PROF_OK)
		fprintf(stderr, "algorithms: %s\n", prof_bench_strerror(error));
	return error == PROF_OK;
}

static int print_report(const prof_bench_suite *suite, enum prof_bench_format format)
{
	char *text;

	if (!say(prof_bench_suite_report(suite, format, &text)))
		return 0;
	fputs(text, stdout);
	prof_bench_free(text);
	return 1;
}

static int print_verdict(const prof_bench_suite *suite, const char *first, const char *second)
{
	struct prof_bench_comparison *comparison;
	char *text;
	int done;

	if (!say(prof_bench_suite_compare(suite, first, second, NULL, &comparison)))
		return 0;
	done = say(prof_bench_comparison_text(comparison, &text));
	prof_bench_free(comparison);
	if (!done)
		return 0;
	puts(text);
	prof_bench_free(text);
	return 1;
}

static int add(prof_bench_suite *suite, const char *name, prof_bench_function function,
	       void *argument, prof_bench_step set_up, prof_bench_step set_up_each)
{
	struct prof_bench_task task = PROF_BENCH_TASK_INIT;

	task.name = name;
	task.function = function;
	task.argument = argument;
	task.set_up = set_up;
	task.set_up_each = set_up_each;
	return say(prof_bench_suite_add(suite, &task, NULL));
}

static int run(prof_bench_suite *suite, struct numbers *numbers, char *bytes,
	       enum prof_bench_format format)
{
	if (!add(suite, "qsort", sort_with_qsort, numbers, draw_numbers, shuffle_numbers) ||
	    !add(suite, "merge sort", sort_by_merging, numbers, draw_numbers, shuffle_numbers) ||
	    !add(suite, "loop", find_with_a_loop, bytes, NULL, NULL) ||
	    !add(suite, "memchr", find_with_memchr, bytes, NULL, NULL) ||
	    !say(prof_bench_suite_run(suite)) || !print_report(suite, format))
		return 0;
	if (!is_sorted(numbers)) {
		fputs("algorithms: the numbers are not sorted\n", stderr);
		return 0;
	}
	if (format != PROF_BENCH_TABLE)
		return 1;
	putchar('\n');
	return print_verdict(suite, "qsort", "merge sort") &&
	       print_verdict(suite, "loop", "memchr");
}

static enum prof_bench_format chosen_format(const char *argument)
{
	if (strcmp(argument, "--json") == 0)
		return PROF_BENCH_JSON;
	if (strcmp(argument, "--csv") == 0)
		return PROF_BENCH_CSV;
	return strcmp(argument, "--markdown") == 0 ? PROF_BENCH_MARKDOWN : PROF_BENCH_TABLE;
}

int main(int argc, char **argv)
{
	static struct numbers numbers;
	static char bytes[BYTES];
	prof_bench_suite *suite;
	int done;

	memset(bytes, '.', sizeof(bytes));
	bytes[BYTES - 1] = 'x';
	if (!say(prof_bench_suite_new("Algorithms", &suite)))
		return 1;
	done = run(suite, &numbers, bytes, argc > 1 ? chosen_format(argv[1]) : PROF_BENCH_TABLE);
	prof_bench_suite_free(suite);
	return done ? 0 : 1;
}
