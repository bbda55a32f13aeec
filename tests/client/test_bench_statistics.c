/*
 * What timings tell, against numbers of NumPy 1.24.2 and SciPy 1.10.1.
 */
#include "tests/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/bootstrap.h"
#include "client/bench/rank.h"
#include "include/profbench.h"
#include "proto/statistics.h"

const char suite_name[] = "bench_statistics";

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const double skewed[] = {12.6, 11.9, 12.1, 12.3, 14.8, 12.0,
				12.2, 11.8, 12.4, 30.1, 12.5, 12.0};
static const double plain[] = {10.2, 9.8,  10.5,  11.0, 9.9,   10.1, 10.4, 10.0, 12.5,	10.3, 9.7,
			       10.6, 10.8, 10.15, 9.95, 10.25, 10.7, 9.85, 11.2, 10.05, 10.35};

static void ck_near(double found, double expected)
{
	double allowed = 1e-12 * fabs(expected);

	if (!(fabs(found - expected) <= allowed))
		ck_abort_msg("%.17g, expected %.17g", found, expected);
}

static struct prof_bench_result *result_of(const double *timings, size_t count)
{
	struct prof_bench_result *result = NULL;

	ck_assert_int_eq(prof_bench_result_from("x", timings, count, NULL, &result), PROF_OK);
	return result;
}

/* mean(), std(ddof=1), percentile() of NumPy; median_abs_deviation() of SciPy. */
START_TEST(figures_are_those_of_numpy)
{
	struct prof_bench_result *r = result_of(skewed, COUNT(skewed));

	ck_near(r->mean, 13.891666666666666);
	ck_near(r->std_dev, 5.165173293464137);
	ck_near(r->min_time, 11.8);
	ck_near(r->max_time, 30.1);
	ck_near(r->total, 166.7);
	ck_near(r->median, 12.25);
	ck_near(r->p50, 12.25);
	ck_near(r->p75, 12.525);
	ck_near(r->p90, 14.58);
	ck_near(r->p95, 21.684999999999988);
	ck_near(r->p99, 28.41700000000001);
	ck_near(r->mad, 0.25);
	ck_assert_uint_eq(r->mild_outliers, 0);
	ck_assert_uint_eq(r->severe_outliers, 2);
	ck_assert_uint_eq(r->iterations, COUNT(skewed));
	ck_assert_mem_eq(r->timings, skewed, sizeof(skewed));
	ck_assert_str_eq(r->name, "x");
	prof_bench_free(r);
}
END_TEST

/* statistics.quantiles(n=4, method='inclusive') of Python gives 4.0, 4.5, 5.5 for the same; the
 * fences are at 1.75 and 7.75, -0.5 and 10. */
START_TEST(outliers_are_beyond_the_fences)
{
	const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
	struct prof_bench_result *r = result_of(values, COUNT(values));

	ck_near(r->p75, 5.5);
	ck_near(r->std_dev, 2.138089935299395);
	ck_near(r->mad, 0.5);
	ck_assert_uint_eq(r->mild_outliers, 1);
	ck_assert_uint_eq(r->severe_outliers, 0);
	prof_bench_free(r);
}
END_TEST

START_TEST(any_percentile_can_be_asked_for)
{
	double p;

	ck_assert_int_eq(prof_bench_percentile(skewed, COUNT(skewed), 0, &p), PROF_OK);
	ck_near(p, 11.8);
	ck_assert_int_eq(prof_bench_percentile(skewed, COUNT(skewed), 100, &p), PROF_OK);
	ck_near(p, 30.1);
	/* numpy.percentile(a, 33.3) */
	ck_assert_int_eq(prof_bench_percentile(skewed, COUNT(skewed), 33.3, &p), PROF_OK);
	ck_near(p, 12.0663);
	ck_assert_int_eq(prof_bench_percentile(skewed, 1, 99, &p), PROF_OK);
	ck_near(p, 12.6);
	ck_assert_int_eq(prof_bench_percentile(skewed, 2, 100.1, &p), PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_percentile(skewed, 2, NAN, &p), PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_percentile(skewed, 0, 50, &p), PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_percentile(NULL, 1, 50, &p), PROF_BAD_ARGUMENT);
	ck_near(p, 12.6);
}
END_TEST

START_TEST(one_timing_gives_what_it_can)
{
	const double one[] = {0.25};
	struct prof_bench_result *r = result_of(one, 1);

	ck_near(r->mean, 0.25);
	ck_near(r->median, 0.25);
	ck_near(r->p99, 0.25);
	ck_assert_double_eq(r->mad, 0);
	ck_assert(isnan(r->std_dev) && isnan(r->trend_p) && isnan(r->drift));
	ck_assert(isnan(r->mean_ci.low) && isnan(r->median_ci.high));
	ck_assert_uint_eq(r->doubts, 1u << PROF_BENCH_SINGLE);
	prof_bench_free(r);
}
END_TEST

