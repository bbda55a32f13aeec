/*
 * What profd says becomes metrics: every number of it under a name of its own, and nothing twice.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/ask/status.h"
#include "tests/scarce.h"
#include "tests/suite.h"
#include "web/metrics/facts.h"

const char suite_name[] = "metrics_build";

static struct prof_bucket buckets[] = {{0, 5}};

static const struct prof_histogram none, two = {.calls = 2, .count = 1, .buckets = buckets},
					 five = {.calls = 5, .count = 1, .buckets = buckets},
					 seven = {.calls = 7, .count = 1, .buckets = buckets};

static const struct prof_function_histogram f_of_p = {.function = "f",
						      .program = "p",
						      .error_count = 2,
						      .slow_count = 1,
						      .returned = &none,
						      .failed = &two,
						      .all = &five},
					    f_of_q = {.function = "f",
						      .program = "q",
						      .returned = &none,
						      .failed = &none,
						      .all = &seven},
					    *functions[] = {&f_of_p, &f_of_q};

static struct prof_histogram_list histograms = {
	.extent = {.since = 1700000000.5}, .count = 2, .functions = functions, .left_out = 3};

static struct prof_fact facts[] = {
	{.name = "version", .kind = PROF_FACT_TEXT, .text = "1.2"},
	{.name = "disk", .kind = PROF_FACT_TEXT, .text = "ok"},
	{.name = "database", .kind = PROF_FACT_TEXT, .text = "/x"},
	{.name = "commits",
	 .unit = "",
	 .kind = PROF_FACT_NUMBER,
	 .number = 12,
	 .meaning = "Commits.",
	 .counter = true},
	{.name = "user_share",
	 .unit = "percent",
	 .kind = PROF_FACT_NUMBER,
	 .number = 50,
	 .meaning = "Share."},
	{.name = "cpu",
	 .unit = "s",
	 .counter = true,
	 .kind = PROF_FACT_REAL,
	 .real = 1.5,
	 .meaning = "Time."},
	{.name = "epoch", .unit = "", .kind = PROF_FACT_NUMBER, .number = 3, .counter = true},
	{.name = "of_the_future_bytes", .unit = "bytes", .kind = PROF_FACT_NUMBER, .number = 1},
	{.name = "no metric}", .unit = "", .kind = PROF_FACT_NUMBER, .number = 1},
};

static const struct prof_fact *fact_rows[] = {&facts[0], &facts[1], &facts[2], &facts[3], &facts[4],
					      &facts[5], &facts[6], &facts[7], &facts[8]};
static struct prof_status status = {sizeof(fact_rows) / sizeof(fact_rows[0]), fact_rows};

static struct prof_slow_call calls[] = {
	{.function = "g", .program = "p", .seconds = 3.0},
	{.function = "f", .program = "p", .seconds = 2.0},
	{.function = "g", .program = "p", .seconds = 4.0},
	{.function = "g", .program = "a", .seconds = 1.0},
};

static const struct prof_slow_call *call_rows[] = {&calls[0], &calls[1], &calls[2], &calls[3]};
static struct prof_slow_list running = {4, call_rows};

static const struct metrics_source whole = {&histograms, &running, &status, "0.9", 0.25, 6};

static const struct metric_family *find(const struct metrics *m, const char *name)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->families[i].name, name) == 0)
			return &m->families[i];
	return NULL;
}

/* The only sample of a family. */
static double value_of(const struct metrics *m, const char *name)
{
	const struct metric_family *f = find(m, name);

	ck_assert_msg(f != NULL, "%s", name);
	ck_assert_uint_eq(f->count, 1);
	return f->samples[0].value;
}

static void check_labels(const struct metric_sample *s, const char *function, const char *program)
{
	ck_assert_str_eq(s->label[0].name, "function");
	ck_assert_str_eq(s->label[0].value, function);
	ck_assert_str_eq(s->label[1].name, "program");
	ck_assert_str_eq(s->label[1].value, program);
}

START_TEST(functions_are_told_for_each_program)
{
	const struct metric_family *all, *failed, *failures, *slow;
	struct metrics m;

	ck_assert(metrics_build(&whole, &m));
	all = find(&m, "profd_call_duration_seconds");
	failed = find(&m, "profd_failed_call_duration_seconds");
	failures = find(&m, "profd_failed_calls");
	slow = find(&m, "profd_slow_calls");
	ck_assert_uint_eq(all->count, 2);
	ck_assert_int_eq((int)all->type, METRIC_HISTOGRAM);
	check_labels(&all->samples[1], "f", "q");
	ck_assert_uint_eq(all->samples[1].histogram->calls, 7);
	ck_assert_uint_eq(failed->count, 1);
	check_labels(&failed->samples[0], "f", "p");
	ck_assert_uint_eq(failed->samples[0].histogram->calls, 2);
	ck_assert_uint_eq(failures->count, 2);
	ck_assert_double_eq(failures->samples[0].value, 2.0);
	ck_assert_double_eq(failures->samples[1].value, 0.0);
	ck_assert_double_eq(slow->samples[0].value, 1.0);
	ck_assert_double_eq(value_of(&m, "profd_functions_left_out"), 3.0);
	ck_assert_double_eq(value_of(&m, "profd_statistics_since_timestamp_seconds"), 1700000000.5);
	metrics_free(&m);
}
END_TEST

