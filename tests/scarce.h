/*
 * Memory that runs out on purpose: the n-th allocation from now on fails, once.
 *
 * A suite that uses it lists tests/scarce.c among its sources and links with $(WRAP_MALLOC).
 */
#ifndef TESTS_SCARCE_H
#define TESTS_SCARCE_H

/* The n-th malloc, calloc or realloc from now on gives NULL; 0: none does. */
void scarce_fail(unsigned n);

#endif
