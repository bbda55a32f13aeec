/*
 * The histogram puts every duration into the bucket that mathematics says, tells quantiles within
 * 0.55 %, and its differences add up whatever happens to the messages that carry them.
 */
#include "proto/histogram.h"

#include <math.h>
#include <stdlib.h>

#include "tests/scarce.h"
#include "tests/suite.h"

const char suite_name[] = "histogram";

static void assert_sound(const struct histogram *h)
{
	uint64_t calls = 0;

	for (unsigned i = 0; i < h->used; i++) {
		ck_assert_uint_gt(h->count[i], 0);
		ck_assert_int_ge(h->index[i], HISTOGRAM_MIN);
		ck_assert_int_le(h->index[i], HISTOGRAM_MAX);
		if (i > 0)
			ck_assert_int_gt(h->index[i], h->index[i - 1]);
		calls += h->count[i];
	}
	ck_assert_uint_eq(h->calls, calls);
	ck_assert_uint_le(h->used, h->room);
}

static void assert_same(const struct histogram *a, const struct histogram *b)
{
	ck_assert_uint_eq(a->used, b->used);
	ck_assert_uint_eq(a->calls, b->calls);
	for (unsigned i = 0; i < a->used; i++) {
		ck_assert_int_eq(a->index[i], b->index[i]);
		ck_assert_uint_eq(a->count[i], b->count[i]);
	}
}

static void copy(struct histogram *to, const struct histogram *from)
{
	histogram_clear(to);
	ck_assert(histogram_merge(to, from));
}

/* Grows a histogram by a few calls in a narrow range, so that buckets are hit again. */
static void grow(struct histogram *h, struct random *r)
{
	for (unsigned n = (unsigned)random_below(r, 6); n > 0; n--)
		ck_assert(histogram_add(h, (int)random_below(r, 40) - 20, 1 + random_below(r, 5)));
}

/* The largest double that is not above 2^(index/64). */
static double bound_below(int index)
{
	long double exact = exp2l((long double)index / HISTOGRAM_SCALE);
	double d = (double)exact;

	return (long double)d > exact ? nextafter(d, 0.0) : d;
}

START_TEST(every_boundary_is_upper_inclusive)
{
	for (int index = HISTOGRAM_MIN; index <= HISTOGRAM_MAX; index++) {
		double bound = bound_below(index);
		int above = index == HISTOGRAM_MAX ? HISTOGRAM_MAX : index + 1;

		ck_assert_int_eq(histogram_bucket(nextafter(bound, 0.0)), index);
		ck_assert_int_eq(histogram_bucket(bound), index);
		ck_assert_int_eq(histogram_bucket(nextafter(bound, INFINITY)), above);
		ck_assert_double_eq_tol(histogram_upper(index) / bound, 1.0, 1e-15);
	}
}
END_TEST

START_TEST(the_tables_are_what_their_comment_says)
{
	unsigned bucket = 0;

	for (unsigned k = 0; k < HISTOGRAM_SCALE; k++) {
		long double mantissa = exp2l((long double)k / HISTOGRAM_SCALE) - 1.0L;

		ck_assert_uint_eq(histogram_bound[k], (uint64_t)floorl(ldexpl(mantissa, 52)));
	}
	ck_assert_uint_eq(histogram_bound[HISTOGRAM_SCALE], UINT64_MAX);
	for (unsigned slice = 0; slice < 128; slice++) {
		uint64_t begin = (uint64_t)slice << 45;

		while (histogram_bound[bucket + 1] <= begin)
			bucket++;
		ck_assert_uint_eq(histogram_slice[slice], bucket);
	}
}
END_TEST

START_TEST(what_has_no_bucket_goes_to_the_ends)
{
	static const double low[] = {0.0, -0.0, 5e-324, 1e-300, 1e-12, -1.0, -INFINITY};
	static const double high[] = {1073741824.0, 1073741825.0, 1e12, 1e308, INFINITY};

	for (unsigned i = 0; i < sizeof(low) / sizeof(*low); i++)
		ck_assert_int_eq(histogram_bucket(low[i]), HISTOGRAM_MIN);
	for (unsigned i = 0; i < sizeof(high) / sizeof(*high); i++)
		ck_assert_int_eq(histogram_bucket(high[i]), HISTOGRAM_MAX);
	ck_assert_int_eq(histogram_bucket(NAN), HISTOGRAM_MIN);
	ck_assert_int_eq(histogram_bucket(1.0), 0);
	ck_assert_int_eq(histogram_bucket(2.0), HISTOGRAM_SCALE);
	ck_assert_int_eq(histogram_bucket(1e-9), -1913);
}
END_TEST

/* ------------------------------------------------------------ quantiles */

enum { SAMPLES = 20000 };

typedef double draw(struct random *r);

static double draw_lognormal(struct random *r)
{
	return exp(-7.0 + 2.0 * random_normal(r));
}

