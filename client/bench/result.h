/*
 * A result out of timings, and the rules that options must keep.
 */
#ifndef CLIENT_BENCH_RESULT_H
#define CLIENT_BENCH_RESULT_H

#include <stdbool.h>

#include "include/profbench.h"

/* Whether resamples of a bootstrap may be so many. */
bool bench_resamples_valid(uint64_t resamples);

prof_error bench_check_name(const char *name);

/* What the caller passed in, whatever its size, over the defaults, and checked. NULL: the defaults.
 */
prof_error bench_read_options(struct prof_bench_options *to, const struct prof_bench_options *from);
prof_error bench_read_criteria(struct prof_bench_criteria *to,
			       const struct prof_bench_criteria *from);

/* A copy, as a block of its own. NULL: no memory. */
struct prof_bench_result *bench_result_copy(const struct prof_bench_result *result);

#endif
