/*
 * When there are enough runs of commands, what is told of the rest, and how timings are drawn and
 * ranked.
 */
#include "tests/suite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bench/histogram.h"
#include "ctl/bench/progress.h"
#include "ctl/bench/rank.h"

const char suite_name[] = "bench progress";

static struct progress progress_of(const struct bench_plan *plan, size_t group, uint64_t done,
				   double elapsed)
{
	return (struct progress){.plan = plan, .commands = group, .done = done, .elapsed = elapsed};
}

/* Rounds end when there are as many as were asked for and the time is over, or at the most. */
START_TEST(enough)
{
	static const struct {
		uint64_t min, max, done;
		double elapsed;
		bool enough;
	} cases[] = {
		{10, 1000, 9, 100.0, false}, {10, 1000, 10, 5.9, false},  {10, 1000, 10, 6.0, true},
		{10, 1000, 999, 1.0, false}, {10, 1000, 1000, 1.0, true}, {7, 7, 6, 100.0, false},
		{7, 7, 7, 0.0, true},	     {1, 1000, 1, 60.0, true},
	};
	const struct bench_plan plan = {
		.min_runs = cases[_i].min, .max_runs = cases[_i].max, .budget = 3.0};
	struct progress p = progress_of(&plan, 2, cases[_i].done, cases[_i].elapsed);

	ck_assert(progress_is_enough(&p) == cases[_i].enough);
}
END_TEST

/* The estimate follows from how long a round took: as many as fill the time, within the limits. */
START_TEST(estimate)
{
	static const struct {
		uint64_t min, max, done;
		double elapsed;
		size_t later;
		uint64_t rounds;
		double remaining;
	} cases[] = {
		{10, 1000, 0, 0.0, 0, 0, -1.0},	  {10, 1000, 1, 0.5, 0, 12, 5.5},
		{10, 1000, 4, 2.0, 0, 12, 4.0},	  {10, 1000, 2, 4.0, 0, 10, 16.0},
		{10, 20, 2, 0.125, 0, 20, 1.125}, {7, 7, 0, 0.0, 0, 7, -1.0},
		{7, 7, 3, 1.5, 0, 7, 2.0},	  {7, 7, 3, 1.5, 2, 7, 9.0},
		{10, 1000, 12, 6.25, 0, 12, 0.0},
	};
	const struct bench_plan plan = {
		.min_runs = cases[_i].min, .max_runs = cases[_i].max, .budget = 3.0};
	struct progress p = progress_of(&plan, 2, cases[_i].done, cases[_i].elapsed);

	p.later = cases[_i].later;
	ck_assert_uint_eq(progress_rounds(&p), cases[_i].rounds);
	ck_assert_double_eq_tol(progress_remaining(&p), cases[_i].remaining, 1e-9);
}
END_TEST

static uint64_t sum_of(const struct histogram_of_runs *h)
{
	uint64_t sum = h->beyond;

	for (size_t i = 0; i < HISTOGRAM_BARS; i++)
		sum += h->bars[i];
	return sum;
}

/* Each timing is in one bar: the least in the first, the greatest in the last. */
START_TEST(bars)
{
	double timings[HISTOGRAM_BARS * 2];
	struct histogram_of_runs h;

	for (size_t i = 0; i < HISTOGRAM_BARS * 2; i++)
		timings[i] = 1.0 + (double)((i * 7) % (HISTOGRAM_BARS * 2));
	histogram_count(&h, timings, HISTOGRAM_BARS * 2);
	ck_assert_double_eq(h.low, 1.0);
	ck_assert_double_eq(h.high, HISTOGRAM_BARS * 2);
	for (size_t i = 0; i < HISTOGRAM_BARS; i++)
		ck_assert_msg(h.bars[i] >= 1 && h.bars[i] <= 3, "%zu", i);
	ck_assert_uint_eq(h.beyond, 0);
	ck_assert_uint_eq(sum_of(&h), HISTOGRAM_BARS * 2);
}
END_TEST

