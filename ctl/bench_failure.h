/*
 * Saying why a run was not as it should be.
 */
#ifndef CTL_BENCH_FAILURE_H
#define CTL_BENCH_FAILURE_H

#include <stddef.h>

#include "ctl/bench_spawn.h"

/* "exit status 3", "killed by signal 9 (Killed)"; "" for a status of 0. As snprintf. */
void failure_status(char *to, size_t room, int status);

/* One message about a run that failed; `what` it was: "the set-up", or the command itself. */
void failure_tell(const struct bench_plan *plan, const char *what, const struct spawn_end *end);

#endif
