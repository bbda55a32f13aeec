/*
 * A function that profd does not know.
 */
#ifndef CTL_BASE_MISSING_H
#define CTL_BASE_MISSING_H

#include "ctl/base/command.h"

/* Says so, and which known names are near. */
enum outcome missing_function(const struct request *r, const char *name);

#endif
