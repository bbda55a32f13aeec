/*
 * What every Check suite shares: a main, and random numbers that repeat.
 *
 * A suite defines suite_name and suite_tests; main runs them and prints how many passed, and one
 * line per failure.
 */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdint.h>

extern const char suite_name[];

/* Adds the suite's tests to the case; may set its time-out. */
void suite_tests(TCase *tests);

/* Whether ThreadSanitizer looks on. */
#ifdef __SANITIZE_THREAD__
#define SUITE_WATCHES_THREADS 1
#else
#define SUITE_WATCHES_THREADS 0
#endif

/* Random numbers of a seed (splitmix64, Steele and others 2014). */
struct random {
	uint64_t state;
};

uint64_t random_next(struct random *r);
uint64_t random_below(struct random *r, uint64_t limit);
double random_unit(struct random *r); /* 0 < x < 1 */
double random_normal(struct random *r);

#endif
