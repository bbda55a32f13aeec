/*
 * Large answers written as text are what jansson makes of the same, to the byte.
 */
#include "tests/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/scarce.h"
#include "view/json.h"
#include "view/large.h"

const char suite_name[] = "large";

#define FUNCTIONS 500

static const char *const names[] = {"f", "größe",    "a\"b\\c/d",	 "\x01\x1f\b\f\n\r\t\x7f",
				    "",	 "<script>", "\xf0\x9f\x94\xa5", "a\xe2\x80\xa8z"};
static const double values[] = {
	0.0,	1.0,  0.1,	1e-9,	   1e-5, 123456789.0,	      1e15,  1e16, 1e20, 1.5e300,
	5e-324, -0.0, INFINITY, -INFINITY, NAN,	 0.30000000000000004, 1e100, 100.0};

static struct prof_stats stats[FUNCTIONS];
static const struct prof_stats *rows[FUNCTIONS];

static double value(struct random *dice)
{
	size_t count = sizeof(values) / sizeof(values[0]);
	uint64_t which = random_below(dice, 2 * count);

	return which < count ? values[which] : exp(40.0 * random_unit(dice) - 20.0);
}

static void make(void)
{
	struct random dice = {3};

	for (size_t i = 0; i < FUNCTIONS; i++) {
		struct prof_stats *s = &stats[i];
		double *const reals[] = {&s->total_seconds, &s->min_seconds, &s->max_seconds,
					 &s->avg_seconds,   &s->avg_ms,	     &s->max_ms,
					 &s->p50,	    &s->p75,	     &s->p90,
					 &s->p95,	    &s->p99,	     &s->p999};

		rows[i] = s;
		s->function_name = names[i % (sizeof(names) / sizeof(names[0]))];
		s->call_count = random_next(&dice) >> random_below(&dice, 64);
		s->error_count = i == 0 ? UINT64_MAX : random_below(&dice, 100);
		s->slow_count = i == 0 ? INT64_MAX : random_below(&dice, 100);
		s->doubtful = (unsigned)random_below(&dice, 1u << PROF_QUANTILES);
		for (size_t r = 0; r < sizeof(reals) / sizeof(reals[0]); r++)
			*reals[r] = value(&dice);
	}
}

/* All figures, names and marks of doubt come out the same on both ways. */
START_TEST(test_same)
{
	for (size_t count = 0; count <= FUNCTIONS; count = 5 * count + 1) {
		char *expected = view_text(view_functions(rows, count), JSON_COMPACT);
		size_t size;
		char *text = large_functions(rows, count, &size);

		ck_assert_str_eq(text, expected);
		ck_assert_uint_eq(size, strlen(expected));
		free(text);
		free(expected);
	}
}
END_TEST

/* Changes hold the totals, the mark and the same functions. */
START_TEST(test_changes)
{
	struct prof_changes changes = {.whole = true,
				       .profiled_functions = 7,
				       .total_calls = UINT64_MAX,
				       .slow_calls = 2,
				       .errors = 3,
				       .total_seconds = 1.5,
				       .since = 1700000000.25,
				       .count = 2,
				       .functions = rows};
	json_t *read;
	size_t size;
	char *text = large_changes(&changes, "12.34", &size);

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
	ck_assert_uint_eq(json_array_size(json_object_get(read, "functions")), 2);
	ck_assert_uint_eq(json_object_size(read), 9);
	json_decref(read);
	free(text);
}
END_TEST

/* Memory that runs out at any step gives nothing, and leaves nothing behind. */
START_TEST(test_no_memory)
{
	size_t size;
	unsigned failed = 0;

	for (unsigned n = 1;; n++) {
		char *text;

		scarce_fail(n);
		text = large_functions(rows, FUNCTIONS, &size);
		scarce_fail(0);
		failed += text == NULL;
		free(text);
		if (text != NULL)
			break;
	}
	ck_assert_uint_gt(failed, 1);
}
END_TEST

void suite_tests(TCase *tests)
{
	make();
	tcase_add_test(tests, test_same);
	tcase_add_test(tests, test_changes);
	tcase_add_test(tests, test_no_memory);
}
