/*
 * Structs that are passed in, of yesterday's size and of tomorrow's: one rule for all of them.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "include/profbench.h"
#include "include/profclient.h"
#include "tests/suite.h"

const char suite_name[] = "sized";

#define TAIL 24

static const double timings[] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};

/* Each has the library read a struct, and gives the error that comes after reading. */
static prof_error pass_options(const void *from)
{
	return prof_init(from);
}

static prof_error pass_filter(const void *from)
{
	struct prof_stats_list *list;

	return prof_get_all_stats(from, -1.0, &list);
}

static prof_error pass_selection(const void *from)
{
	struct prof_histogram_list *list;

	return prof_get_histograms(from, NULL, -1.0, &list);
}

static prof_error pass_benchmark(const void *from)
{
	return prof_saved_add(from, -1.0, NULL);
}

static struct prof_bench_result *result(void)
{
	struct prof_bench_result *made = NULL;

	ck_assert_int_eq(prof_bench_result_from("x", timings, 6, NULL, &made), PROF_OK);
	return made;
}

static prof_error pass_about(const void *from)
{
	struct prof_bench_result *r = result();
	struct prof_benchmark *benchmark = NULL;
	prof_error error = prof_bench_describe(r, from, &benchmark);

	prof_bench_free(benchmark);
	prof_bench_free(r);
	return error;
}

static int body(void *argument)
{
	++*(int *)argument;
	return 0;
}

static prof_error pass_task(const void *from)
{
	struct prof_bench_options few = PROF_BENCH_OPTIONS_INIT;
	struct prof_bench_result *r = NULL;
	prof_error error;

	few.iterations = 1;
	few.batch = 1;
	error = prof_bench_run(from, &few, &r);
	prof_bench_free(r);
	return error;
}

static prof_error pass_bench_options(const void *from)
{
	struct prof_bench_result *r = NULL;
	prof_error error = prof_bench_result_from("x", timings, 6, from, &r);

	prof_bench_free(r);
	return error;
}

static prof_error pass_criteria(const void *from)
{
	struct prof_bench_result *r = result();
	struct prof_bench_comparison *c = NULL;
	prof_error error = prof_bench_compare(r, r, from, &c);

	prof_bench_free(c);
	prof_bench_free(r);
	return error;
}

static int calls;
static const struct prof_options options = PROF_OPTIONS_INIT;
static const struct prof_filter filter = PROF_FILTER_INIT;
static const struct prof_selection selection = PROF_SELECTION_INIT;
static const struct prof_benchmark benchmark = {
	.size = sizeof(benchmark), .name = "x", .timings = timings, .count = 6};
static const struct prof_bench_task task = {
	.size = sizeof(task), .name = "x", .function = body, .argument = &calls};
static const struct prof_bench_options bench_options = PROF_BENCH_OPTIONS_INIT;
static const struct prof_bench_criteria criteria = PROF_BENCH_CRITERIA_INIT;

#define END(type, member) (offsetof(struct type, member) + sizeof(((struct type *)0)->member))
#define ROW(type, sound, least, last, pass, error)                                          \
	{                                                                                   \
		&sound, sizeof(struct type), END(type, least), END(type, last), pass, error \
	}

