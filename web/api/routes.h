/*
 * Which address is answered by what: one table.
 */
#ifndef WEB_API_ROUTES_H
#define WEB_API_ROUTES_H

#include <stdint.h>

#include "web/http/reply.h"

struct request;

struct route {
	const char *path;
	uint32_t parameters; /* bits of those that it takes */
	/* Asks profd and makes a reply, whatever happens. */
	void (*answer)(const struct request *request, struct reply *reply);
};

/* NULL: there is none. */
const struct route *route_find(const char *path);

/* The table, ended by a row without a path. */
extern const struct route routes[];

#endif
