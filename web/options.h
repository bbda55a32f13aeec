/*
 * The command line of profweb.
 */
#ifndef WEB_OPTIONS_H
#define WEB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cli.h"
#include "web/http/address.h"
#include "web/http/door.h"

/* Texts point into argv; NULL: not given. */
struct options {
	struct address address;
	const char *certificate, *key, *token_file, *assets, *endpoint;
	const char *hosts[DOOR_HOSTS];
	size_t host_count;
	bool behind_proxy, help, version;
	double timeout;
};

enum cli_result options_read(struct options *options, int argc, char **argv);

#endif
