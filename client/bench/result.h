/*
 * A result out of timings, and the rules that options must keep.
 */
#ifndef CLIENT_BENCH_RESULT_H
#define CLIENT_BENCH_RESULT_H

#include <stdbool.h>

#include "include/profbench.h"

extern const struct prof_bench_options bench_default_options;
extern const struct prof_bench_criteria bench_default_criteria;

/* Whether resamples of a bootstrap may be so many. */
bool bench_resamples_valid(uint32_t resamples);

prof_error bench_check_name(const char *name);
prof_error bench_check_options(const struct prof_bench_options *options);
prof_error bench_check_criteria(const struct prof_bench_criteria *criteria); /* NULL: the usual */

/* A copy, as a block of its own. NULL: no memory. */
struct prof_bench_result *bench_result_copy(const struct prof_bench_result *result);

#endif
