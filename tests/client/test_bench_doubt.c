/*
 * Doubts that timings raise by themselves, and their sentences.
 */
#include "tests/suite.h"

#include <string.h>

#include "include/profbench.h"

const char suite_name[] = "bench_doubt";

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct prof_bench_result *result_of(const double *timings, size_t count)
{
	struct prof_bench_result *result = NULL;

	ck_assert_int_eq(prof_bench_result_from("x", timings, count, NULL, &result), PROF_OK);
	return result;
}

START_TEST(drift_is_doubted_and_noise_is_not)
{
	struct random random = {3};
	double values[100];
	struct prof_bench_result *r;

	for (size_t i = 0; i < COUNT(values); i++)
		values[i] = 1 + 0.05 * random_unit(&random);
	r = result_of(values, COUNT(values));
	ck_assert_uint_eq(r->doubts, 0);
	prof_bench_free(r);
	for (size_t i = 0; i < COUNT(values); i++)
		values[i] += 0.001 * (double)i;
	r = result_of(values, COUNT(values));
	ck_assert_uint_eq(r->doubts, 1u << PROF_BENCH_DRIFT);
	ck_assert(r->drift > 0.04 && r->drift < 0.09);
	prof_bench_free(r);
}
END_TEST

START_TEST(outliers_are_doubted_above_a_tenth)
{
	double values[20];
	struct prof_bench_result *r;

	for (size_t i = 0; i < COUNT(values); i++)
		values[i] = 1 + (i * 7 % 20) * 0.01;
	values[3] = values[11] = 9;
	r = result_of(values, COUNT(values));
	ck_assert_uint_eq(r->severe_outliers, 2);
	ck_assert_uint_eq(r->doubts, 0);
	prof_bench_free(r);
	values[16] = 9;
	r = result_of(values, COUNT(values));
	ck_assert_uint_eq(r->doubts, 1u << PROF_BENCH_OUTLIERS);
	prof_bench_free(r);
}
END_TEST

START_TEST(doubts_are_sentences)
{
	const double one[] = {1};
	struct prof_bench_result *r = result_of(one, 1);
	char text[256], small[4];

	r->doubts = (1u << PROF_BENCH_DOUBTS) - 1;
	r->failures = 3;
	r->error = 7;
	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++) {
		size_t length = prof_bench_doubt_text(r, i, text, sizeof(text));

		ck_assert_uint_gt(length, 10);
		ck_assert_uint_eq(length, strlen(text));
	}
	prof_bench_doubt_text(r, PROF_BENCH_FAILED, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "3 calls failed, the first with 7"));
	ck_assert_uint_gt(prof_bench_doubt_text(r, PROF_BENCH_SINGLE, small, sizeof(small)), 10);
	ck_assert_str_eq(small, "one");
	ck_assert_uint_gt(prof_bench_doubt_text(r, PROF_BENCH_SINGLE, NULL, 0), 10);
	r->doubts = 0;
	ck_assert_uint_eq(prof_bench_doubt_text(r, PROF_BENCH_SINGLE, text, sizeof(text)), 0);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(prof_bench_doubt_text(NULL, PROF_BENCH_SINGLE, NULL, 0), 0);
	prof_bench_free(r);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, drift_is_doubted_and_noise_is_not);
	tcase_add_test(tests, outliers_are_doubted_above_a_tenth);
	tcase_add_test(tests, doubts_are_sentences);
}
