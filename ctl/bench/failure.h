/*
 * Saying why a run was not as it should be.
 */
#ifndef CTL_BENCH_FAILURE_H
#define CTL_BENCH_FAILURE_H

#include "ctl/bench/spawn.h"

/* One message about a run that failed; `what` it was: "the set-up", or the command itself. */
void failure_tell(const struct bench_plan *plan, const char *what, const struct spawn_end *end);

#endif
