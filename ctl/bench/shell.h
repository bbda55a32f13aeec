/*
 * From a command line to the words that are executed: split here, or handed to a shell, whose own
 * time is measured.
 */
#ifndef CTL_BENCH_SHELL_H
#define CTL_BENCH_SHELL_H

#include "ctl/bench/bench.h"
#include "ctl/bench/spawn.h"

/*
 * Splits a line at its blanks into a list that ends with NULL, a single block of memory. As in a
 * shell, '...' and "..." keep blanks, and a backslash, but within '...', takes the next character
 * as it is; nothing else has a meaning. NULL where a quote is not closed, or there is no word.
 */
char **words_split(const char *line);

/* The words to be executed for a line, by a shell or, where that is NULL, as they are. To be freed;
 * NULL when the line makes no sense. */
char **shell_words(const char *shell, const char *line);

/* Times the shell with nothing to do. What became of the last run is in `end`; false when that was
 * not well. */
bool shell_measure(struct spawner *spawner, struct bench_shell_cost *cost, struct spawn_end *end);

#endif
