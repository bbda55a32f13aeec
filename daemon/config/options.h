/*
 * The command line of profd.
 */
#ifndef DAEMON_CONFIG_OPTIONS_H
#define DAEMON_CONFIG_OPTIONS_H

#include <stdbool.h>

#include "base/cli.h"

struct options {
	const char *config, *database, *runtime_dir, *log; /* NULL: not given */
	bool check_config, help_config, version, help;
};

enum cli_result options_read(struct options *options, int argc, char **argv);

#endif
