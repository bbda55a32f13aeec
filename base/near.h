/*
 * The known names that are closest to one that is not known.
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include <stddef.h>

#define NEAR_MOST 3

struct near {
	const char *wanted;
	const char *found[NEAR_MOST]; /* the closest first; as offered, not copied */
	size_t distance[NEAR_MOST];
	size_t count;
};

void near_init(struct near *near, const char *wanted);
void near_offer(struct near *near, const char *name);

#endif
