/*
 * Functions and their statistics, as tables.
 */
#ifndef CTL_BASE_FUNCTIONS_H
#define CTL_BASE_FUNCTIONS_H

#include <stddef.h>

#include "include/profclient.h"

/* "4.56 ms*": marked when there are too few calls for it, else with `unmarked` in the mark's place.
 */
const char *functions_marked_quantile(char *to, const struct prof_stats *stats, unsigned quantile,
				      const char *unmarked);

/* What the mark means, as a line of its own. */
extern const char functions_footnote[];

/* Prints a line a function, and the footnote when a quantile is marked. */
void functions_print(const struct prof_stats *const *stats, size_t count);

#endif
