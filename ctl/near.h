/*
 * "Did you mean": the known names that are closest to one that is not known.
 */
#ifndef CTL_NEAR_H
#define CTL_NEAR_H

#include <stdbool.h>
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

/* complain(), with a question behind it when a name is near. */
void near_complain(const struct near *near, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));

#endif
