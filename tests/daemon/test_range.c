/*
 * Ranges: whatever the store is at, each call of a range is in exactly one row of its scans.
 */
#include <string.h>

#include "daemon/store/range.h"
#include "tests/suite.h"

const char suite_name[] = "range";

#define TICKS 2000 /* windows of the shortest length that there ever were, with one call each */

/* A history of ticks 0 ... TICKS - 1, as the store has it at some moment. */
struct past {
	struct range_windows windows;
	int64_t counted[2]; /* up to and with these starts, windows are counted in longer ones */
};

static int64_t down(int64_t time, int64_t length)
{
	return time - time % length;
}

static struct past make_past(struct random *random)
{
	const int64_t middle = 2 + (int64_t)(random_next(random) % 5);
	const int64_t length[] = {10, 10 * middle, 30 * middle};
	struct past p = {.windows = {.end_ns = TICKS * 10}};
	int64_t kept0, kept1;

	memcpy(p.windows.length_ns, length, sizeof(length));
	/* Not all that is over is counted yet, and of that some was deleted. */
	p.counted[0] = down(TICKS * 10 - 10 - (int64_t)(random_next(random) % 300), length[0]);
	p.counted[1] = down(p.counted[0] - length[1] + 10, length[1]) -
		       (int64_t)(random_next(random) % 3) * length[1];
	kept0 = (int64_t)(random_next(random) % (uint64_t)p.counted[0]);
	kept1 = (int64_t)(random_next(random) % (uint64_t)p.counted[1]);
	p.windows.kept_ns[0] = random_next(random) % 4 == 0 ? 0 : kept0;
	p.windows.kept_ns[1] = random_next(random) % 4 == 0 ? 0 : kept1;
	return p;
}

/* The ticks that are counted in a row. */
static int64_t row(const struct past *p, unsigned length, int64_t start_ns)
{
	int64_t end = start_ns + p->windows.length_ns[length], calls = 0;

	if (start_ns < p->windows.kept_ns[length])
		return 0; /* it may be gone: nobody should ask for it */
	for (int64_t tick = start_ns; tick < end && tick < TICKS * 10; tick += 10) {
		if (length >= 1 && tick > p->counted[0])
			continue;
		if (length == 2 && down(tick, p->windows.length_ns[1]) > p->counted[1])
			continue;
		calls++;
	}
	return calls;
}

/* The calls that the rows of a scan tell; also which step they fall into is checked. */
static int64_t scan(const struct past *p, const struct range *r, const struct range_scan *s)
{
	int64_t length = p->windows.length_ns[s->length], calls = 0;

	ck_assert_int_eq(s->since_ns % length, 0);
	for (int64_t at = s->since_ns; at < s->until_ns; at += length) {
		if (s->behind && at <= p->counted[s->length])
			continue;
		ck_assert(at >= p->windows.kept_ns[s->length]);
		calls += row(p, s->length, at);
		ck_assert_uint_lt(range_step(r, at), range_steps(r));
	}
	return calls;
}

static int64_t bound(int64_t time)
{
	return time > TICKS * 10 ? TICKS * 10 : time;
}

static void check(const struct past *p, struct range *r)
{
	struct range asked = *r;
	int64_t calls = 0;

	range_plan(r, &p->windows);
	ck_assert_uint_le(r->count, RANGE_SCANS_MAX);
	for (unsigned i = 0; i < r->count; i++)
		calls += scan(p, r, &r->scan[i]);
	if (r->since_ns >= r->until_ns) {
		ck_assert_int_eq(calls, 0);
		ck_assert(asked.since_ns >= TICKS * 10 ||
			  (asked.until_ns != 0 &&
			   (asked.until_ns <= asked.since_ns || asked.until_ns < 0)));
		return;
	}
	ck_assert_int_eq(calls, (bound(r->until_ns) - r->since_ns) / 10);
	ck_assert_int_le(r->since_ns, asked.since_ns < 0 ? 0 : asked.since_ns);
	ck_assert(asked.until_ns == 0 || asked.until_ns > TICKS * 10 ||
		  r->until_ns >= asked.until_ns);
	ck_assert_int_ge(r->step_ns, asked.step_ns);
}

START_TEST(each_call_is_told_once)
{
	struct random random = {2024};

	for (int i = 0; i < 3000; i++) {
		struct past p = make_past(&random);
		struct range r = {
			.since_ns = (int64_t)(random_next(&random) % (TICKS * 11)),
			.until_ns = (int64_t)(random_next(&random) % (TICKS * 11)),
			.step_ns = random_next(&random) % 2 == 0
					   ? 0
					   : (int64_t)(random_next(&random) % 1000),
		};

		if (random_next(&random) % 4 == 0)
			r.since_ns = 0;
		if (random_next(&random) % 4 == 0)
			r.until_ns = 0;
		check(&p, &r);
	}
}
END_TEST

/* Where short windows are there, the range is as exact as they are; the middle is read from the
 * long ones. */
START_TEST(edges_are_short_and_the_middle_is_long)
{
	struct past p = {.windows = {.length_ns = {10, 60, 360}, .end_ns = TICKS * 10},
			 .counted = {TICKS * 10 - 20, TICKS * 10 - 80}};
	struct range r = {.since_ns = 130, .until_ns = 10010};
	int64_t rows = 0;

	range_plan(&r, &p.windows);
	ck_assert_int_eq(r.since_ns, 130);
	ck_assert_int_eq(r.until_ns, 10010);
	for (unsigned i = 0; i < r.count; i++)
		if (!r.scan[i].behind)
			rows += (r.scan[i].until_ns - r.scan[i].since_ns) /
				p.windows.length_ns[r.scan[i].length];
	/* 360 ... 9720 in 26 long ones, 180 and 9720 ... 9960 in 3 + 4, 130 and 9960 in 5 + 5. */
	ck_assert_int_eq(rows, 26 + 3 + 4 + 5 + 5);
}
END_TEST

START_TEST(nothing_is_there_yet)
{
	struct range_windows none = {{1, 1, 1}, {0}, 0, 0};
	struct range r = {.since_ns = 5, .until_ns = INT64_MAX, .step_ns = 7};

	range_plan(&r, &none);
	ck_assert_uint_eq(r.count, 0);
	ck_assert_uint_eq(range_steps(&r), 0);
}
END_TEST

START_TEST(extreme_questions_do_no_harm)
{
	struct past p = {.windows = {.length_ns = {10, 60, 360}, .end_ns = TICKS * 10},
			 .counted = {TICKS * 10 - 20, TICKS * 10 - 80}};
	const int64_t times[] = {INT64_MIN, -1, 0, 1, TICKS * 10, INT64_MAX};
	const int64_t steps[] = {0, 1, 10, 361, INT64_C(1) << 60};

	for (unsigned i = 0; i < 6; i++)
		for (unsigned j = 0; j < 6; j++)
			for (unsigned k = 0; k < 5; k++) {
				struct range r = {.since_ns = times[i],
						  .until_ns = times[j],
						  .step_ns = steps[k]};

				check(&p, &r);
			}
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, each_call_is_told_once);
	tcase_add_test(tests, edges_are_short_and_the_middle_is_long);
	tcase_add_test(tests, nothing_is_there_yet);
	tcase_add_test(tests, extreme_questions_do_no_harm);
}
