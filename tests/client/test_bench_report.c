/*
 * Suites and their reports.
 */
#include "tests/suite.h"

#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "include/profbench.h"

const char suite_name[] = "bench_report";

static const double slow[] = {0.002, 0.0021, 0.1 / 3, 0.00205, 0.0019};
static const double fast[] = {1e-6, 1.5e-6, 2e-6};

static struct prof_bench_result *result_of(const char *name, const double *timings, size_t count)
{
	struct prof_bench_result *result = NULL;

	ck_assert_int_eq(prof_bench_result_from(name, timings, count, NULL, &result), PROF_OK);
	return result;
}

static prof_bench_suite *suite_of(const char *first, const char *second)
{
	prof_bench_suite *suite = NULL;
	struct prof_bench_result *one = result_of(first, slow, 5),
				 *two = result_of(second, fast, 3);

	ck_assert_int_eq(prof_bench_suite_new("Title", &suite), PROF_OK);
	ck_assert_int_eq(prof_bench_suite_add_result(suite, one), PROF_OK);
	ck_assert_int_eq(prof_bench_suite_add_result(suite, two), PROF_OK);
	prof_bench_free(one);
	prof_bench_free(two);
	return suite;
}

static char *report(const prof_bench_suite *suite, enum prof_bench_format format)
{
	char *text = NULL;

	ck_assert_int_eq(prof_bench_suite_report(suite, format, &text), PROF_OK);
	return text;
}

START_TEST(a_table_is_aligned)
{
	prof_bench_suite *suite = suite_of("slow one", "f\u00fcr");
	char *text = report(suite, PROF_BENCH_TABLE);

	ck_assert_str_eq(
		text,
		"Title\n\n"
		"benchmark  timings    median                  95 %      mean   std dev       min  "
		"     max  relative\n"
		"slow one         5  2.050 ms  1.900 ms .. 33.33 ms  8.277 ms  14.01 ms  1.900 ms  "
		"33.33 ms   1366.67\n"
		"f\u00fcr              3  1.500 us  1.000 us .. 2.000 us  1.500 us    500 ns  "
		"1.000 us  "
		"2.000 us      1.00\n"
		"\n"
		"slow one: 1 of 5 timings are outliers, 1 of them severe\n");
	prof_bench_free(text);
	prof_bench_suite_free(suite);
}
END_TEST

START_TEST(markdown_takes_any_name)
{
	prof_bench_suite *suite = suite_of("a | b\n", "`c`");
	char *text = report(suite, PROF_BENCH_MARKDOWN);

	ck_assert_ptr_nonnull(strstr(text, "### Title\n\n| benchmark | timings |"));
	ck_assert_ptr_nonnull(
		strstr(text, "\n| `a \\| b\\x0a` | 5 | 2.050 ms | 1.900 ms .. 33.33 ms |"));
	ck_assert_ptr_nonnull(strstr(text, "\n| `` `c` `` | 3 | 1.500 us |"));
	prof_bench_free(text);
	prof_bench_suite_free(suite);
}
END_TEST

START_TEST(a_title_is_one_line)
{
	char *text = NULL;

	for (int format = PROF_BENCH_TABLE; format <= PROF_BENCH_MARKDOWN; format++) {
		ck_assert_int_eq(prof_bench_report("a\x1b[2J\nb", NULL, 0, format, &text), PROF_OK);
		ck_assert_ptr_nonnull(strstr(text, "a\\x1b[2J\\x0ab\n\n"));
		ck_assert_ptr_null(strchr(text, '\x1b'));
		prof_bench_free(text);
	}
}
END_TEST

START_TEST(csv_takes_any_name)
{
	prof_bench_suite *suite = suite_of("a,\"b\"", "c");
	char *text = report(suite, PROF_BENCH_CSV), *line = strchr(text, '\n') + 1;
	size_t commas = 0, heads = 0;

	ck_assert_ptr_eq(strstr(text, "name,iterations,warmup,batch,failures,"), text);
	ck_assert_ptr_eq(strstr(line, "\"a,\"\"b\"\"\",5,0,1,0,0,0,0,"), line);
	line = strchr(line, '\n') + 1;
	ck_assert_ptr_eq(strstr(line, "c,3,0,1,0,0,0,0,1.5e-06,"), line);
	for (const char *c = text; *c != '\n'; c++)
		heads += *c == ',';
	for (const char *c = line; *c != '\n'; c++)
		commas += *c == ',';
	ck_assert_uint_eq(heads, commas);
	prof_bench_free(text);
	prof_bench_suite_free(suite);
}
END_TEST

