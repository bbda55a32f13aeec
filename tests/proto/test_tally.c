/*
 * Tallies merge to the same in any order, and what a process says where it stands becomes the same
 * totals however often and in whatever order it arrives.
 */
#include "proto/tally.h"

#include <math.h>

#include "tests/scarce.h"
#include "tests/suite.h"

const char suite_name[] = "tally";

static void assert_same(const struct tally *a, const struct tally *b)
{
	ck_assert_uint_eq(a->sum_ns, b->sum_ns);
	ck_assert_uint_eq(a->min_ns, b->min_ns);
	ck_assert_uint_eq(a->max_ns, b->max_ns);
	ck_assert_uint_eq(tally_calls(a), tally_calls(b));
	ck_assert_uint_eq(a->histogram.used, b->histogram.used);
	for (unsigned i = 0; i < a->histogram.used; i++) {
		ck_assert_int_eq(a->histogram.index[i], b->histogram.index[i]);
		ck_assert_uint_eq(a->histogram.count[i], b->histogram.count[i]);
	}
}

static void assert_empty(const struct tally *t)
{
	ck_assert_uint_eq(tally_calls(t), 0);
	ck_assert_uint_eq(t->sum_ns, 0);
	ck_assert_uint_eq(t->min_ns, UINT64_MAX);
	ck_assert_uint_eq(t->max_ns, 0);
}

/* Adds up to ten calls of 1 ns to 20 minutes, each decade as likely as the next. */
static void grow(struct tally *t, struct random *r)
{
	for (unsigned n = (unsigned)random_below(r, 11); n > 0; n--) {
		uint64_t ns = (uint64_t)pow(10.0, 12.0 * random_unit(r));

		ck_assert(tally_add(t, ns, 1 + random_below(r, 3)));
	}
}

static void merge(struct tally *into, const struct tally *from)
{
	ck_assert(tally_merge(into, from));
}

static void init(struct tally *t, unsigned n)
{
	while (n > 0)
		tally_init(&t[--n]);
}

static void deinit(struct tally *t, unsigned n)
{
	while (n > 0)
		tally_deinit(&t[--n]);
}

START_TEST(adding_tells_sum_min_max_and_calls)
{
	struct tally t;

	tally_init(&t);
	assert_empty(&t);
	ck_assert(tally_add(&t, 500, 0));
	assert_empty(&t);
	ck_assert(tally_add(&t, 0, 1));
	ck_assert(tally_add(&t, 1500, 4));
	ck_assert(tally_add(&t, 90, 2));
	ck_assert_uint_eq(tally_calls(&t), 7);
	ck_assert_uint_eq(t.sum_ns, 6180);
	ck_assert_uint_eq(t.min_ns, 0);
	ck_assert_uint_eq(t.max_ns, 1500);
	tally_clear(&t);
	assert_empty(&t);
	tally_deinit(&t);
	tally_deinit(&t);
	assert_empty(&t);
}
END_TEST

START_TEST(merging_commutes_and_associates)
{
	struct random r = {(uint64_t)_i};
	struct tally t[3], left, right, none;

	init(t, 3);
	for (unsigned i = 0; i < 3; i++)
		grow(&t[i], &r);
	tally_init(&left);
	tally_init(&right);
	tally_init(&none);
	/* ((0 + 1) + 2) and ((2 + 1) + 0) */
	for (unsigned i = 0; i < 3; i++) {
		merge(&left, &t[i]);
		merge(&right, &t[2 - i]);
	}
	assert_same(&left, &right);
	/* 0 + (1 + 2) */
	tally_clear(&right);
	merge(&right, &t[0]);
	merge(&t[1], &t[2]);
	merge(&right, &t[1]);
	assert_same(&left, &right);
	merge(&left, &none);
	assert_same(&left, &right);
	merge(&none, &right);
	assert_same(&none, &right);
	deinit(t, 3);
	deinit(&left, 1);
	deinit(&right, 1);
	deinit(&none, 1);
}
END_TEST

