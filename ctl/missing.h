/*
 * A function that profd does not know.
 */
#ifndef CTL_MISSING_H
#define CTL_MISSING_H

#include "ctl/command.h"

/* Says so, and which known names are near. */
enum outcome missing_function(const struct request *r, const char *name);

#endif