static double draw_bimodal(struct random *r)
{
	double middle = random_below(r, 10) < 9 ? 2e-6 : 3.0;

	return middle * (1.0 + 0.05 * fabs(random_normal(r)));
}

static double draw_pareto(struct random *r)
{
	return 1e-4 * pow(random_unit(r), -1.0 / 1.1);
}

static double draw_constant(struct random *r)
{
	(void)r;
	return 0.0123;
}

static double draw_nanoseconds(struct random *r)
{
	return (double)(1 + random_below(r, 300)) * 1e-9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static draw *const distributions[] = {draw_lognormal, draw_bimodal, draw_pareto, draw_constant,
				      draw_nanoseconds};

START_TEST(quantiles_are_within_their_promise)
{
	static const double q[] = {1e-9, 0.001, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0};
	static double sample[SAMPLES];
	struct random r = {(uint64_t)_i + 1};
	struct histogram h;

	histogram_init(&h);
	for (unsigned i = 0; i < SAMPLES; i++) {
		sample[i] = distributions[_i](&r);
		if (!histogram_add(&h, histogram_bucket(sample[i]), 1))
			ck_abort_msg("no memory");
	}
	assert_sound(&h);
	qsort(sample, SAMPLES, sizeof(*sample), compare);
	for (unsigned i = 0; i < sizeof(q) / sizeof(*q); i++) {
		double exact = sample[(size_t)ceil(q[i] * SAMPLES) - 1];

		ck_assert_double_le(fabs(histogram_quantile(&h, q[i]) / exact - 1.0), 0.0055);
	}
	histogram_deinit(&h);
}
END_TEST

START_TEST(a_quantile_of_few_calls_is_one_of_them)
{
	struct histogram h;

	histogram_init(&h);
	ck_assert_double_eq(histogram_quantile(&h, 0.5), 0.0);
	ck_assert(histogram_add(&h, 0, 1));
	ck_assert_double_eq(histogram_quantile(&h, 0.001), histogram_quantile(&h, 0.999));
	ck_assert(histogram_add(&h, 640, 1));
	ck_assert_double_eq_tol(histogram_quantile(&h, 0.5), 1.0, 0.0055);
	ck_assert_double_eq_tol(histogram_quantile(&h, 0.51), 1024.0, 1024.0 * 0.0055);
	histogram_deinit(&h);
}
END_TEST

/* ---------------------------------------------------------------- merge */

START_TEST(adding_in_any_order_gives_the_same)
{
	struct histogram up, down;

	histogram_init(&up);
	histogram_init(&down);
	for (int i = 0; i < HISTOGRAM_SIZE; i++) {
		ck_assert(histogram_add(&up, HISTOGRAM_MIN + i, (uint64_t)i + 1));
		ck_assert(histogram_add(&down, HISTOGRAM_MAX - i, (uint64_t)HISTOGRAM_SIZE - i));
	}
	assert_sound(&up);
	assert_same(&up, &down);
	ck_assert_uint_eq(up.used, HISTOGRAM_SIZE);
	ck_assert(!histogram_add(&up, HISTOGRAM_MIN - 1, 1));
	ck_assert(!histogram_add(&up, HISTOGRAM_MAX + 1, 1));
	ck_assert(histogram_add(&up, 0, 0));
	assert_same(&up, &down);
	histogram_deinit(&up);
	histogram_deinit(&down);
}
END_TEST

START_TEST(parts_merge_to_the_whole)
{
	struct random r = {(uint64_t)_i};
	struct histogram part[5], whole, merged;

	histogram_init(&whole);
	histogram_init(&merged);
	for (unsigned i = 0; i < 5; i++)
		histogram_init(&part[i]);
	for (unsigned n = 0; n < 400; n++) {
		int index = (int)random_below(&r, 300) - 150;

		ck_assert(histogram_add(&part[random_below(&r, 5)], index, 3));
		ck_assert(histogram_add(&whole, index, 3));
	}
	for (unsigned i = 0; i < 5; i++) {
		ck_assert(histogram_merge(&merged, &part[i]));
		assert_sound(&merged);
		histogram_deinit(&part[i]);
	}
	assert_same(&merged, &whole);
	histogram_deinit(&merged);
	histogram_deinit(&whole);
}
END_TEST

/* Two hostile processes must not make a count wrap around: the bucket would hold 0. */
START_TEST(counts_stay_at_their_ceiling)
{
	struct histogram h, other;

	histogram_init(&h);
	histogram_init(&other);
	ck_assert(histogram_add(&h, 7, UINT64_MAX));
	ck_assert_uint_eq(h.count[0], HISTOGRAM_COUNT_MAX);
	ck_assert(histogram_add(&h, 7, 1));
	ck_assert(histogram_add(&other, 7, UINT64_C(1) << 63));
	ck_assert(histogram_merge(&h, &other));
	ck_assert_uint_eq(h.count[0], HISTOGRAM_COUNT_MAX);
	for (int i = HISTOGRAM_MIN; i <= HISTOGRAM_MAX; i++)
		ck_assert(histogram_add(&h, i, UINT64_MAX));
	assert_sound(&h);
	ck_assert_uint_ge(h.calls, UINT64_MAX / HISTOGRAM_SIZE * HISTOGRAM_SIZE);
	histogram_deinit(&h);
	histogram_deinit(&other);
}
END_TEST

/* -------------------------------------------------------------- advance */

enum { STANDINGS = 12 };

START_TEST(differences_add_up_under_loss_doubling_and_reordering)
{
	struct random r = {(uint64_t)_i};
	struct histogram standing[STANDINGS], last, total, more;
	unsigned newest = 0;

	histogram_init(&last);
	histogram_init(&total);
	histogram_init(&more);
	for (unsigned i = 0; i < STANDINGS; i++) {
		histogram_init(&standing[i]);
		if (i > 0)
			copy(&standing[i], &standing[i - 1]);
		grow(&standing[i], &r);
	}
	for (unsigned n = 0; n < 20; n++) {
		unsigned i = (unsigned)random_below(&r, STANDINGS);

		histogram_clear(&more);
		ck_assert(histogram_advance(&last, &standing[i], &more));
		ck_assert(histogram_merge(&total, &more));
		assert_sound(&more);
		assert_sound(&last);
		if (i <= newest && n > 0)
			ck_assert_uint_eq(more.calls, 0);
		newest = i > newest ? i : newest;
		assert_same(&last, &standing[newest]);
		assert_same(&total, &standing[newest]);
	}
	for (unsigned i = 0; i < STANDINGS; i++)
		histogram_deinit(&standing[i]);
	histogram_deinit(&last);
	histogram_deinit(&total);
	histogram_deinit(&more);
}
END_TEST

START_TEST(joins_of_any_two_commute)
{
	struct random r = {(uint64_t)_i};
	struct histogram a, b, ab, ba, more;

	histogram_init(&a);
	histogram_init(&b);
	histogram_init(&ab);
	histogram_init(&ba);
	histogram_init(&more);
	grow(&a, &r);
	grow(&b, &r);
	ck_assert(histogram_advance(&ab, &a, &more));
	histogram_clear(&more);
	ck_assert(histogram_advance(&ab, &b, &more));
	histogram_clear(&more);
	ck_assert(histogram_advance(&ba, &b, &more));
	histogram_clear(&more);
	ck_assert(histogram_advance(&ba, &a, &more));
	assert_same(&ab, &ba);
	histogram_deinit(&a);
	histogram_deinit(&b);
	histogram_deinit(&ab);
	histogram_deinit(&ba);
	histogram_deinit(&more);
}
END_TEST

/* --------------------------------------------------------------- memory */

START_TEST(without_memory_nothing_changes)
{
	struct histogram a, b, before, more;

	histogram_init(&a);
	histogram_init(&b);
	histogram_init(&before);
	histogram_init(&more);
	for (int i = 0; i < 4; i++)
		ck_assert(histogram_add(&a, 2 * i, 1));
	for (int i = 0; i < 9; i++)
		ck_assert(histogram_add(&b, 3 * i, 1));
	copy(&before, &a);
	scarce_fail(1);
	ck_assert(!histogram_add(&a, 99, 1));
	assert_same(&a, &before);
	scarce_fail(1);
	ck_assert(!histogram_merge(&a, &b));
	assert_same(&a, &before);
	for (unsigned n = 1; n <= 2; n++) {
		scarce_fail(n);
		ck_assert(!histogram_advance(&a, &b, &more));
		assert_same(&a, &before);
		ck_assert_uint_eq(more.calls, 0);
		histogram_deinit(&a);
		copy(&a, &before);
	}
	ck_assert(histogram_merge(&a, &b));
	ck_assert_uint_eq(a.calls, 13);
	histogram_deinit(&a);
	histogram_deinit(&b);
	histogram_deinit(&before);
	histogram_deinit(&more);
}
END_TEST

void suite_tests(TCase *tests)
{
	int kinds = (int)(sizeof(distributions) / sizeof(*distributions));

	tcase_add_test(tests, every_boundary_is_upper_inclusive);
	tcase_add_test(tests, the_tables_are_what_their_comment_says);
	tcase_add_test(tests, what_has_no_bucket_goes_to_the_ends);
	tcase_add_loop_test(tests, quantiles_are_within_their_promise, 0, kinds);
	tcase_add_test(tests, a_quantile_of_few_calls_is_one_of_them);
	tcase_add_test(tests, adding_in_any_order_gives_the_same);
	tcase_add_loop_test(tests, parts_merge_to_the_whole, 0, 5);
	tcase_add_test(tests, counts_stay_at_their_ceiling);
	tcase_add_loop_test(tests, differences_add_up_under_loss_doubling_and_reordering, 0, 40);
	tcase_add_loop_test(tests, joins_of_any_two_commute, 0, 20);
	tcase_add_test(tests, without_memory_nothing_changes);
}
