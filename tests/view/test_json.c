/*
 * Answers as JSON that no whole program is asked for in other tests.
 */
#include "tests/suite.h"

#include <jansson.h>
#include <stdlib.h>

#include "view/json.h"

const char suite_name[] = "json";

/* Changes hold the totals, the mark and the functions. */
START_TEST(test_changes)
{
	struct prof_stats stats[2] = {{.function_name = "f", .doubtful = 1u << PROF_P99 | 1u},
				      {.function_name = "g", .p999 = 0.25}};
	const struct prof_stats *rows[2] = {&stats[0], &stats[1]};
	struct prof_changes changes = {.whole = 1,
				       .profiled_functions = 7,
				       .total_calls = UINT64_MAX,
				       .slow_calls = 2,
				       .errors = 3,
				       .total_seconds = 1.5,
				       .since = 1700000000.25,
				       .count = 2,
				       .functions = rows};
	struct writer w = {0};
	json_t *read, *functions;
	size_t size;
	char *text;

	w.to = open_memstream(&text, &size);
	view_changes(&w, &changes, "12.34");
	fclose(w.to);
	ck_assert(!w.failed);
	read = json_loadb(text, size, 0, NULL);
	ck_assert_ptr_nonnull(read);
	ck_assert(json_is_true(json_object_get(read, "whole")));
	ck_assert_int_eq(json_integer_value(json_object_get(read, "profiled_functions")), 7);
	ck_assert_int_eq(json_integer_value(json_object_get(read, "total_calls")), INT64_MAX);
	ck_assert_int_eq(json_integer_value(json_object_get(read, "slow_calls")), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(read, "errors")), 3);
	ck_assert_double_eq(json_real_value(json_object_get(read, "total_seconds")), 1.5);
	ck_assert_double_eq(json_real_value(json_object_get(read, "since")), 1700000000.25);
	ck_assert_str_eq(json_string_value(json_object_get(read, "mark")), "12.34");
	ck_assert_uint_eq(json_object_size(read), 9);
	functions = json_object_get(read, "functions");
	ck_assert_uint_eq(json_array_size(functions), 2);
	ck_assert_uint_eq(
		json_array_size(json_object_get(json_array_get(functions, 0), "doubtful")), 2);
	ck_assert_double_eq(json_real_value(json_object_get(json_array_get(functions, 1), "p99.9")),
			    0.25);
	json_decref(read);
	free(text);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_changes);
}