/* jansson reads back what was written by hand. */
START_TEST(json_gives_the_same_timings_back)
{
	const char *name = "quote \" backslash \\ newline \n bell \a \u00e9 \u2028";
	prof_bench_suite *suite = suite_of(name, "c");
	char *text = report(suite, PROF_BENCH_JSON);
	json_error_t error;
	json_t *read = json_loads(text, JSON_REJECT_DUPLICATES, &error), *result, *timings;

	if (read == NULL)
		ck_abort_msg("%s", error.text);
	ck_assert_int_eq(json_integer_value(json_object_get(read, "format")), 1);
	ck_assert_str_eq(json_string_value(json_object_get(read, "title")), "Title");
	ck_assert_int_ge(
		json_integer_value(json_object_get(json_object_get(read, "machine"), "processors")),
		1);
	result = json_array_get(json_object_get(read, "results"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(result, "name")), name);
	ck_assert_int_eq(json_integer_value(json_object_get(result, "iterations")), 5);
	ck_assert_uint_eq(json_array_size(json_object_get(result, "doubts")), 1);
	timings = json_object_get(result, "timings");
	ck_assert_uint_eq(json_array_size(timings), 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_double_eq(json_real_value(json_array_get(timings, i)), slow[i]);
	json_decref(read);
	prof_bench_free(text);
	prof_bench_suite_free(suite);
}
END_TEST

START_TEST(what_is_not_known_is_null)
{
	const double one = 0.5;
	struct prof_bench_result *r = result_of("x", &one, 1);
	const struct prof_bench_result *results[] = {r};
	char *text = NULL;

	ck_assert_int_eq(prof_bench_report(NULL, results, 1, PROF_BENCH_JSON, &text), PROF_OK);
	ck_assert_ptr_nonnull(strstr(text, "\"std_dev\": null"));
	ck_assert_ptr_nonnull(strstr(text, "\"mean\": 0.5,"));
	ck_assert_ptr_nonnull(strstr(text, "one timing only"));
	prof_bench_free(text);
	ck_assert_int_eq(prof_bench_report(NULL, results, 1, PROF_BENCH_TABLE, &text), PROF_OK);
	ck_assert_ptr_eq(strstr(text, "benchmark"), text);
	ck_assert_ptr_nonnull(strstr(text, "  - .. -  500.0 ms"));
	prof_bench_free(text);
	prof_bench_free(r);
}
END_TEST

/* Where German can be made, its comma appears nowhere. */
START_TEST(a_locale_changes_nothing)
{
	prof_bench_suite *suite = suite_of("a", "b");
	char *before[2], *after;

	before[0] = report(suite, PROF_BENCH_TABLE);
	before[1] = report(suite, PROF_BENCH_CSV);
	if (setlocale(LC_ALL, "de_DE.UTF-8") != NULL || setlocale(LC_ALL, "de_DE.utf8") != NULL)
		ck_assert_str_eq(localeconv()->decimal_point, ",");
	after = report(suite, PROF_BENCH_TABLE);
	ck_assert_str_eq(before[0], after);
	prof_bench_free(after);
	after = report(suite, PROF_BENCH_CSV);
	ck_assert_str_eq(before[1], after);
	prof_bench_free(after);
	prof_bench_free(before[0]);
	prof_bench_free(before[1]);
	prof_bench_suite_free(suite);
}
END_TEST

START_TEST(results_are_found_and_compared_by_name)
{
	prof_bench_suite *suite = suite_of("a", "b");
	struct prof_bench_comparison *comparison = NULL;

	ck_assert_uint_eq(prof_bench_suite_count(suite), 2);
	ck_assert_str_eq(prof_bench_suite_get(suite, 1)->name, "b");
	ck_assert_ptr_null(prof_bench_suite_get(suite, 2));
	ck_assert_ptr_eq(prof_bench_suite_find(suite, "a"), prof_bench_suite_get(suite, 0));
	ck_assert_int_eq(prof_bench_suite_compare(suite, "a", "b", NULL, &comparison), PROF_OK);
	ck_assert_int_eq(comparison->verdict, PROF_BENCH_FASTER);
	prof_bench_free(comparison);
	ck_assert_int_eq(prof_bench_suite_compare(suite, "a", "c", NULL, &comparison),
			 PROF_NOT_FOUND);
	prof_bench_suite_free(suite);
}
END_TEST

static bool stop_at_twenty(void *context)
{
	return *(uint64_t *)context >= 20;
}

static int count_call(void *argument)
{
	++*(uint64_t *)argument;
	return 0;
}

static struct prof_bench_options single_calls(uint64_t iterations)
{
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;

	options.iterations = iterations;
	options.warmup = 0;
	options.batch = 1;
	return options;
}

START_TEST(a_suite_runs_what_has_not_been_run)
{
	uint64_t calls = 0;
	prof_bench_suite *suite = suite_of("a", "b");
	struct prof_bench_task task = {
		.size = sizeof(task), .name = "c", .function = count_call, .argument = &calls};
	struct prof_bench_options options = single_calls(7);

	ck_assert_int_eq(prof_bench_suite_add(suite, &task, &options), PROF_OK);
	ck_assert_int_eq(prof_bench_suite_add(suite, &task, &options), PROF_BAD_NAME);
	ck_assert_ptr_null(prof_bench_suite_find(suite, "c"));
	ck_assert_int_eq(prof_bench_suite_run(suite), PROF_OK);
	ck_assert_int_eq(prof_bench_suite_run(suite), PROF_OK);
	ck_assert_uint_eq(calls, 7);
	ck_assert_uint_eq(prof_bench_suite_find(suite, "c")->iterations, 7);
	ck_assert_uint_eq(prof_bench_suite_count(suite), 3);
	prof_bench_suite_free(suite);
}
END_TEST

START_TEST(a_stopped_suite_keeps_what_it_has)
{
	uint64_t calls = 0;
	prof_bench_suite *suite = NULL;
	struct prof_bench_task task = {
		.size = sizeof(task), .function = count_call, .argument = &calls};
	struct prof_bench_options options = single_calls(15);

	options.stop = stop_at_twenty;
	options.context = &calls;
	ck_assert_int_eq(prof_bench_suite_new("x", &suite), PROF_OK);
	task.name = "a";
	ck_assert_int_eq(prof_bench_suite_add(suite, &task, &options), PROF_OK);
	task.name = "b";
	ck_assert_int_eq(prof_bench_suite_add(suite, &task, &options), PROF_OK);
	task.name = "c";
	ck_assert_int_eq(prof_bench_suite_add(suite, &task, &options), PROF_OK);
	ck_assert_int_eq(prof_bench_suite_run(suite), PROF_STOPPED);
	ck_assert_uint_eq(calls, 20);
	ck_assert_uint_eq(prof_bench_suite_find(suite, "a")->iterations, 15);
	ck_assert_uint_eq(prof_bench_suite_find(suite, "b")->iterations, 5);
	ck_assert_int_eq(prof_bench_suite_find(suite, "b")->stopped, 1);
	ck_assert_ptr_null(prof_bench_suite_find(suite, "c"));
	prof_bench_suite_free(suite);
}
END_TEST

START_TEST(bad_input_is_refused)
{
	prof_bench_suite *suite = NULL;
	const struct prof_bench_result *none[] = {NULL};
	char *text = NULL;

	prof_bench_suite_free(NULL);
	ck_assert_int_eq(prof_bench_suite_new("x", NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_suite_new("", &suite), PROF_BAD_NAME);
	ck_assert_int_eq(prof_bench_suite_add(NULL, NULL, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_suite_add_result(NULL, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_suite_run(NULL), PROF_BAD_ARGUMENT);
	ck_assert_uint_eq(prof_bench_suite_count(NULL), 0);
	ck_assert_ptr_null(prof_bench_suite_get(NULL, 0));
	ck_assert_ptr_null(prof_bench_suite_find(NULL, "x"));
	ck_assert_int_eq(prof_bench_suite_report(NULL, PROF_BENCH_TABLE, &text), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_report(NULL, none, 1, PROF_BENCH_TABLE, &text),
			 PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_report(NULL, NULL, 1, PROF_BENCH_TABLE, &text),
			 PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_report(NULL, NULL, 0, (enum prof_bench_format)99, &text),
			 PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_report("\xff", NULL, 0, PROF_BENCH_TABLE, &text),
			 PROF_BAD_NAME);
	ck_assert_ptr_null(text);
	ck_assert_int_eq(prof_bench_report(NULL, NULL, 0, PROF_BENCH_JSON, &text), PROF_OK);
	prof_bench_free(text);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, a_table_is_aligned);
	tcase_add_test(tests, markdown_takes_any_name);
	tcase_add_test(tests, a_title_is_one_line);
	tcase_add_test(tests, csv_takes_any_name);
	tcase_add_test(tests, json_gives_the_same_timings_back);
	tcase_add_test(tests, what_is_not_known_is_null);
	tcase_add_test(tests, a_locale_changes_nothing);
	tcase_add_test(tests, results_are_found_and_compared_by_name);
	tcase_add_test(tests, a_suite_runs_what_has_not_been_run);
	tcase_add_test(tests, a_stopped_suite_keeps_what_it_has);
	tcase_add_test(tests, bad_input_is_refused);
}
