/*
 * Command lines without a shell.
 */
#ifndef CTL_BENCH_WORDS_H
#define CTL_BENCH_WORDS_H

/*
 * Splits a line at its blanks into a list that ends with NULL, a single block of memory. As in a
 * shell, '...' and "..." keep blanks, and a backslash, but within '...', takes the next character
 * as it is; nothing else has a meaning. NULL where a quote is not closed, or there is no word.
 */
char **words_split(const char *line);

#endif
