/*
 * The configuration as it holds: defaults, then the file, then the command line.
 */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include <stdbool.h>

#include "daemon/config.h"
#include "daemon/ledger.h"

struct options;

/*
 * False with the reason in `error`, and nothing to free. `file` gets the path of the file that was
 * read, "" when there was none.
 */
bool settings_read(struct config *c, const struct options *options, char file[4096],
		   struct config_error *error);

void settings_limit(struct ledger_limits *limits, const struct config *c);

#endif
