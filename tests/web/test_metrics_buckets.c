/*
 * Classic and native buckets tell exactly the calls of ours: no call is in a bucket that it does
 * not belong into, none is lost, and coarser ones are sums of finer ones.
 */
#include "web/metrics/buckets.h"

#include <math.h>
#include <stdlib.h>

#include "tests/scarce.h"
#include "tests/suite.h"

const char suite_name[] = "metrics_buckets";

enum { LOWEST = -2175, HIGHEST = 1920, ALL = HIGHEST - LOWEST + 1 };

static struct prof_bucket bucket[ALL];

/* A histogram of the buckets that `has` wants, with counts that tell where they come from. */
static struct prof_histogram make(bool (*has)(int index, struct random *r), uint64_t seed)
{
	struct random r = {seed};
	struct prof_histogram h = {.buckets = bucket};

	for (int index = LOWEST; index <= HIGHEST; index++) {
		if (!has(index, &r))
			continue;
		bucket[h.count].index = index;
		bucket[h.count].count = 1 + random_below(&r, UINT64_C(1) << 40);
		h.calls += bucket[h.count++].count;
	}
	return h;
}

static bool each(int index, struct random *r)
{
	(void)index;
	(void)r;
	return true;
}

static bool few(int index, struct random *r)
{
	return index > -1400 && index < 300 && random_below(r, 20) == 0;
}

static bool none(int index, struct random *r)
{
	(void)index;
	(void)r;
	return false;
}

static bool narrow(int index, struct random *r)
{
	(void)r;
	return index >= -700 && index < -540;
}

typedef bool chooser(int index, struct random *r);
static chooser *const choosers[] = {each, few, none, narrow};

/* ------------------------------------------------------------ classic */

START_TEST(classic_buckets_hold_what_took_at_most_their_edge)
{
	struct prof_histogram h = make(choosers[_i], 1);
	uint64_t cumulative[CLASSIC_EDGES];

	classic_count(&h, cumulative);
	for (unsigned i = 0; i < CLASSIC_EDGES; i++) {
		uint64_t calls = 0;

		for (size_t b = 0; b < h.count; b++)
			if (prof_bucket_upper(h.buckets[b].index) <= classic_edge(i))
				calls += h.buckets[b].count;
		ck_assert_uint_eq(cumulative[i], calls);
		/* The edge itself belongs to the bucket that ends with it. */
		ck_assert_double_eq(prof_bucket_upper(prof_bucket_of(classic_edge(i))),
				    classic_edge(i));
	}
}
END_TEST

/* ------------------------------------------------------------- native */

/* The index and the count of each bucket of a native histogram, in order. */
typedef void each_bucket(void *context, int index, uint64_t count);

static void walk(const struct native *n, each_bucket *tell, void *context)
{
	int64_t count = 0;
	size_t at = 0;
	int index = 0;

	for (size_t i = 0; i < n->span_count; i++) {
		ck_assert_uint_gt(n->span[i].length, 0);
		ck_assert(i == 0 || n->span[i].offset > 0);
		index += n->span[i].offset;
		for (uint32_t j = 0; j < n->span[i].length; j++) {
			count += n->delta[at++];
			ck_assert_int_gt(count, 0);
			tell(context, index++, (uint64_t)count);
		}
	}
	ck_assert_uint_eq(at, n->bucket_count);
}

struct expected {
	const struct prof_histogram *h;
	int schema;
	size_t at; /* the next of our buckets */
};

/* The calls of all our buckets whose bounds lie within those of this one. */
static void check_bucket(void *context, int index, uint64_t count)
{
	struct expected *e = context;
	double lower = exp2((double)(index - 1) / (1 << e->schema));
	double upper = exp2((double)index / (1 << e->schema));
	uint64_t calls = 0;

	for (; e->at < e->h->count && e->h->buckets[e->at].index * (1 << e->schema) <= index * 64;
	     e->at++) {
		int ours = e->h->buckets[e->at].index;

		ck_assert_double_ge(prof_bucket_upper(ours - 1), lower * (1 - 1e-14));
		ck_assert_double_le(prof_bucket_upper(ours), upper * (1 + 1e-14));
		calls += e->h->buckets[e->at].count;
	}
	ck_assert_uint_eq(count, calls);
}