START_TEST(sums_stay_at_the_top)
{
	struct tally a, b;

	tally_init(&a);
	tally_init(&b);
	ck_assert(tally_add(&a, UINT64_C(1) << 60, 1000));
	ck_assert_uint_eq(a.sum_ns, UINT64_MAX);
	ck_assert(tally_add(&b, 10, 1));
	merge(&b, &a);
	ck_assert_uint_eq(b.sum_ns, UINT64_MAX);
	ck_assert(tally_add(&b, UINT64_MAX, 1));
	ck_assert_uint_eq(b.sum_ns, UINT64_MAX);
	ck_assert_uint_eq(b.max_ns, UINT64_MAX);
	ck_assert_uint_eq(tally_calls(&b), 1002);
	tally_deinit(&a);
	tally_deinit(&b);
}
END_TEST

enum { STANDINGS = 10 };

START_TEST(standings_add_up_under_loss_doubling_and_reordering)
{
	struct random r = {(uint64_t)_i};
	struct tally standing[STANDINGS], last, total, more;
	unsigned newest = 0;

	init(standing, STANDINGS);
	tally_init(&last);
	tally_init(&total);
	tally_init(&more);
	for (unsigned i = 0; i < STANDINGS; i++) {
		if (i > 0)
			merge(&standing[i], &standing[i - 1]);
		grow(&standing[i], &r);
	}
	for (unsigned n = 0; n < 25; n++) {
		unsigned i = (unsigned)random_below(&r, STANDINGS);

		tally_clear(&more);
		ck_assert(tally_advance(&last, &standing[i], true, &more));
		if (n > 0 && i <= newest)
			assert_empty(&more);
		ck_assert(tally_calls(&more) == 0 || more.min_ns <= more.max_ns);
		merge(&total, &more);
		newest = i > newest ? i : newest;
		assert_same(&last, &standing[newest]);
		assert_same(&total, &standing[newest]);
	}
	deinit(standing, STANDINGS);
	deinit(&last, 1);
	deinit(&total, 1);
	deinit(&more, 1);
}
END_TEST

START_TEST(joins_of_any_two_commute)
{
	struct random r = {(uint64_t)_i};
	struct tally t[2], join[2], more;

	init(t, 2);
	init(join, 2);
	tally_init(&more);
	grow(&t[0], &r);
	grow(&t[1], &r);
	for (unsigned n = 0; n < 4; n++) {
		tally_clear(&more);
		ck_assert(tally_advance(&join[n % 2], &t[n == 1 || n == 2], true, &more));
	}
	assert_same(&join[0], &join[1]);
	deinit(t, 2);
	deinit(join, 2);
	deinit(&more, 1);
}
END_TEST

/* One call is known; then `ns` is added, and the difference is told. */
static void one_more(struct tally *last, struct tally *now, struct tally *more, uint64_t ns)
{
	tally_init(last);
	tally_init(now);
	tally_init(more);
	ck_assert(tally_add(now, 1000000, 1));
	ck_assert(tally_advance(last, now, true, more));
	tally_clear(more);
	ck_assert(tally_add(now, ns, 1));
}

START_TEST(a_difference_is_bounded_by_its_buckets)
{
	struct tally last, now, more;

	one_more(&last, &now, &more, 5000);
	ck_assert(tally_advance(&last, &now, false, &more));
	ck_assert_uint_le(more.min_ns, 5000);
	ck_assert_uint_ge(more.min_ns, 4940);
	ck_assert_uint_ge(more.max_ns, 5000);
	ck_assert_uint_le(more.max_ns, 5060);
	deinit(&last, 1);
	deinit(&now, 1);
	deinit(&more, 1);
	one_more(&last, &now, &more, 5000);
	ck_assert(tally_advance(&last, &now, true, &more));
	ck_assert_uint_eq(more.min_ns, 5000);
	deinit(&last, 1);
	deinit(&now, 1);
	deinit(&more, 1);
}
END_TEST

/* A clear can cut between the calls that a difference holds and those whose min and max are told;
 * a hostile process tells what it likes. */
