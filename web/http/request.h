/*
 * What a browser asks for: the parts of an HTTP request that profweb looks at. Texts are lent until
 * it is answered.
 */
#ifndef WEB_HTTP_REQUEST_H
#define WEB_HTTP_REQUEST_H

#include "web/api/query.h"

enum method { METHOD_GET, METHOD_POST, METHOD_DELETE, METHOD_OTHER };

struct request {
	enum method method; /* HEAD is GET here: what is sent of the reply is the server's matter */
	const char *path;
	/* Headers; NULL: not given. */
	const char *host, *authorization, *cookie, *accept, *accept_encoding, *if_none_match;
	const char *site;	   /* Sec-Fetch-Site */
	const char *last_event_id; /* of a stream that was cut off */
	struct query query;
	char wrong[192]; /* what is wrong with the parameters; "": nothing */
	double timeout;	 /* seconds that a question to profd may take */
};

#endif
