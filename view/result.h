/*
 * A result of a benchmark as it is shown: what was timed, what its timings tell, and what it is
 * called.
 */
#ifndef VIEW_RESULT_H
#define VIEW_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profbench.h"
#include "include/profclient.h"

/* The least difference that matters, unless one asks for another: 1 %. */
#define RESULT_RELEVANCE 0.01

/* All lent. */
struct result {
	const char *label; /* "sort#3"; UTF-8 */
	const struct prof_benchmark *benchmark;
	const struct prof_bench_result *figures;
	const struct prof_saved *saved; /* NULL: it is not one that profd keeps */
};

/* "sort#3": its length without the sign and the number, which is 0 where there is none. False when
 * the number is 0 or too large, or nothing is left. A name that ends so by itself has one more "#"
 * behind it. */
bool result_read_name(const char *text, size_t *length, uint64_t *number);

/* What the timings of a benchmark tell, with failed runs among its doubts; its name is the label.
 * To be freed by prof_bench_free; PROF_BAD_VALUE when there are none. */
prof_error result_find_figures(const struct prof_benchmark *benchmark, const char *label,
			       struct prof_bench_result **figures);

/* Tells what speaks against comparing two, a sentence without a full stop at a time. */
typedef void result_tell(void *context, const char *sentence);
void result_warn(const struct result *first, const struct result *second,
		 const struct prof_bench_comparison *comparison, result_tell *tell, void *context);

#endif