START_TEST(a_contradicting_min_or_max_is_not_believed)
{
	static const uint64_t told[][2] = {{7000000, 9000000}, {10, 20}, {0, UINT64_MAX}, {0, 0}};
	struct tally last, now, more;

	for (unsigned i = 0; i < sizeof(told) / sizeof(*told); i++) {
		one_more(&last, &now, &more, 5000);
		now.min_ns = told[i][0];
		now.max_ns = told[i][1];
		ck_assert(tally_advance(&last, &now, true, &more));
		ck_assert_uint_eq(tally_calls(&more), 1);
		ck_assert_uint_le(more.min_ns, 5000);
		ck_assert_uint_ge(more.max_ns, 5000);
		ck_assert_uint_le(more.max_ns, 5060);
		deinit(&last, 1);
		deinit(&now, 1);
		deinit(&more, 1);
	}
}
END_TEST

START_TEST(what_is_beyond_the_buckets_keeps_its_max)
{
	struct tally last, now, more;
	uint64_t ns = UINT64_C(2000000000) * 1000000000;

	one_more(&last, &now, &more, ns);
	ck_assert(tally_advance(&last, &now, true, &more));
	ck_assert_uint_eq(more.max_ns, ns);
	deinit(&last, 1);
	deinit(&now, 1);
	deinit(&more, 1);
}
END_TEST

START_TEST(quantiles_stay_between_min_and_max)
{
	struct tally t;

	tally_init(&t);
	ck_assert_double_eq(tally_quantile(&t, 0.5), 0.0);
	ck_assert(tally_add(&t, 1001, 3));
	for (int q = 1; q <= 100; q++)
		ck_assert_double_eq_tol(tally_quantile(&t, q / 100.0), 1001e-9, 1e-18);
	ck_assert(tally_add(&t, 0, 9));
	ck_assert_double_ge(tally_quantile(&t, 0.5), 0.0);
	ck_assert_double_le(tally_quantile(&t, 0.5), 1e-9);
	ck_assert_double_eq_tol(tally_quantile(&t, 1.0), 1001e-9, 1e-18);
	tally_deinit(&t);
}
END_TEST

START_TEST(a_quantile_needs_a_call_above_it)
{
	ck_assert(!tally_supports(0, 0.5));
	ck_assert(!tally_supports(1, 0.5));
	ck_assert(tally_supports(2, 0.5));
	ck_assert(!tally_supports(99, 0.99));
	ck_assert(tally_supports(100, 0.99));
	ck_assert(!tally_supports(999, 0.999));
	ck_assert(tally_supports(1000, 0.999));
	ck_assert(tally_supports(1, 1.0));
}
END_TEST

START_TEST(without_memory_nothing_changes)
{
	struct tally t, other, before, more;

	tally_init(&t);
	tally_init(&other);
	tally_init(&before);
	tally_init(&more);
	scarce_fail(1);
	ck_assert(!tally_add(&t, 5, 1));
	assert_empty(&t);
	ck_assert(tally_add(&t, 5, 1));
	for (uint64_t ns = 1; ns < 1000000; ns *= 7)
		ck_assert(tally_add(&other, ns, 2));
	merge(&before, &t);
	scarce_fail(1);
	ck_assert(!tally_merge(&t, &other));
	assert_same(&t, &before);
	scarce_fail(1);
	ck_assert(!tally_advance(&t, &other, true, &more));
	assert_same(&t, &before);
	assert_empty(&more);
	deinit(&t, 1);
	deinit(&other, 1);
	deinit(&before, 1);
	deinit(&more, 1);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, adding_tells_sum_min_max_and_calls);
	tcase_add_loop_test(tests, merging_commutes_and_associates, 0, 30);
	tcase_add_test(tests, sums_stay_at_the_top);
	tcase_add_loop_test(tests, standings_add_up_under_loss_doubling_and_reordering, 0, 40);
	tcase_add_loop_test(tests, joins_of_any_two_commute, 0, 20);
	tcase_add_test(tests, a_difference_is_bounded_by_its_buckets);
	tcase_add_test(tests, a_contradicting_min_or_max_is_not_believed);
	tcase_add_test(tests, what_is_beyond_the_buckets_keeps_its_max);
	tcase_add_test(tests, quantiles_stay_between_min_and_max);
	tcase_add_test(tests, a_quantile_needs_a_call_above_it);
	tcase_add_test(tests, without_memory_nothing_changes);
}