/* One timing far above the others is counted apart, and does not press them together. */
START_TEST(far_above)
{
	const double timings[] = {1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 50.0};
	struct histogram_of_runs h;

	histogram_count(&h, timings, 8);
	ck_assert_uint_eq(h.beyond, 1);
	ck_assert_double_eq(h.high, 1.6);
	ck_assert_uint_eq(h.bars[0], 1);
	ck_assert_uint_eq(h.bars[HISTOGRAM_BARS - 1], 1);
	ck_assert_uint_eq(sum_of(&h), 8);
}
END_TEST

/* Timings that are all the same stand in one bar in the middle. */
START_TEST(all_equal)
{
	const double timings[] = {2.0, 2.0, 2.0};
	struct histogram_of_runs h;

	histogram_count(&h, timings, 3);
	ck_assert_uint_eq(h.bars[HISTOGRAM_BARS / 2], 3);
	ck_assert_uint_eq(sum_of(&h), 3);
}
END_TEST

/* The highest bar is full, one of a thousand is still to be seen, and what is empty is blank. */
START_TEST(drawn)
{
	struct histogram_of_runs h = {.bars = {1000, 1, 0, 500}};
	char line[HISTOGRAM_ROOM];

	histogram_draw(line, &h, false);
	ck_assert_uint_eq(strlen(line), HISTOGRAM_BARS);
	ck_assert_int_eq(strncmp(line, "@. = ", 5), 0);
	histogram_draw(line, &h, true);
	ck_assert_uint_eq(strlen(line), HISTOGRAM_BARS - 3 + 3 * strlen("█"));
	ck_assert_int_eq(strncmp(line, "█▁ ▄ ", strlen("█▁ ▄ ")), 0);
}
END_TEST

/* Results of ten timings around a median; the third is NULL where `some` is set. */
static void measure(struct bench_measured *measured, size_t count, bool some)
{
	static const double medians[] = {2.0, 1.0, 3.0, 1.0};
	static const char *const names[] = {"two", "one", "three", "other"};

	for (size_t i = 0; i < count; i++) {
		double timings[10];

		for (size_t k = 0; k < 10; k++)
			timings[k] = medians[i] * (1.0 + ((double)k - 4.5) / 1000.0);
		measured[i] = (struct bench_measured){.count = 10};
		if (!some || i != 2)
			ck_assert_int_eq(prof_bench_result_from(names[i], timings, 10, NULL,
								&measured[i].result),
					 PROF_OK);
	}
}

/* The fastest comes first, of equals the one named first, and each other is compared with it; a
 * command that was not measured is left out. */
START_TEST(ranked)
{
	struct bench_measured measured[4];
	const struct bench_plan plan = {.count = 4};
	const struct bench_session session = {.plan = &plan, .measured = measured};
	struct ranking ranking;

	measure(measured, 4, true);
	ranking_make(&ranking, &session);
	ck_assert_uint_eq(ranking.count, 3);
	ck_assert_str_eq(ranking.results[0]->name, "one");
	ck_assert_str_eq(ranking.results[1]->name, "other");
	ck_assert_str_eq(ranking.results[2]->name, "two");
	ck_assert_int_eq(ranking.comparisons[0]->verdict, PROF_BENCH_NO_DIFFERENCE);
	ck_assert_str_eq(ranking.comparisons[1]->first, "two");
	ck_assert_int_eq(ranking.comparisons[1]->verdict, PROF_BENCH_FASTER);
	ck_assert_double_eq_tol(ranking.comparisons[1]->ratio, 2.0, 1e-9);
	/* Two comparisons share the risk of one. */
	ck_assert_double_eq_tol(ranking.comparisons[1]->significance, 0.025, 1e-12);
	ranking_free(&ranking);
	for (size_t i = 0; i < 4; i++)
		prof_bench_free(measured[i].result);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, enough, 0, 8);
	tcase_add_loop_test(tests, estimate, 0, 9);
	tcase_add_test(tests, bars);
	tcase_add_test(tests, far_above);
	tcase_add_test(tests, all_equal);
	tcase_add_test(tests, drawn);
	tcase_add_test(tests, ranked);
}