/* Of two values a, b a resample has the median a, (a + b) / 2 or b, with 1/4, 1/2, 1/4. */
START_TEST(two_and_three_timings_have_intervals_from_end_to_end)
{
	const double values[] = {3, 1, 2};
	struct prof_bench_result *two = result_of(values, 2), *three = result_of(values, 3);

	ck_near(two->median, 2);
	ck_near(two->std_dev, sqrt(2));
	ck_near(two->median_ci.low, 1);
	ck_near(two->median_ci.high, 3);
	ck_assert(isnan(two->trend_p));
	ck_near(three->median, 2);
	ck_near(three->p90, 2.8);
	ck_near(three->mean_ci.low, 1);
	ck_near(three->mean_ci.high, 3);
	ck_assert_double_eq(three->trend_p, 1);
	prof_bench_free(two);
	prof_bench_free(three);
}
END_TEST

struct edge {
	const char *what;
	double timings[5];
	size_t count;
	double mean, std_dev, mad, median, p75, p90, p95, p99;
	struct prof_bench_interval median_ci;
};

/* mean(), std(ddof=1), percentile() of NumPy 1.24.2; median_abs_deviation() of SciPy 1.10.1. The
 * ends of the median's interval follow from the chances of its bootstrap: of n values the least is
 * the median of a resample with P(B > n / 2), B binomial(n, 1 / n), which is above 2.5 % up to 5.
 */
static const struct edge edges[] = {
	{"one", {0.37}, 1, 0.37, NAN, 0, 0.37, 0.37, 0.37, 0.37, 0.37, {NAN, NAN}},
	{"two", {3, 1}, 2, 2, 1.4142135623730951, 1, 2, 2.5, 2.8, 2.9, 2.98, {1, 3}},
	{"two equal", {5, 5}, 2, 5, 0, 0, 5, 5, 5, 5, 5, {5, 5}},
	{"three",
	 {0.25, 7, 0.5},
	 3,
	 2.5833333333333335,
	 3.8269875010683445,
	 0.25,
	 0.5,
	 3.75,
	 5.7,
	 6.35,
	 6.87,
	 {0.25, 7}},
	{"three, two equal",
	 {2, 2, 9},
	 3,
	 4.333333333333333,
	 4.041451884327381,
	 0,
	 2,
	 5.5,
	 7.6000000000000005,
	 8.299999999999999,
	 8.86,
	 {2, 9}},
	{"the longest",
	 {1073741824.0, 1073741823.0, 1073741822.0},
	 3,
	 1073741823.0,
	 1,
	 1,
	 1073741823.0,
	 1073741823.5,
	 1073741823.8,
	 1073741823.9,
	 1073741823.98,
	 {1073741822.0, 1073741824.0}},
	{"a huge spread",
	 {1e9, 1e-9, 1, 1e3, 1e-3},
	 5,
	 200000200.20020002,
	 447213483.58485335,
	 0.999999999,
	 1,
	 1000,
	 600000400.0,
	 800000199.9999998,
	 960000040.0,
	 {1e-9, 1e9}},
	{"mostly nothing",
	 {0, 0, 0, 1e-300, 1e6},
	 5,
	 200000,
	 447213.595499958,
	 0,
	 0,
	 1e-300,
	 600000,
	 800000,
	 960000,
	 {0, 1e6}},
};

START_TEST(edges_are_those_of_numpy)
{
	const struct edge *e = &edges[_i];
	struct prof_bench_result *r = result_of(e->timings, e->count);

	ck_near(r->mean, e->mean);
	if (isnan(e->std_dev))
		ck_assert(isnan(r->std_dev) && isnan(r->median_ci.low) && isnan(r->median_ci.high));
	else
		ck_near(r->std_dev, e->std_dev);
	ck_near(r->mad, e->mad);
	ck_near(r->median, e->median);
	ck_near(r->p50, e->median);
	ck_near(r->p75, e->p75);
	ck_near(r->p90, e->p90);
	ck_near(r->p95, e->p95);
	ck_near(r->p99, e->p99);
	if (e->count > 1) {
		ck_near(r->median_ci.low, e->median_ci.low);
		ck_near(r->median_ci.high, e->median_ci.high);
		ck_assert(r->mean_ci.low <= r->mean && r->mean <= r->mean_ci.high);
	}
	prof_bench_free(r);
}
END_TEST

