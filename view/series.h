/*
 * How a benchmark moved: its results in the order in which they were saved, and where they changed
 * their level.
 */
#ifndef VIEW_SERIES_H
#define VIEW_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "include/profbench.h"
#include "include/profclient.h"

#define SERIES_SIGNIFICANCE 0.01

struct series {
	const struct prof_saved **results; /* the oldest first; lent from the list */
	size_t count;
	struct prof_bench_changes *changes; /* of the medians */
};

/* Of those saved from `since` on; the list is as prof_get_saved_history gives it, the latest first.
 * False, with nothing to be freed, without memory. */
bool series_find(struct series *series, const struct prof_saved_list *list, double since);
void series_free(struct series *series);

/* The change whose first result this is; NULL: there is none. */
const struct prof_bench_change *series_change_at(const struct series *series, size_t index);

/* Whether one of two results was measured on another machine or processor than the other, as far as
 * both are known. */
bool series_machines_differ(const struct prof_benchmark *one, const struct prof_benchmark *other);

#endif
