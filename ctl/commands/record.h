/*
 * Recording calls, and waiting until profd has them.
 */
#ifndef CTL_COMMANDS_RECORD_H
#define CTL_COMMANDS_RECORD_H

#include "ctl/base/command.h"

/* Records `count` calls under the program that was asked for. PROF_OK: they are on profd's disk. */
prof_error record_calls(const struct request *r, double seconds, uint64_t count, const char *error);

#endif
