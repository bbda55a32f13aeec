/*
 * Series of saved results, and saved results as JSON.
 */
#include "tests/suite.h"

#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "view/json_saved.h"
#include "view/series.h"

const char suite_name[] = "series";

#define MOST 40

/* A writer, and what it wrote, read back. */
struct written {
	struct writer w;
	char *text;
	size_t size;
};

static struct writer *begin(struct written *to)
{
	*to = (struct written){0};
	to->w.to = open_memstream(&to->text, &to->size);
	return &to->w;
}

static json_t *end(struct written *to)
{
	json_t *read;

	ck_assert(!to->w.failed);
	fclose(to->w.to);
	read = json_loadb(to->text, to->size, JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(read);
	free(to->text);
	return read;
}

/* Saved one a day, the latest first, as profd tells them. */
struct kept {
	struct prof_benchmark benchmarks[MOST];
	struct prof_saved results[MOST];
	const struct prof_saved *rows[MOST];
	struct prof_saved_list list;
};

static void keep(struct kept *k, size_t count, size_t changed_at)
{
	struct random random = {9};

	k->list = (struct prof_saved_list){count, k->rows};
	for (size_t i = 0; i < count; i++) {
		double level = i < changed_at ? 0.010 : 0.011;

		k->rows[count - 1 - i] = &k->results[i];
		k->benchmarks[i] = (struct prof_benchmark){.name = "sort",
							   .count = 10,
							   .machine = i < 20 ? "anvil" : "bolt",
							   .processor = "",
							   .revision = i % 2 == 0 ? "even" : ""};
		k->results[i] = (struct prof_saved){
			.benchmark = &k->benchmarks[i],
			.number = i + 1,
			.saved = 1e9 + 86400.0 * (double)i,
			.uid = i == 0 ? UINT_MAX : 1000,
			.median = level * (1 + 0.01 * random_normal(&random)),
		};
	}
}

/* The oldest stands first, and the change is found where it is, with what was known around it. */
START_TEST(a_change_is_found)
{
	struct series series;
	struct kept k;
	json_t *object, *change;
	struct written to;

	keep(&k, MOST, 25);
	ck_assert(series_find(&series, &k.list, 0.0));
	ck_assert_uint_eq(series.count, MOST);
	ck_assert_uint_eq(series.results[0]->number, 1);
	ck_assert_uint_eq(series.changes->count, 1);
	ck_assert_uint_eq(series.changes->changes[0]->index, 25);
	ck_assert_ptr_eq(series_change_at(&series, 25), series.changes->changes[0]);
	ck_assert_ptr_null(series_change_at(&series, 24));
	view_series(begin(&to), "sort", &series);
	object = end(&to);
	ck_assert_uint_eq(json_array_size(json_object_get(object, "results")), MOST);
	change = json_array_get(json_object_get(object, "changes"), 0);
	ck_assert_int_eq(json_integer_value(json_object_get(change, "number")), 26);
	ck_assert_int_eq(json_integer_value(json_object_get(change, "previous_number")), 25);
	ck_assert_str_eq(json_string_value(json_object_get(change, "verdict")), "slower");
	ck_assert_double_eq_tol(json_number_value(json_object_get(change, "ratio")), 1.1, 0.02);
	ck_assert(json_is_null(json_object_get(change, "revision")));
	ck_assert_str_eq(json_string_value(json_object_get(change, "previous_revision")), "even");
	ck_assert(json_is_false(json_object_get(change, "other_machine")));
	json_decref(object);
	series_free(&series);
}
END_TEST

/* A series that does not change shows no change; neither does a part that begins behind one. */
START_TEST(no_change_is_invented)
{
	struct series series;
	struct kept k;

	keep(&k, MOST, MOST);
	ck_assert(series_find(&series, &k.list, 0.0));
	ck_assert_uint_eq(series.changes->count, 0);
	series_free(&series);
	keep(&k, MOST, 25);
	ck_assert(series_find(&series, &k.list, 1e9 + 86400.0 * 25));
	ck_assert_uint_eq(series.count, MOST - 25);
	ck_assert_uint_eq(series.changes->count, 0);
	series_free(&series);
	ck_assert(series_find(&series, &k.list, 2e9));
	ck_assert_uint_eq(series.count, 0);
	series_free(&series);
}
END_TEST

/* Machines differ where both are known and are not the same. */
START_TEST(machines_differ_where_they_are_known)
{
	const struct prof_benchmark anvil = {.machine = "anvil", .processor = "Z80"},
				    bolt = {.machine = "bolt", .processor = "Z80"},
				    upgraded = {.machine = "anvil", .processor = "6502"},
				    unknown = {.machine = "", .processor = NULL};

	ck_assert(series_machines_differ(&anvil, &bolt));
	ck_assert(series_machines_differ(&anvil, &upgraded));
	ck_assert(!series_machines_differ(&anvil, &anvil));
	ck_assert(!series_machines_differ(&anvil, &unknown));
	ck_assert(!series_machines_differ(&unknown, &bolt));
}
END_TEST

/* What is not known is null, and so is a figure that the timings cannot give. */
START_TEST(what_is_not_known_is_null)
{
	const double timing = 0.25;
	const struct prof_benchmark benchmark = {
		.name = "x", .timings = &timing, .count = 1, .note = "n"};
	struct prof_saved saved = {.benchmark = &benchmark, .number = 1, .uid = UINT_MAX};
	struct result result = {.label = "x#1", .benchmark = &benchmark, .saved = &saved};
	struct prof_bench_result *figures = NULL;
	struct written to;
	json_t *object;

	ck_assert_int_eq(result_find_figures(&benchmark, "x#1", &figures), PROF_OK);
	result.figures = figures;
	view_result(begin(&to), NULL, &result, false);
	object = end(&to);
	ck_assert(json_is_null(json_object_get(object, "uid")));
	ck_assert(json_is_null(json_object_get(object, "machine")));
	ck_assert(json_is_null(json_object_get(object, "std_dev")));
	ck_assert_str_eq(json_string_value(json_object_get(object, "note")), "n");
	ck_assert_int_eq(json_integer_value(json_object_get(object, "number")), 1);
	ck_assert(json_is_null(json_object_get(object, "mean_ci_low")));
	ck_assert_double_eq(json_number_value(json_object_get(object, "p99")), 0.25);
	ck_assert_uint_eq(json_array_size(json_object_get(object, "doubts")), 1);
	prof_bench_free(figures);
	json_decref(object);
}
END_TEST

/* The ratio to a median of 0 is infinite, which JSON cannot say. */
START_TEST(a_comparison_with_nothing_is_null)
{
	const struct prof_bench_comparison c = {
		.first = "a", .second = "b", .ratio = INFINITY, .ratio_ci = {NAN, NAN}};
	struct written to;
	json_t *object;

	view_comparison(begin(&to), NULL, &c);
	object = end(&to);
	ck_assert(json_is_null(json_object_get(object, "ratio")));
	ck_assert(json_is_null(json_array_get(json_object_get(object, "ratio_ci"), 0)));
	ck_assert_str_eq(json_string_value(json_object_get(object, "verdict")),
			 "no difference that can be shown");
	json_decref(object);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, a_change_is_found);
	tcase_add_test(tests, no_change_is_invented);
	tcase_add_test(tests, machines_differ_where_they_are_known);
	tcase_add_test(tests, what_is_not_known_is_null);
	tcase_add_test(tests, a_comparison_with_nothing_is_null);
}
