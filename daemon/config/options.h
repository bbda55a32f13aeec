/*
 * The command line of profd.
 */
#ifndef DAEMON_CONFIG_OPTIONS_H
#define DAEMON_CONFIG_OPTIONS_H

#include <stdbool.h>

struct options {
	const char *config, *database, *runtime_dir, *log; /* NULL: not given */
	bool check_config;
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_DONE,  /* --help and the like: printed */
	OPTIONS_WRONG, /* said on standard error */
};

enum options_result options_read(struct options *o, int argc, char **argv);

#endif
