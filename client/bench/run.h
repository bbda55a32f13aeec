/*
 * Timing a task.
 */
#ifndef CLIENT_BENCH_RUN_H
#define CLIENT_BENCH_RUN_H

#include <stdbool.h>

#include "include/profbench.h"

/* Told after each timing; `share` of the run that is done, 0 to 1. */
typedef void run_progress(void *context, double share);

/* As prof_bench_run, and tells its progress. `cancelled` (may be NULL) gets whether stop() ended
 * it, which the time limit does not. */
prof_error run_task(const struct prof_bench_task *task, const struct prof_bench_options *options,
		    run_progress *progress, void *context, bool *cancelled,
		    struct prof_bench_result **result);

/* What the caller passed in, whatever its size, and checked. */
prof_error run_read_task(struct prof_bench_task *to, const struct prof_bench_task *from);

#endif