START_TEST(running_calls_are_counted_and_the_longest_is_told)
{
	const struct metric_family *count, *longest;
	struct metrics m;

	ck_assert(metrics_build(&whole, &m));
	count = find(&m, "profd_slow_calls_running");
	longest = find(&m, "profd_slow_call_running_longest_seconds");
	ck_assert_uint_eq(count->count, 3);
	check_labels(&count->samples[0], "f", "p");
	check_labels(&count->samples[1], "g", "a");
	check_labels(&longest->samples[2], "g", "p");
	ck_assert_double_eq(count->samples[2].value, 2.0);
	ck_assert_double_eq(longest->samples[2].value, 4.0);
	metrics_free(&m);
}
END_TEST

START_TEST(facts_are_told_in_base_units)
{
	const struct metric_family *info;
	struct metrics m;

	ck_assert(metrics_build(&whole, &m));
	ck_assert_double_eq(value_of(&m, "profd_up"), 1.0);
	ck_assert_double_eq(value_of(&m, "profd_disk_ok"), 1.0);
	ck_assert_double_eq(value_of(&m, "profd_commits"), 12.0);
	ck_assert_double_eq(value_of(&m, "profd_user_share_ratio"), 0.5);
	ck_assert_double_eq(value_of(&m, "profd_cpu_seconds"), 1.5);
	ck_assert_double_eq(value_of(&m, "profd_clears"), 3.0);
	ck_assert_double_eq(value_of(&m, "profd_of_the_future_bytes"), 1.0);
	ck_assert_str_eq(find(&m, "profd_of_the_future_bytes")->unit, "bytes");
	ck_assert_int_eq(find(&m, "profd_of_the_future_bytes")->type, METRIC_GAUGE);
	ck_assert_ptr_null(find(&m, "profd_no metric}"));
	ck_assert_str_eq(find(&m, "profd_cpu_seconds")->help, "Time.");
	ck_assert_str_eq(find(&m, "profd_cpu_seconds")->unit, "seconds");
	ck_assert_int_eq(find(&m, "profd_cpu_seconds")->type, METRIC_COUNTER);
	ck_assert_double_eq(value_of(&m, "profweb_scrape_duration_seconds"), 0.25);
	ck_assert_double_eq(value_of(&m, "profweb_scrape_errors"), 6.0);
	info = find(&m, "profd_build_info");
	ck_assert_str_eq(info->samples[0].label[0].value, "1.2");
	ck_assert_str_eq(find(&m, "profweb_build_info")->samples[0].label[0].value, "0.9");
	metrics_free(&m);
	facts[1].text = "disk full";
	ck_assert(metrics_build(&whole, &m));
	ck_assert_double_eq(value_of(&m, "profd_disk_ok"), 0.0);
	metrics_free(&m);
	facts[1].text = "ok";
}
END_TEST

/* Away, just started, cut off in the middle. */
START_TEST(what_is_missing_is_left_out)
{
	struct prof_histogram_list no_functions = {0};
	struct prof_slow_list no_calls = {0};
	struct metrics_source away = {.version = "0.9", .errors = 1};
	struct metrics_source fresh = {&no_functions, &no_calls, &status, "0.9", 0.0, 0};
	struct metrics m;

	ck_assert(metrics_build(&away, &m));
	ck_assert_double_eq(value_of(&m, "profd_up"), 0.0);
	ck_assert_double_eq(value_of(&m, "profweb_scrape_errors"), 1.0);
	ck_assert_ptr_null(find(&m, "profd_functions_left_out"));
	metrics_free(&m);
	ck_assert(metrics_build(&fresh, &m));
	ck_assert_ptr_null(find(&m, "profd_call_duration_seconds"));
	ck_assert_double_eq(value_of(&m, "profd_functions_left_out"), 0.0);
	metrics_free(&m);
}
END_TEST

/* The facts of the profd of this tree: each that is a number has a metric, and no two the same. */
START_TEST(every_fact_has_a_metric)
{
	static Profd__Fact told[STATUS_FACTS_MAX];
	static char names[STATUS_FACTS_MAX][METRICS_NAME_MAX];
	struct status now = {.version = "", .disk = "", .sandbox = "", .store = {.file = ""}};
	size_t count = status_list(&now, told);

	ck_assert_uint_gt(count, 0);
	for (size_t i = 0; i < count; i++) {
		struct prof_fact fact = {.name = told[i].name,
					 .unit = told[i].unit,
					 .kind = told[i].value_case == PROFD__FACT__VALUE_TEXT
							 ? PROF_FACT_TEXT
							 : PROF_FACT_NUMBER};
		struct metric_family family = {.name = NULL};
		double scale = metrics_describe_fact(&fact, names[i], &family);

		ck_assert_msg((scale == 0.0) == (fact.kind == PROF_FACT_TEXT), "%s", fact.name);
		for (size_t j = 0; j < i && family.name != NULL; j++)
			ck_assert_str_ne(names[j], names[i]);
	}
}
END_TEST

START_TEST(without_memory_there_is_nothing)
{
	struct metrics m = {0};
	unsigned failures = 0;

	for (unsigned n = 1;; n++) {
		bool built;

		scarce_fail(n);
		built = metrics_build(&whole, &m);
		scarce_fail(0);
		if (built)
			break;
		ck_assert_ptr_null(m.families);
		failures++;
	}
	ck_assert_uint_gt(failures, 10);
	metrics_free(&m);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, functions_are_told_for_each_program);
	tcase_add_test(tests, running_calls_are_counted_and_the_longest_is_told);
	tcase_add_test(tests, facts_are_told_in_base_units);
	tcase_add_test(tests, what_is_missing_is_left_out);
	tcase_add_test(tests, every_fact_has_a_metric);
	tcase_add_test(tests, without_memory_there_is_nothing);
}
