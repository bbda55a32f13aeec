/*
 * Who may come in: judged by the headers of a request, and the token in them, before anything is
 * answered.
 */
#ifndef WEB_HTTP_DOOR_H
#define WEB_HTTP_DOOR_H

#include <stdbool.h>
#include <stddef.h>

#include "web/http/reply.h"
#include "web/http/request.h"

#define DOOR_HOSTS  16
#define TOKEN_LEAST 16
#define TOKEN_MOST  256

struct token {
	size_t length; /* 0: none is asked for */
	char text[TOKEN_MOST + 1];
};

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
bool door_admits(const struct door *door, const struct http_request *request, bool guarded,
		 struct reply *reply);

/* Exchanges a token in Authorization for a cookie (POST), or takes the cookie away (DELETE). */
void door_give_cookie(const struct door *door, const struct http_request *request,
		      struct reply *reply);

/* Whether Host names us. */
bool door_knows_host(const struct door *door, const char *host);

/*
 * Reads the first line of a file that only its owner can read (of root's: its group too). A token
 * has 16 to 256 of the characters that RFC 6750 allows: letters, digits and -._~+/=. False with a
 * sentence.
 */
bool token_read(struct token *token, const char *file_name, char *why, size_t room);

/* How long that takes does not depend on what was given, but for its length. */
bool token_fits(const struct token *token, const char *given, size_t length);

#endif
