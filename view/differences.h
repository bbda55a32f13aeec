/*
 * Two lists of histograms compared function by function.
 */
#ifndef VIEW_DIFFERENCES_H
#define VIEW_DIFFERENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"
#include "view/shift.h"

/* How often chance alone may speak, over all functions that are compared, and the change that
 * matters unless one asks for another. */
#define DIFFERENCES_LEVEL     0.01
#define DIFFERENCES_THRESHOLD 0.05

struct difference {
	const char *function; /* of one of the lists */
	uint64_t calls_before, calls_after;
	struct shift shift;
};

struct differences {
	struct prof_extent before, after;
	size_t count;
	struct difference *all; /* slower ones first, the worst of them at the top */
};

/* A list may be NULL: there were no calls. False, with nothing, without memory. */
bool differences_find(struct differences *differences, const struct prof_histogram_list *before,
		      const struct prof_histogram_list *after, double threshold);

void differences_free(struct differences *differences);

#endif