/* numpy.percentile of two and of three values. */
START_TEST(percentiles_of_few_are_those_of_numpy)
{
	static const double percent[] = {0, 0.1, 25, 50, 99.9, 100};
	static const double of_two[] = {1, 1.002, 1.5, 2, 2.998, 3};
	static const double of_three[] = {0.25, 0.2505, 0.375, 0.5, 6.987000000000002, 7};
	const double two[] = {3, 1}, three[] = {0.25, 7, 0.5};
	double p;

	for (size_t i = 0; i < COUNT(percent); i++) {
		ck_assert_int_eq(prof_bench_percentile(two, 2, percent[i], &p), PROF_OK);
		ck_near(p, of_two[i]);
		ck_assert_int_eq(prof_bench_percentile(three, 3, percent[i], &p), PROF_OK);
		ck_near(p, of_three[i]);
	}
}
END_TEST

START_TEST(equal_timings_are_certain)
{
	double values[100];
	struct prof_bench_result *r;

	for (size_t i = 0; i < COUNT(values); i++)
		values[i] = 0.1;
	r = result_of(values, COUNT(values));
	ck_assert_double_eq(r->mean, 0.1);
	ck_assert_double_eq(r->std_dev, 0);
	ck_assert_double_eq(r->p99, 0.1);
	ck_assert_double_eq(r->mad, 0);
	ck_assert_double_eq(r->median_ci.low, 0.1);
	ck_assert_double_eq(r->median_ci.high, 0.1);
	ck_assert_double_eq(r->trend_p, 1);
	ck_assert_double_eq(r->drift, 0);
	ck_assert_uint_eq(r->mild_outliers + r->severe_outliers, 0);
	ck_assert_uint_eq(r->doubts, 0);
	prof_bench_free(r);
}
END_TEST

/* NumPy of the same numbers. */
START_TEST(a_huge_spread_is_no_trouble)
{
	const double values[] = {1e9, 1e-9, 1, 1e3, 1e-3};
	struct prof_bench_result *r = result_of(values, COUNT(values));
	double p;

	ck_near(r->mean, 200000200.20020002);
	ck_near(r->std_dev, 447213483.58485335);
	ck_near(r->median, 1);
	ck_near(r->p90, 600000400.0);
	ck_assert_int_eq(prof_bench_percentile(values, 5, 10, &p), PROF_OK);
	ck_near(p, 0.0004000006);
	ck_assert_double_eq(r->median_ci.low, 1e-9);
	prof_bench_free(r);
}
END_TEST

START_TEST(bad_timings_are_refused)
{
	const double good[] = {1, 2};
	const double bad[] = {NAN, -1, -1e-300, INFINITY, 1073741825.0};
	struct prof_bench_result *r = NULL;
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;

	for (size_t i = 0; i < COUNT(bad); i++) {
		double values[] = {1, bad[i]};

		ck_assert_int_eq(prof_bench_result_from("x", values, 2, NULL, &r), PROF_BAD_VALUE);
	}
	ck_assert_int_eq(prof_bench_result_from("x", good, 0, NULL, &r), PROF_BAD_OPTION);
	ck_assert_int_eq(prof_bench_result_from("", good, 2, NULL, &r), PROF_BAD_NAME);
	ck_assert_int_eq(prof_bench_result_from("\xff", good, 2, NULL, &r), PROF_BAD_NAME);
	ck_assert_int_eq(prof_bench_result_from(NULL, good, 2, NULL, &r), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_result_from("x", NULL, 2, NULL, &r), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_result_from("x", good, 2, NULL, NULL), PROF_BAD_ARGUMENT);
	options.resamples = 99;
	ck_assert_int_eq(prof_bench_result_from("x", good, 2, &options, &r), PROF_BAD_OPTION);
	options.resamples = 0;
	options.size = 1;
	ck_assert_int_eq(prof_bench_result_from("x", good, 2, &options, &r), PROF_BAD_ARGUMENT);
	ck_assert_ptr_null(r);
}
END_TEST

/* The median's distribution under the bootstrap is known: the k-th value or less with P(B >= 11), B
 * binomial(21, k / 21). Its 2.5 % and 97.5 % lie well within the steps at 10.05 and 10.5. */
START_TEST(median_interval_is_the_exact_one)
{
	struct prof_bench_result *r = result_of(plain, COUNT(plain));

	ck_near(r->median_ci.low, 10.05);
	ck_near(r->median_ci.high, 10.5);
	prof_bench_free(r);
}
END_TEST

/* scipy.stats.bootstrap(method='percentile', n_resamples=400000); the rest is the lot of 10,000. */
START_TEST(mean_intervals_are_those_of_scipy)
{
	struct prof_bench_result *r = result_of(plain, COUNT(plain));

	ck_assert_double_eq_tol(r->mean_ci.low, 10.164285714, 0.01);
	ck_assert_double_eq_tol(r->mean_ci.high, 10.680952381, 0.01);
	prof_bench_free(r);
	r = result_of(skewed, COUNT(skewed));
	ck_assert_double_eq_tol(r->mean_ci.low, 12.125, 0.01);
	ck_assert_double_eq_tol(r->mean_ci.high, 17.016666667, 0.1);
	ck_assert_double_eq_tol(r->median_ci.low, 12.0, 1e-9);
	ck_assert_double_eq_tol(r->median_ci.high, 12.55, 1e-9);
	prof_bench_free(r);
}
END_TEST