static void check_native(const struct prof_histogram *h, unsigned most, int schema)
{
	struct expected e = {.h = h, .schema = schema};
	struct native n;
	uint64_t zero = 0;

	ck_assert(native_make(&n, h, most));
	ck_assert_int_eq(n.schema, schema);
	while (e.at < h->count &&
	       prof_bucket_upper(h->buckets[e.at].index) <= NATIVE_ZERO_THRESHOLD)
		zero += h->buckets[e.at++].count;
	ck_assert_uint_eq(n.zero_count, zero);
	walk(&n, check_bucket, &e);
	ck_assert_uint_eq(e.at, h->count);
	ck_assert(n.bucket_count <= most || schema == NATIVE_SCHEMA_MIN);
	native_free(&n);
}

START_TEST(native_buckets_are_sums_of_ours)
{
	struct prof_histogram h = make(choosers[_i], 2);

	/* All but the zero bucket's octave: 63 of 64. */
	static const unsigned in_octaves[] = {63, 126, 252, 504, 1008, 2016, 4032};

	if (choosers[_i] == each)
		for (int schema = NATIVE_SCHEMA_MIN; schema <= NATIVE_SCHEMA_MAX; schema++) {
			check_native(&h, in_octaves[schema], schema);
			if (schema < NATIVE_SCHEMA_MAX)
				check_native(&h, in_octaves[schema + 1] - 1, schema);
		}
	check_native(&h, UINT32_MAX, NATIVE_SCHEMA_MAX);
	check_native(&h, 0, h.count == 0 ? NATIVE_SCHEMA_MAX : NATIVE_SCHEMA_MIN);
}
END_TEST

START_TEST(it_is_as_fine_as_the_limit_allows)
{
	struct prof_histogram h = make(narrow, 3);

	ck_assert_uint_eq(h.count, 160);
	check_native(&h, 160, 6);
	check_native(&h, 159, 5);
	check_native(&h, 81, 5);
	/* -700 ... -541 begin within a bucket of schema 5, since those own their upper bound. */
	check_native(&h, 80, 4);
	check_native(&h, 41, 4);
}
END_TEST

START_TEST(spans_begin_with_an_index_and_then_with_a_gap)
{
	static const struct prof_bucket ours[] = {{-2175, 5}, {-2112, 6}, {-2111, 1}, {-64, 3},
						  {-63, 3},   {0, 9},	  {1920, 2}};
	const struct prof_histogram h = {.calls = 29, .count = 7, .buckets = ours};
	struct native n;

	ck_assert(native_make(&n, &h, 160));
	ck_assert_int_eq(n.schema, 6);
	ck_assert_uint_eq(n.zero_count, 11);
	ck_assert_uint_eq(n.span_count, 4);
	ck_assert_int_eq(n.span[0].offset, -2111);
	ck_assert_int_eq(n.span[1].offset, -64 + 2110);
	ck_assert_uint_eq(n.span[1].length, 2);
	ck_assert_int_eq(n.span[2].offset, 62);
	ck_assert_int_eq(n.span[3].offset, 1919);
	ck_assert_int_eq(n.delta[0], 1);
	ck_assert_int_eq(n.delta[1], 2);
	ck_assert_int_eq(n.delta[2], 0);
	ck_assert_int_eq(n.delta[3], 6);
	ck_assert_int_eq(n.delta[4], -7);
	native_free(&n);
}
END_TEST

START_TEST(without_memory_there_is_none)
{
	struct prof_histogram h = make(few, 4);
	struct native n;

	for (unsigned fail = 1; fail <= 2; fail++) {
		scarce_fail(fail);
		ck_assert(!native_make(&n, &h, 160));
		ck_assert_ptr_null(n.span);
	}
}
END_TEST

void suite_tests(TCase *tests)
{
	int kinds = (int)(sizeof(choosers) / sizeof(*choosers));

	tcase_add_loop_test(tests, classic_buckets_hold_what_took_at_most_their_edge, 0, kinds);
	tcase_add_loop_test(tests, native_buckets_are_sums_of_ours, 0, kinds);
	tcase_add_test(tests, it_is_as_fine_as_the_limit_allows);
	tcase_add_test(tests, spans_begin_with_an_index_and_then_with_a_gap);
	tcase_add_test(tests, without_memory_there_is_none);
}
