/*
 * The shell that commands are run by, and what it takes itself.
 */
#ifndef CTL_BENCH_SHELL_H
#define CTL_BENCH_SHELL_H

#include "ctl/bench/bench.h"
#include "ctl/bench/spawn.h"

/* The words to be executed for a line, by a shell or, where that is NULL, as they are. To be freed;
 * NULL when the line makes no sense. */
char **shell_words(const char *shell, const char *line);

/* Times the shell with nothing to do. What became of the last run is in `end`; false when that was
 * not well. */
bool shell_measure(struct spawner *spawner, struct bench_shell_cost *cost, struct spawn_end *end);

#endif
