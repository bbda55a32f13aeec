/*
 * What top knows: rates and shares from one look to the next, the order, the filter, and functions
 * that come and go.
 */
#include "tests/suite.h"

#include <stdio.h>
#include <string.h>

#include "ctl/top/model.h"

const char suite_name[] = "top_model";

static struct prof_stats stats(const char *name, uint64_t calls, double total)
{
	return (struct prof_stats){.function_name = name,
				   .call_count = calls,
				   .total_seconds = total,
				   .avg_seconds = calls == 0 ? 0.0 : total / (double)calls,
				   .p99 = total};
}

static void look(struct top_model *m, bool whole, double now, struct prof_stats *functions,
		 size_t count)
{
	const struct prof_stats *rows[300];
	struct prof_changes changes = {
		.whole = whole, .count = count, .functions = rows, .profiled_functions = count};

	ck_assert_uint_le(count, sizeof(rows) / sizeof(rows[0]));
	for (size_t i = 0; i < count; i++) {
		rows[i] = &functions[i];
		changes.total_calls += functions[i].call_count;
	}
	top_model_update(m, &changes, now);
}

static const struct top_function *shown(const struct top_model *m, size_t at, const char *name)
{
	ck_assert_uint_lt(at, m->shown_count);
	ck_assert_str_eq(m->shown[at]->name, name);
	return m->shown[at];
}

/* Rates and shares tell of the time between two looks, not of what was before. */
START_TEST(test_rates)
{
	struct prof_stats first[] = {stats("a", 1000, 10.0), stats("b", 10, 90.0)};
	struct prof_stats second[] = {stats("a", 1500, 13.0), stats("b", 11, 91.0)};
	struct top_model m = {0};

	look(&m, 1, 100.0, first, 2);
	top_model_show(&m, TOP_BY_SHARE, "");
	ck_assert_double_eq(shown(&m, 0, "b")->rate, 0.0);
	look(&m, 0, 102.0, second, 2);
	top_model_show(&m, TOP_BY_SHARE, "");
	ck_assert_double_eq(shown(&m, 0, "a")->rate, 250.0);
	ck_assert_double_eq(shown(&m, 0, "a")->share, 0.75);
	ck_assert_double_eq(shown(&m, 1, "b")->rate, 0.5);
	ck_assert_double_eq(m.rate, 250.5);
	ck_assert_double_eq(m.busy, 2.0);
	top_model_deinit(&m);
}
END_TEST

/* A function that is not told has not changed: it does nothing now. A clear makes nobody negative.
 */
START_TEST(test_unchanged)
{
	struct prof_stats both[] = {stats("a", 1, 1.0), stats("b", 1, 2.0)};
	struct prof_stats one[] = {stats("a", 5, 2.0)}, cleared[] = {stats("a", 2, 0.5)};
	struct top_model m = {0};

	look(&m, 1, 1.0, both, 2);
	look(&m, 0, 2.0, one, 1);
	top_model_show(&m, TOP_BY_NAME, "");
	ck_assert_double_eq(shown(&m, 0, "a")->rate, 4.0);
	ck_assert_double_eq(shown(&m, 1, "b")->rate, 0.0);
	look(&m, 0, 3.0, cleared, 1);
	top_model_show(&m, TOP_BY_NAME, "");
	ck_assert_double_eq(shown(&m, 0, "a")->rate, 0.0);
	ck_assert_double_eq(m.rate, 0.0);
	top_model_deinit(&m);
}
END_TEST

/* In a whole answer who is missing is gone, and found anew when it comes back. */
START_TEST(test_gone)
{
	struct prof_stats many[300], few[] = {stats("f7", 9, 1.0)};
	static char names[300][8];
	struct top_model m = {0};

	for (int i = 0; i < 300; i++) {
		snprintf(names[i], sizeof(names[i]), "f%d", i);
		many[i] = stats(names[i], 1, i);
	}
	look(&m, 1, 1.0, many, 300);
	top_model_show(&m, TOP_BY_P99, "");
	ck_assert_uint_eq(m.shown_count, 300);
	shown(&m, 0, "f299");
	look(&m, 1, 2.0, few, 1);
	top_model_show(&m, TOP_BY_P99, "");
	ck_assert_uint_eq(m.shown_count, 1);
	ck_assert_double_eq(shown(&m, 0, "f7")->rate, 8.0);
	look(&m, 1, 3.0, many, 300);
	top_model_show(&m, TOP_BY_P99, "");
	ck_assert_uint_eq(m.shown_count, 300);
	top_model_deinit(&m);
}
END_TEST

/* The filter is a part of the name, whatever its case. */
START_TEST(test_filter)
{
	struct prof_stats some[] = {stats("db.Query", 1, 1.0), stats("http", 1, 2.0),
				    stats("DB", 1, 3.0)};
	struct top_model m = {0};

	look(&m, 1, 1.0, some, 3);
	top_model_show(&m, TOP_BY_NAME, "db");
	ck_assert_uint_eq(m.shown_count, 2);
	shown(&m, 0, "DB");
	top_model_show(&m, TOP_BY_NAME, "nothing");
	ck_assert_uint_eq(m.shown_count, 0);
	top_model_forget(&m);
	top_model_show(&m, TOP_BY_NAME, "");
	ck_assert_uint_eq(m.shown_count, 0);
	look(&m, 1, 2.0, some, 1);
	top_model_show(&m, TOP_BY_NAME, "");
	shown(&m, 0, "db.Query");
	top_model_deinit(&m);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_rates);
	tcase_add_test(tests, test_unchanged);
	tcase_add_test(tests, test_gone);
	tcase_add_test(tests, test_filter);
}
