/*
 * "Did you mean": names that are near one that was mistyped.
 */
#ifndef CTL_BASE_NEAR_H
#define CTL_BASE_NEAR_H

#include "view/near.h"

/* complain(), with a question behind it when a name is near. */
void near_complain(const struct near *near, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));

#endif
