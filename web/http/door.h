/*
 * Who may come in: judged by the headers of a request, before anything is answered.
 */
#ifndef WEB_HTTP_DOOR_H
#define WEB_HTTP_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "web/http/reply.h"
#include "web/http/request.h"
#include "web/http/token.h"

#define DOOR_HOSTS 16

struct door {
	struct token token;
	bool secure;		       /* browsers come by https: here or at the proxy before it */
	const char *hosts[DOOR_HOSTS]; /* names that we are known by, beside those of this machine
					  to itself */
	size_t host_count;
};

/*
 * Whether the request may be answered; else the reply says why not. guarded: whether it asks for
 * something that needs the token, if there is one.
 *
 * A page of somebody else whose name was made to lead here (DNS rebinding) is known by its Host;
 * one that asks from where it stands by Sec-Fetch-Site.
 */
bool door_admits(const struct door *door, const struct request *request, bool guarded,
		 struct reply *reply);

/* Exchanges a token in Authorization for a cookie (POST), or takes the cookie away (DELETE). */
void door_give_cookie(const struct door *door, const struct request *request, struct reply *reply);

/* Whether Host names us. */
bool door_knows_host(const struct door *door, const char *host);

#endif
