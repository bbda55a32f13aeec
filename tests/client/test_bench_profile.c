/*
 * The profile of one call: what it returned, took and left behind.
 */
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "include/profbench.h"

const char suite_name[] = "bench_profile";

#define MIB (1 << 20)
/* Sanitizers have an allocator of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OTHER_ALLOCATOR 1
#else
#define OTHER_ALLOCATOR 0
#endif

static void *kept;

static int seven(void *argument)
{
	++*(int *)argument;
	return 7;
}

static int allocate(void *argument)
{
	char *passing = malloc(3 * MIB);

	(void)argument;
	if (passing == NULL)
		return 1;
	memset(passing, 1, 3 * MIB);
	PROF_BENCH_BARRIER();
	kept = malloc(MIB);
	free(passing);
	return 0;
}

static int touch_pages(void *argument)
{
	char *pages = argument;

	for (size_t i = 0; i < 8 * MIB; i += 4096)
		pages[i] = 1;
	return 0;
}

static int sleep_often(void *argument)
{
	(void)argument;
	for (int i = 0; i < 5; i++)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	return 0;
}

static int use_processor(void *argument)
{
	struct timespec now;

	(void)argument;
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	while (now.tv_sec == 0 && now.tv_nsec < 60000000);
	return 0;
}

static struct prof_bench_profile profile_of(prof_bench_function function, void *argument,
					    unsigned wanted)
{
	struct prof_bench_profile *profile = NULL, copy;

	ck_assert_int_eq(prof_bench_profile(function, argument, wanted, &profile), PROF_OK);
	copy = *profile;
	prof_bench_free(profile);
	return copy;
}

START_TEST(the_call_is_made_once_and_its_value_passed_through)
{
	int calls = 0;
	struct prof_bench_profile p = profile_of(seven, &calls, 0);

	ck_assert_int_eq(calls, 1);
	ck_assert_int_eq(p.returned, 7);
	ck_assert_uint_eq(p.known, 0);
	ck_assert(p.wall >= 0);
}
END_TEST

START_TEST(heap_that_stays_is_told)
{
	struct prof_bench_profile p = profile_of(allocate, NULL, PROF_BENCH_HEAP);

	ck_assert_uint_ne(p.known & PROF_BENCH_KNOWS_HEAP, 0);
	if (!OTHER_ALLOCATOR) {
		ck_assert_int_ge(p.heap_change, MIB);
		ck_assert_int_lt(p.heap_change, MIB + MIB / 4);
	}
	free(kept);
}
END_TEST

/* Here nobody counts what is allocated. */
START_TEST(peak_of_the_heap_is_not_guessed)
{
	struct prof_bench_profile p = profile_of(allocate, NULL, PROF_BENCH_HEAP);

	ck_assert_uint_eq(p.known & PROF_BENCH_KNOWS_HEAP_PEAK, 0);
	ck_assert_int_eq(p.heap_peak, 0);
	free(kept);
}
END_TEST

START_TEST(pages_that_are_touched_are_faults_and_resident)
{
	char *pages =
		mmap(NULL, 8 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct prof_bench_profile p;

	ck_assert_ptr_ne(pages, MAP_FAILED);
	madvise(pages, 8 * MIB, MADV_NOHUGEPAGE);
	p = profile_of(touch_pages, pages, PROF_BENCH_RESIDENT | PROF_BENCH_FAULTS);
	ck_assert_uint_ne(p.known & PROF_BENCH_KNOWS_FAULTS, 0);
	ck_assert_uint_ge(p.minor_faults, 8 * MIB / 4096);
	ck_assert_uint_ne(p.known & PROF_BENCH_KNOWS_RESIDENT, 0);
	ck_assert_int_ge(p.resident_change, 7 * MIB);
	if (p.known & PROF_BENCH_KNOWS_RESIDENT_PEAK)
		ck_assert_int_ge(p.resident_peak, 7 * MIB);
	munmap(pages, 8 * MIB);
}
END_TEST

START_TEST(a_thread_that_sleeps_is_switched_off)
{
	struct prof_bench_profile p = profile_of(sleep_often, NULL, PROF_BENCH_SWITCHES);

	ck_assert_uint_eq(p.known, PROF_BENCH_KNOWS_SWITCHES);
	ck_assert_uint_ge(p.voluntary_switches, 5);
	ck_assert(p.wall >= 0.005);
}
END_TEST

START_TEST(processor_time_is_that_of_the_thread)
{
	struct prof_bench_profile p = profile_of(use_processor, NULL, PROF_BENCH_CPU);

	ck_assert_uint_eq(p.known, PROF_BENCH_KNOWS_CPU);
	ck_assert(p.cpu > 0 && p.cpu <= 0.1);
	ck_assert(p.wall >= p.cpu * 0.99);
	ck_assert(p.user + p.system > 0);
}
END_TEST

/* What the kernel grants differs; what is not known is 0. */
START_TEST(counters_are_known_or_zero)
{
	struct prof_bench_profile p = profile_of(use_processor, NULL, PROF_BENCH_ALL);

	ck_assert_int_eq((p.known & PROF_BENCH_KNOWS_CYCLES) != 0, p.cycles > 0);
	ck_assert_int_eq((p.known & PROF_BENCH_KNOWS_INSTRUCTIONS) != 0, p.instructions > 0);
	if ((p.known & PROF_BENCH_KNOWS_CACHE_MISSES) == 0)
		ck_assert_uint_eq(p.cache_misses, 0);
	if ((p.known & PROF_BENCH_KNOWS_BRANCH_MISSES) == 0)
		ck_assert_uint_eq(p.branch_misses, 0);
}
END_TEST

START_TEST(bad_input_is_refused)
{
	int calls = 0;
	struct prof_bench_profile *p = NULL;

	ck_assert_int_eq(prof_bench_profile(NULL, NULL, 0, &p), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_profile(seven, &calls, 0, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_bench_profile(seven, &calls, 1u << 6, &p), PROF_BAD_OPTION);
	ck_assert_ptr_null(p);
	ck_assert_int_eq(calls, 0);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, the_call_is_made_once_and_its_value_passed_through);
	tcase_add_test(tests, heap_that_stays_is_told);
	tcase_add_test(tests, peak_of_the_heap_is_not_guessed);
	tcase_add_test(tests, pages_that_are_touched_are_faults_and_resident);
	tcase_add_test(tests, a_thread_that_sleeps_is_switched_off);
	tcase_add_test(tests, processor_time_is_that_of_the_thread);
	tcase_add_test(tests, counters_are_known_or_zero);
	tcase_add_test(tests, bad_input_is_refused);
}