/* The shortest that is read is that of the first release: a number that must never grow. */
static const struct {
	const void *sound;
	size_t size, least, end;
	prof_error (*pass)(const void *from);
	prof_error error;
} rows[] = {
	ROW(prof_options, options, exit_wait, server_key, pass_options, PROF_OK),
	ROW(prof_filter, filter, pattern, limit, pass_filter, PROF_BAD_VALUE),
	ROW(prof_selection, selection, function, program, pass_selection, PROF_BAD_VALUE),
	ROW(prof_benchmark, benchmark, count, note, pass_benchmark, PROF_BAD_VALUE),
	ROW(prof_benchmark, benchmark, count, note, pass_about, PROF_OK),
	ROW(prof_bench_task, task, argument, tear_down_each, pass_task, PROF_OK),
	ROW(prof_bench_options, bench_options, iterations, resamples, pass_bench_options, PROF_OK),
	ROW(prof_bench_criteria, criteria, relevance, resamples, pass_criteria, PROF_OK),
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* A copy of row n in memory of exactly the size that it says it has, so that reading on is seen. */
static void *copy(int n, size_t size)
{
	size_t known = size < rows[n].size ? size : rows[n].size;
	char *made = calloc(1, size < sizeof(size) ? sizeof(size) : size);

	ck_assert_ptr_nonnull(made);
	memcpy(made, rows[n].sound, known < sizeof(size) ? sizeof(size) : known);
	memcpy(made, &size, sizeof(size));
	return made;
}

static void ck_passes(int n, size_t size, prof_error error)
{
	void *made = copy(n, size);

	ck_assert_int_eq(rows[n].pass(made), error);
	free(made);
}

/* A struct of the size that we know, or of any that an older program may have, is read as far as it
 * goes. */
START_TEST(shorter_ones_are_read)
{
	for (size_t size = rows[_i].least; size <= rows[_i].size; size += sizeof(void *))
		ck_passes(_i, size, rows[_i].error);
}
END_TEST

/* What is shorter than any that there ever was is a mistake. */
START_TEST(unsound_sizes_are_refused)
{
	ck_passes(_i, 0, PROF_BAD_ARGUMENT);
	ck_passes(_i, rows[_i].least - 1, PROF_BAD_ARGUMENT);
}
END_TEST

/* A newer program may run with this library as long as it uses nothing new. */
START_TEST(longer_ones_are_read_unless_they_say_more)
{
	size_t size = rows[_i].size + TAIL;

	ck_passes(_i, size, rows[_i].error);
	for (size_t at = rows[_i].size; at < size; at++) {
		char *made = copy(_i, size);

		made[at] = 1;
		ck_assert_int_eq(rows[_i].pass(made), PROF_BAD_OPTION);
		free(made);
	}
}
END_TEST

/* A member added at the end must not lie where an older program has padding: that is not zero. */
START_TEST(no_padding_at_the_end)
{
	ck_assert_uint_eq(rows[_i].end, rows[_i].size);
}
END_TEST

/* What a shorter struct lacks has its default, not zero: without resamples there are intervals. */
START_TEST(what_is_lacking_has_its_default)
{
	struct prof_bench_options shorter = PROF_BENCH_OPTIONS_INIT;
	struct prof_bench_result *whole = result(), *r = NULL;

	shorter.size = offsetof(struct prof_bench_options, resamples);
	shorter.resamples = 1; /* would be refused */
	ck_assert_int_eq(prof_bench_result_from("x", timings, 6, &shorter, &r), PROF_OK);
	ck_assert(r->mean_ci.low == whole->mean_ci.low && r->mean_ci.high == whole->mean_ci.high);
	prof_bench_free(r);
	prof_bench_free(whole);
}
END_TEST

/* Numbers, names and sentences of errors are there for each, and none for others. */
START_TEST(errors_have_names)
{
#define COUNT(name, number, sentence) +1
	enum { ERRORS = 1 PROF_ERRORS(COUNT) };

	for (int i = 0; i < ERRORS; i++) {
		ck_assert_ptr_eq(strstr(prof_error_name(i), "PROF_"), prof_error_name(i));
		ck_assert_str_ne(prof_strerror(i), "unknown error");
		ck_assert_str_eq(prof_strerror(i), prof_bench_strerror(i));
	}
	ck_assert_str_eq(prof_error_name(10), "PROF_TIMEOUT");
	ck_assert_str_eq(prof_error_name(PROF_NO_HANDSHAKE), "PROF_NO_HANDSHAKE");
	ck_assert_str_eq(prof_error_name(ERRORS), "unknown");
	ck_assert_str_eq(prof_strerror(-1), "unknown error");
}
END_TEST

/* The header's version is the library's, in each of its forms. */
START_TEST(version)
{
	ck_assert_str_eq(prof_version(), PROF_VERSION);
	ck_assert_int_eq(PROF_VERSION_NUMBER,
			 PROF_VERSION_MAJOR << 16 | PROF_VERSION_MINOR << 8 | PROF_VERSION_PATCH);
}
END_TEST

/* A result is described by what it says, by this machine, and by the caller, who has the last word.
 */
START_TEST(a_result_is_described)
{
	struct prof_benchmark about = PROF_BENCHMARK_INIT, *b = NULL;
	struct prof_bench_result *r = result();

	about.note = "why";
	about.compiler = "";
	ck_assert_int_eq(prof_bench_describe(r, &about, &b), PROF_OK);
	ck_assert_uint_eq(b->size, sizeof(*b));
	ck_assert_str_eq(b->name, "x");
	ck_assert_ptr_eq(b->timings, r->timings);
	ck_assert_uint_eq(b->count, 6);
	ck_assert_str_eq(b->note, "why");
	ck_assert_str_eq(b->compiler, "");
	ck_assert_str_ne(b->machine, "");
	ck_assert_ptr_eq(strstr(b->system, "Linux "), b->system);
	prof_bench_free(b);
	ck_assert_int_eq(prof_bench_save(r, NULL, -1.0, NULL), PROF_BAD_VALUE);
	ck_assert_int_eq(prof_bench_save(NULL, NULL, 1.0, NULL), PROF_BAD_ARGUMENT);
	prof_bench_free(r);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, shorter_ones_are_read, 0, ROWS);
	tcase_add_loop_test(tests, unsound_sizes_are_refused, 0, ROWS);
	tcase_add_loop_test(tests, longer_ones_are_read_unless_they_say_more, 0, ROWS);
	tcase_add_loop_test(tests, no_padding_at_the_end, 0, ROWS);
	tcase_add_test(tests, what_is_lacking_has_its_default);
	tcase_add_test(tests, errors_have_names);
	tcase_add_test(tests, version);
	tcase_add_test(tests, a_result_is_described);
}
