/*
 * The command line of profweb.
 */
#ifndef WEB_OPTIONS_H
#define WEB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "web/http/address.h"
#include "web/http/door.h"

/* Texts point into argv; NULL: not given. */
struct options {
	struct address address;
	const char *certificate, *key, *token_file, *assets, *endpoint;
	const char *hosts[DOOR_HOSTS];
	size_t host_count;
	bool behind_proxy;
	double timeout;
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_DONE,  /* --help and the like: printed */
	OPTIONS_WRONG, /* said on standard error */
};

enum options_result options_read(struct options *options, int argc, char **argv);

#endif
