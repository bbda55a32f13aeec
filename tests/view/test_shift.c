/*
 * Comparing two histograms: what is slower is found, what is chance is not.
 */
#include "tests/suite.h"

#include <math.h>
#include <stdlib.h>

#include "view/shift.h"

const char suite_name[] = "shift";

#define LOWEST	(-2175)
#define BUCKETS (1920 + 2175 + 1)

struct sample {
	struct prof_histogram histogram;
	struct prof_bucket buckets[BUCKETS];
	uint64_t count[BUCKETS];
};

static struct sample *sample_new(void)
{
	struct sample *s = calloc(1, sizeof(*s));

	ck_assert_ptr_nonnull(s);
	s->histogram.min_seconds = INFINITY;
	return s;
}

static void add(struct sample *s, double seconds)
{
	s->count[prof_bucket_of(seconds) - LOWEST]++;
	s->histogram.min_seconds = fmin(s->histogram.min_seconds, seconds);
	s->histogram.max_seconds = fmax(s->histogram.max_seconds, seconds);
	s->histogram.calls++;
}

static const struct prof_histogram *histogram_of(struct sample *s)
{
	s->histogram.count = 0;
	for (int i = 0; i < BUCKETS; i++) {
		if (s->count[i] != 0)
			s->buckets[s->histogram.count++] =
				(struct prof_bucket){i + LOWEST, s->count[i]};
	}
	s->histogram.buckets = s->buckets;
	return &s->histogram;
}

/* Lognormal around a millisecond; `tail` of them ten times as long. */
static struct sample *draw(struct random *r, unsigned calls, double factor, double tail)
{
	struct sample *s = sample_new();

	for (unsigned i = 0; i < calls; i++) {
		double slow = random_unit(r) < tail ? 10.0 : 1.0;

		add(s, 1e-3 * factor * slow * exp(0.3 * random_normal(r)));
	}
	return s;
}

static struct shift compare(struct sample *before, struct sample *after, size_t functions)
{
	struct shift_rule rule = {0.05, 0.01, functions};
	struct shift shift;

	shift_find(&shift, histogram_of(before), histogram_of(after), &rule);
	free(before);
	free(after);
	return shift;
}

/* All calls longer by a tenth: slower, by about that much at each quantile. */
START_TEST(test_slower)
{
	struct random r = {1};
	struct sample *before = draw(&r, 20000, 1.0, 0.0), *after = draw(&r, 20000, 1.1, 0.0);
	struct shift s = compare(before, after, 1);

	ck_assert_int_eq(s.verdict, SHIFT_SLOWER);
	ck_assert_double_eq_tol(s.ratio[0], 1.1, 0.03);
	ck_assert_double_eq_tol(s.ratio[1], 1.1, 0.05);
	ck_assert(s.worst > 1.05);
}
END_TEST

/* Only one call in fifty longer: the median stays, p99 tells. */
START_TEST(test_tail)
{
	struct random r = {2};
	struct sample *before = draw(&r, 20000, 1.0, 0.0), *after = draw(&r, 20000, 1.0, 0.02);
	struct shift s = compare(before, after, 1);

	ck_assert_int_eq(s.verdict, SHIFT_SLOWER);
	ck_assert_double_eq_tol(s.ratio[0], 1.0, 0.03);
	ck_assert(s.ratio[2] > 3.0);
	ck_assert(s.p[2] < 1e-6);
}
END_TEST

START_TEST(test_faster)
{
	struct random r = {3};
	struct sample *before = draw(&r, 5000, 1.0, 0.0), *after = draw(&r, 50000, 0.8, 0.0);

	ck_assert_int_eq(compare(before, after, 1).verdict, SHIFT_FASTER);
}
END_TEST

/* Two per cent are shown to be real by so many calls, and do not matter under a threshold of five.
 */
START_TEST(test_irrelevant)
{
	struct random r = {4};
	struct sample *before = draw(&r, 500000, 1.0, 0.0), *after = draw(&r, 500000, 1.02, 0.0);
	struct shift s = compare(before, after, 1);

	ck_assert(s.p[0] < 0.01);
	ck_assert_int_eq(s.verdict, SHIFT_SAME);
}
END_TEST

/* Of 1,000 comparisons of the same, in families of 50 functions, the rule speaks in about one of a
 * hundred families. */
START_TEST(test_chance)
{
	struct random r = {5};
	unsigned cries = 0;

	for (unsigned i = 0; i < 1000; i++) {
		struct sample *before = draw(&r, 300, 1.0, 0.01), *after = draw(&r, 300, 1.0, 0.01);
		enum shift_verdict verdict = compare(before, after, 50).verdict;

		cries += verdict == SHIFT_SLOWER || verdict == SHIFT_FASTER;
	}
	ck_assert_uint_le(cries, 2);
}
END_TEST

/* A constant time that moves into another bucket is slower with certainty; in the same bucket it is
 * the same. */
START_TEST(test_constant)
{
	struct sample *before = sample_new(), *after = sample_new(), *same = sample_new(),
		      *again = sample_new();
	struct shift s;

	for (int i = 0; i < 1000; i++) {
		add(before, 1e-3);
		add(after, 1.2e-3);
		add(same, 1e-3);
		add(again, 1e-3);
	}
	s = compare(before, after, 1);
	ck_assert_int_eq(s.verdict, SHIFT_SLOWER);
	ck_assert_double_eq_tol(s.ratio[0], 1.2, 1e-9);
	s = compare(same, again, 1);
	ck_assert_int_eq(s.verdict, SHIFT_SAME);
	ck_assert_double_eq(s.p[0], 1.0);
}
END_TEST

/* Without calls before or after there is no ratio; with a handful no quantile is told. */
START_TEST(test_few)
{
	struct random r = {6};
	struct shift s = compare(sample_new(), draw(&r, 1000, 1.0, 0.0), 1);

	ck_assert_int_eq(s.verdict, SHIFT_NEW);
	ck_assert_double_eq(s.ratio[0], 0.0);
	ck_assert_int_eq(compare(draw(&r, 1000, 1.0, 0.0), sample_new(), 1).verdict, SHIFT_GONE);
	ck_assert_int_eq(compare(draw(&r, 1, 1.0, 0.0), draw(&r, 1, 2.0, 0.0), 1).verdict,
			 SHIFT_TOO_FEW);
	s = compare(draw(&r, 50, 1.0, 0.0), draw(&r, 50, 1.0, 0.0), 1);
	ck_assert_double_eq(s.ratio[2], 0.0);
	ck_assert_double_eq(s.p[2], 1.0);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, test_slower);
	tcase_add_test(tests, test_tail);
	tcase_add_test(tests, test_faster);
	tcase_add_test(tests, test_irrelevant);
	tcase_add_test(tests, test_chance);
	tcase_add_test(tests, test_constant);
	tcase_add_test(tests, test_few);
}
