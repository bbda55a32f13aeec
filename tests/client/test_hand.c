/*
 * The short way of records by handle: whatever happens between them, they count as if there were
 * none.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "include/profclient.h"
#include "client/record/registry.h"
#include "client/record/thread.h"
#include "tests/client.h"
#include "tests/suite.h"

const char suite_name[] = "hand";

#define FUNCTIONS (3 * HANDS)
#define RECORDS	  400000

/* What one path must have in the end, counted the plain way. */
struct expected {
	uint64_t bucket[HISTOGRAM_SIZE], sum, min, max, failed, slow;
	int64_t epoch;
};

static struct expected expected[2][FUNCTIONS]; /* at the top, and inside a scope */
static prof_function *function[FUNCTIONS];
static struct random dice;
static int64_t epoch;

static unsigned below(unsigned n)
{
	return (unsigned)random_below(&dice, n);
}

/* Mostly a few functions, as programs do; now and then any. */
static unsigned some_function(void)
{
	return below(below(50) == 0 ? FUNCTIONS : HANDS / 2);
}

/* Mostly around a microsecond; now and then of any size, 0 and the smallest too. */
static double some_seconds(void)
{
	switch (below(40)) {
	case 0:
		return 0.0;
	case 1:
		return 1e-9 * below(5);
	case 2:
		return ldexp(1.0 + below(1000) / 1000.0, (int)below(54) - 33);
	default:
		return 1e-6 * (1 + below(1000) / 500.0);
	}
}

static void record_one(unsigned scope)
{
	unsigned i = some_function();
	struct expected *e = &expected[scope][i];
	double seconds = some_seconds();
	uint64_t ns = (uint64_t)llround(seconds * 1e9);

	if (below(200) == 0) {
		ck_assert_int_eq(prof_function_record(function[i], seconds, ""), PROF_OK);
		e->failed++;
		e->slow += ns >= function[i]->slow[UNIT_NS];
		return;
	}
	ck_assert_int_eq(prof_function_record(function[i], seconds, NULL), PROF_OK);
	if (ns >= function[i]->slow[UNIT_NS]) {
		seconds = (double)ns * 1e-9; /* as its event tells it */
		e->slow++;
	}
	e->bucket[histogram_bucket(seconds) - HISTOGRAM_MIN]++;
	e->sum += ns;
	if (e->epoch != epoch) {
		e->epoch = epoch;
		e->min = e->max = ns;
	}
	e->min = ns < e->min ? ns : e->min;
	e->max = ns > e->max ? ns : e->max;
}

/* Another epoch, another threshold, or only a look at the standings. */
static void disturb(void)
{
	switch (below(3)) {
	case 0:
		thread_set_epoch(++epoch);
		break;
	case 1:
		function[below(FUNCTIONS)]->slow[UNIT_NS] = below(4) == 0 ? 2500 : 500000000;
		break;
	}
	client_read();
}

static void check(const char *path, const struct expected *e)
{
	const struct standing *s = client_standing(path);
	uint64_t calls = 0;

	for (unsigned b = 0; b < HISTOGRAM_SIZE; b++)
		calls += e->bucket[b];
	ck_assert_ptr_nonnull(s);
	ck_assert_uint_eq(tally_calls(&s->returned), calls);
	ck_assert_uint_eq(tally_calls(&s->failed), e->failed);
	ck_assert_uint_eq(s->returned.sum_ns, e->sum);
	ck_assert_uint_eq(s->slow, e->slow);
	if (s->epoch == e->epoch) {
		ck_assert_uint_eq(s->returned.min_ns, e->min);
		ck_assert_uint_eq(s->returned.max_ns, e->max);
	}
	for (unsigned i = 0; i < s->returned.histogram.used; i++)
		ck_assert_uint_eq(s->returned.histogram.count[i],
				  e->bucket[s->returned.histogram.index[i] - HISTOGRAM_MIN]);
}

/*
 * Functions, durations, scopes, failures, epochs and thresholds in any order: calls, sums, slow
 * calls and every bucket are those of counting each record by itself, and min and max are those of
 * the epoch.
 */
START_TEST(test_any_order)
{
	char path[32];

	client_begin();
	dice.state = (uint64_t)_i;
	epoch = 1;
	thread_set_epoch(epoch);
	memset(expected, 0, sizeof(expected));
	for (unsigned i = 0; i < FUNCTIONS; i++) {
		snprintf(path, sizeof(path), "f%u", i);
		ck_assert_int_eq(prof_lookup(path, &function[i]), PROF_OK);
	}
	for (unsigned n = 0; n < RECORDS;) {
		for (unsigned run = below(1000); run > 0; run--, n++)
			record_one(0);
		if (below(10) == 0)
			disturb();
		PROF_SCOPE("outer");
		for (unsigned run = below(1000); run > 0; run--, n++)
			record_one(1);
		if (below(10) == 0)
			disturb();
	}
	client_read();
	for (unsigned i = 0; i < FUNCTIONS; i++) {
		snprintf(path, sizeof(path), "f%u", i);
		check(path, &expected[0][i]);
		snprintf(path, sizeof(path), "outer>f%u", i);
		check(path, &expected[1][i]);
	}
}
END_TEST

/* What a hand counted is read also when the hand has meanwhile gone over to another path. */
START_TEST(test_let_go)
{
	prof_function *f;

	client_begin();
	ck_assert_int_eq(prof_lookup("f", &f), PROF_OK);
	for (int i = 0; i < HAND_PATIENCE; i++)
		ck_assert_int_eq(prof_function_record(f, 1e-6, NULL), PROF_OK);
	client_read();
	ck_assert_uint_eq(client_returned("f"), HAND_PATIENCE);
	ck_assert_int_eq(prof_function_record(f, 1e-6, NULL), PROF_OK);
	{
		PROF_SCOPE("outer");
		for (int i = 0; i < HAND_PATIENCE; i++)
			ck_assert_int_eq(prof_function_record(f, 1e-6, NULL), PROF_OK);
	}
	client_read();
	ck_assert_uint_eq(client_returned("f"), HAND_PATIENCE + 1);
	ck_assert_uint_eq(client_returned("outer>f"), HAND_PATIENCE);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_let_go);
	tcase_add_loop_test(tests, test_any_order, 0, 5);
}
