/*
 * Where a series changed.
 */
#include "tests/suite.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "include/profbench.h"

const char suite_name[] = "bench_change";

#define SIGNIFICANCE 0.01

static struct prof_bench_changes *find(const double *values, size_t count)
{
	struct prof_bench_changes *changes = NULL;

	ck_assert_int_eq(prof_bench_find_changes(values, count, SIGNIFICANCE, 1, &changes),
			 PROF_OK);
	return changes;
}

static void draw(struct random *random, double *values, size_t count, double level, double noise)
{
	for (size_t i = 0; i < count; i++)
		values[i] = level * (1 + noise * random_normal(random));
}

/* Three levels, 5 % apart, in noise of 1 %: both changes are found at their place, give or take one
 * value, with the levels beside them. */
START_TEST(changes_are_found_where_they_are)
{
	struct random random = {5};
	struct prof_bench_changes *changes;
	double values[90];

	draw(&random, values, 30, 1.00, 0.01);
	draw(&random, values + 30, 40, 1.05, 0.01);
	draw(&random, values + 70, 20, 0.95, 0.01);
	values[11] = values[52] = 3; /* wild ones are no change */
	changes = find(values, 90);
	ck_assert_uint_eq(changes->count, 2);
	ck_assert_int_le(abs((int)changes->changes[0]->index - 30), 1);
	ck_assert_int_le(abs((int)changes->changes[1]->index - 70), 1);
	ck_assert_double_eq_tol(changes->changes[0]->before, 1.00, 0.01);
	ck_assert_double_eq_tol(changes->changes[0]->after, 1.05, 0.01);
	ck_assert_double_eq_tol(changes->changes[1]->before, 1.05, 0.01);
	ck_assert_double_eq_tol(changes->changes[1]->after, 0.95, 0.01);
	ck_assert(changes->changes[0]->p_value <= SIGNIFICANCE);
	prof_bench_free(changes);
}
END_TEST

/* Of 400 series without a change, at most about 1 of 100 shows one. */
START_TEST(noise_is_no_change)
{
	struct random random = {6};
	double values[40];
	int found = 0;

	for (int i = 0; i < 400; i++) {
		struct prof_bench_changes *changes;

		draw(&random, values, 40, 1, 0.05);
		changes = find(values, 40);
		found += changes->count > 0;
		prof_bench_free(changes);
	}
	printf("series without a change that show one, of 400: %d\n", found);
	ck_assert_int_le(found, 10);
}
END_TEST

/* Of the 252 ways to choose 5 of 10, two are split as clearly: 0.8 %. Of the 70 ways to choose 4 of
 * 8, two are 2.9 %. */
START_TEST(five_values_on_each_side_are_enough)
{
	const double ten[] = {1, 1.01, 1.02, 1.03, 1.04, 2, 2.01, 2.02, 2.03, 2.04};
	struct prof_bench_changes *changes = find(ten, 10);

	ck_assert_uint_eq(changes->count, 1);
	ck_assert_uint_eq(changes->changes[0]->index, 5);
	ck_assert_double_eq_tol(changes->changes[0]->before, 1.02, 1e-12);
	ck_assert_double_eq_tol(changes->changes[0]->after, 2.02, 1e-12);
	prof_bench_free(changes);
	changes = find(ten + 1, 8);
	ck_assert_uint_eq(changes->count, 0);
	prof_bench_free(changes);
}
END_TEST

START_TEST(short_and_level_series_have_none)
{
	double level[50];

	for (size_t i = 0; i < 50; i++)
		level[i] = 0.1;
	for (size_t count = 0; count <= 50; count++) {
		struct prof_bench_changes *changes = find(level, count);

		ck_assert_uint_eq(changes->count, 0);
		prof_bench_free(changes);
	}
}
END_TEST

START_TEST(bad_series_are_refused)
{
	const double values[] = {1, NAN, 2};
	struct prof_bench_changes *changes = NULL;

	ck_assert_int_eq(prof_bench_find_changes(values, 3, 0.01, 1, &changes), PROF_BAD_VALUE);
	ck_assert_int_eq(prof_bench_find_changes(values, 1, 0, 1, &changes), PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_find_changes(values, 1, NAN, 1, &changes), PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_find_changes(values, 100001, 0.01, 1, &changes),
			 PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_find_changes(NULL, 1, 0.01, 1, &changes), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_find_changes(values, 1, 0.01, 1, NULL), PROF_BAD_ARGUMENT);
	ck_assert_ptr_null(changes);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, changes_are_found_where_they_are);
	tcase_add_test(tests, noise_is_no_change);
	tcase_add_test(tests, five_values_on_each_side_are_enough);
	tcase_add_test(tests, short_and_level_series_have_none);
	tcase_add_test(tests, bad_series_are_refused);
}
