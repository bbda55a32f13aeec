/*
 * What a browser asks for: the parts of an HTTP request that profweb looks at. Texts are lent until
 * it is answered.
 */
#ifndef WEB_HTTP_REQUEST_H
#define WEB_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define HTTP_PARAMETERS 32 /* more than any address takes */

enum method { METHOD_GET, METHOD_POST, METHOD_DELETE, METHOD_OTHER };

/* Of "?name=value". Both end with a NUL, but may hold others. */
struct http_parameter {
	const char *name, *value; /* value NULL: it had none */
	size_t name_length, length;
};

struct http_request {
	enum method method; /* HEAD is GET here: what is sent of the reply is the server's matter */
	const char *path;
	/* Headers; NULL: not given. */
	const char *host, *authorization, *cookie, *accept, *accept_encoding, *if_none_match;
	const char *site;	   /* Sec-Fetch-Site */
	const char *last_event_id; /* of a stream that was cut off */
	struct http_parameter parameters[HTTP_PARAMETERS];
	size_t parameter_count; /* HTTP_PARAMETERS: there may have been more */
};

#endif
