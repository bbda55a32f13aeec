/*
 * The configuration as it holds, from defaults, file and command line; and what of it each part
 * needs.
 */
#ifndef DAEMON_SETTINGS_H
#define DAEMON_SETTINGS_H

#include <stdbool.h>

#include "daemon/config/config.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/server.h"

struct options;

/*
 * False with the reason in `error`, and nothing to free. `file` gets the path of the file that was
 * read, "" when there was none.
 */
bool settings_read(struct config *c, const struct options *options, char file[4096],
		   struct config_error *error);

/* Mode and group of the two sockets' files, as narrow as the lists allow where nothing else was
 * configured. */
void settings_file(struct server_file file[SERVER_ENDPOINTS], const struct config *c);

/* What the server needs for tcp; false: it does not listen there. */
bool settings_tcp(struct server_options *options, const struct config *c);

void settings_limit(struct ledger_limits *limits, const struct config *c);

#endif