START_TEST(intervals_repeat_with_their_seed)
{
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;
	struct prof_bench_result *one = NULL, *two = NULL, *other = NULL;

	ck_assert_int_eq(prof_bench_result_from("x", plain, 21, &options, &one), PROF_OK);
	ck_assert_int_eq(prof_bench_result_from("x", plain, 21, &options, &two), PROF_OK);
	options.seed = 2;
	ck_assert_int_eq(prof_bench_result_from("x", plain, 21, &options, &other), PROF_OK);
	ck_assert_mem_eq(&one->mean_ci, &two->mean_ci, sizeof(one->mean_ci));
	ck_assert_mem_ne(&one->mean_ci, &other->mean_ci, sizeof(one->mean_ci));
	prof_bench_free(one);
	prof_bench_free(two);
	prof_bench_free(other);
}
END_TEST

/* Of 400 samples of 30 from a normal distribution, the interval holds the true median in about 95 %
 * (percentile intervals of so few fall a little short). */
START_TEST(intervals_hold_the_truth_as_often_as_they_say)
{
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;
	struct random random = {11};
	int mean = 0, median = 0;

	options.resamples = 400;
	for (int i = 0; i < 400; i++) {
		struct prof_bench_result *r = NULL;
		double values[30];

		for (size_t k = 0; k < COUNT(values); k++)
			values[k] = 100 + 5 * random_normal(&random);
		ck_assert_int_eq(prof_bench_result_from("x", values, 30, &options, &r), PROF_OK);
		mean += r->mean_ci.low <= 100 && 100 <= r->mean_ci.high;
		median += r->median_ci.low <= 100 && 100 <= r->median_ci.high;
		prof_bench_free(r);
	}
	ck_assert_int_ge(mean, 364);
	ck_assert_int_ge(median, 364);
}
END_TEST

START_TEST(many_timings_have_fewer_resamples)
{
	ck_assert_uint_eq(bootstrap_resamples(10000, 100), 10000);
	ck_assert_uint_eq(bootstrap_resamples(10000, 2000), 10000);
	ck_assert_uint_eq(bootstrap_resamples(10000, 20000), 1000);
	ck_assert_uint_eq(bootstrap_resamples(10000, 1000000), 200);
	ck_assert_uint_eq(bootstrap_resamples(100, 1000000), 100);
}
END_TEST

/* mk: S and its variance from all pairs, norm.sf of SciPy. */
START_TEST(trend_test_is_that_of_mann_and_kendall)
{
	const double up[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	const double ties[] = {3, 1, 2, 5, 4, 4, 6, 2, 8, 7, 7};
	const double known[] = {23, 24, 29, 6, 29, 24, 24, 29, 23};
	double p;

	ck_assert(rank_trend_test(up, COUNT(up), &p));
	ck_near(p, 8.303070332644974e-05);
	ck_assert(rank_trend_test(ties, COUNT(ties), &p));
	ck_near(p, 0.022699471749157776);
	ck_assert(rank_trend_test(known, COUNT(known), &p));
	ck_near(p, 0.8269210217567053);
	ck_assert(rank_trend_test(up, 3, &p));
	ck_near(p, 0.2962698714842864);
	ck_assert(rank_trend_test(up, 2, &p));
	ck_assert(isnan(p));
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, figures_are_those_of_numpy);
	tcase_add_test(tests, outliers_are_beyond_the_fences);
	tcase_add_test(tests, any_percentile_can_be_asked_for);
	tcase_add_test(tests, one_timing_gives_what_it_can);
	tcase_add_test(tests, two_and_three_timings_have_intervals_from_end_to_end);
	tcase_add_loop_test(tests, edges_are_those_of_numpy, 0, COUNT(edges));
	tcase_add_test(tests, percentiles_of_few_are_those_of_numpy);
	tcase_add_test(tests, equal_timings_are_certain);
	tcase_add_test(tests, a_huge_spread_is_no_trouble);
	tcase_add_test(tests, bad_timings_are_refused);
	tcase_add_test(tests, median_interval_is_the_exact_one);
	tcase_add_test(tests, mean_intervals_are_those_of_scipy);
	tcase_add_test(tests, intervals_repeat_with_their_seed);
	tcase_add_test(tests, intervals_hold_the_truth_as_often_as_they_say);
	tcase_add_test(tests, many_timings_have_fewer_resamples);
	tcase_add_test(tests, trend_test_is_that_of_mann_and_kendall);
}
