/*
 * Parameters: the values that take the place of {NAME}, in all combinations.
 */
#ifndef CTL_BENCH_SCAN_H
#define CTL_BENCH_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/bench/bench.h"

#define SCAN_MOST 10000 /* combinations */

struct scan_axis {
	char *name;
	char **values;
	size_t count;
};

struct scan {
	struct scan_axis *axes;
	size_t count;
	size_t combinations; /* 1 without a parameter */
};

/* False, after a message, when the parameters make no sense. Always to be freed. */
bool scan_read(struct scan *scan, const struct asked_parameter *parameters, size_t count);
void scan_free(struct scan *scan);

/* The values of one combination, a copy: the last parameter changes fastest. NULL: there is none.
 * To be freed with scan_drop. */
struct bench_parameter *scan_pick(const struct scan *scan, size_t combination);
void scan_drop(struct bench_parameter *parameters, size_t count);

/* A copy of the text with the values in the place of {NAME}; NULL for NULL. What was put in is not
 * looked at again. */
char *scan_fill(const char *text, const struct bench_parameter *parameters, size_t count);

/* Whether the text, which may be NULL, has the name in braces. */
bool scan_uses(const char *text, const char *name);

#endif
