/*
 * The peak of the heap, in a program that is linked with libprofheap: every way to allocate and to
 * free is counted, in bytes that can be used.
 */
#include "tests/suite.h"

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "include/profbench.h"

const char suite_name[] = "bench_heap";

#define MIB (1 << 20)
/* A mapped block is rounded up to pages. */
#define SLACK (MIB / 8)

/* Hides from the compiler that nobody uses the memory. */
static void *use(void *memory)
{
	ck_assert_ptr_nonnull(memory);
	memset(memory, 1, malloc_usable_size(memory));
	__asm__ volatile("" : : "g"(memory) : "memory");
	return memory;
}

static int by_malloc(void *argument)
{
	void *one = use(malloc(2 * MIB)), *two = use(malloc(MIB));

	free(one);
	*(void **)argument = two;
	return 3;
}

static int by_calloc(void *argument)
{
	void *one = use(calloc(2, MIB));

	*(void **)argument = use(calloc(MIB, 1));
	free(one);
	return 3;
}

static int by_realloc(void *argument)
{
	void *one = use(realloc(NULL, MIB));

	one = use(realloc(one, 3 * MIB));
	*(void **)argument = use(realloc(one, MIB));
	return 3;
}

static int by_alignment(void *argument)
{
	void *one = NULL, *two = use(aligned_alloc(64, MIB));

	ck_assert_int_eq(posix_memalign(&one, 4096, MIB), 0);
	use(one);
	free(two);
	two = use(valloc(MIB));
	*(void **)argument = use(memalign(128, MIB));
	free(one);
	free(two);
	return 3;
}

static void *allocate_and_end(void *argument)
{
	free(use(malloc(3 * MIB)));
	return argument;
}

static int by_a_thread(void *argument)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, allocate_and_end, NULL), 0);
	pthread_join(thread, NULL);
	*(void **)argument = use(malloc(MIB));
	return 3;
}

static const prof_bench_function ways[] = {by_malloc, by_calloc, by_realloc, by_alignment,
					   by_a_thread};

START_TEST(three_at_the_peak_and_one_that_stays)
{
	struct prof_bench_profile *p = NULL;
	void *kept = NULL;

	ck_assert_int_eq(prof_bench_profile(ways[_i], &kept, PROF_BENCH_HEAP, &p), PROF_OK);
	ck_assert_int_eq(p->returned, 3);
	ck_assert_uint_eq(p->known, PROF_BENCH_KNOWS_HEAP | PROF_BENCH_KNOWS_HEAP_PEAK);
	ck_assert_int_ge(p->heap_peak, 3 * MIB);
	ck_assert_int_lt(p->heap_peak, 3 * MIB + SLACK);
	ck_assert_int_ge(p->heap_change, MIB);
	ck_assert_int_lt(p->heap_change, MIB + SLACK);
	prof_bench_free(p);
	free(kept);
}
END_TEST

static int free_it(void *argument)
{
	free(argument);
	return 0;
}

START_TEST(what_is_freed_is_a_loss)
{
	struct prof_bench_profile *p = NULL;
	void *memory = use(malloc(MIB));

	ck_assert_int_eq(prof_bench_profile(free_it, memory, PROF_BENCH_HEAP, &p), PROF_OK);
	ck_assert_int_le(p->heap_change, -MIB);
	ck_assert_int_eq(p->heap_peak, 0);
	prof_bench_free(p);
}
END_TEST

START_TEST(allocating_fails_as_it_always_did)
{
	volatile size_t much = SIZE_MAX - 64;
	void *memory = NULL;

	ck_assert_ptr_null(malloc(much));
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert_ptr_null(calloc(much, 2));
	ck_assert_ptr_null(pvalloc(much));
	ck_assert_int_eq(posix_memalign(&memory, 3, 8), EINVAL);
	ck_assert_int_eq(posix_memalign(&memory, 64, much), ENOMEM);
	ck_assert_ptr_null(memory);
	free(NULL);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, three_at_the_peak_and_one_that_stays, 0,
			    sizeof(ways) / sizeof(ways[0]));
	tcase_add_test(tests, what_is_freed_is_a_loss);
	tcase_add_test(tests, allocating_fails_as_it_always_did);
}
