/*
 * Large answers as JSON text, written without an object for each figure: of ten thousand functions
 * in a third of the time. To the byte what view/json.h makes of them, compact.
 */
#ifndef VIEW_LARGE_H
#define VIEW_LARGE_H

#include <stddef.h>

#include "include/profclient.h"

/* Each gives a new text that ends with a NUL, to be freed, and its length; NULL without memory. */

/* As view_functions. */
char *large_functions(const struct prof_stats *const *stats, size_t count, size_t *size);

/* The totals, and the functions that changed. mark: for the next question, as text without anything
 * to escape. */
char *large_changes(const struct prof_changes *changes, const char *mark, size_t *size);

#endif
