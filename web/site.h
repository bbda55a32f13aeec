/*
 * What is answered to a request: the page, what profd knows, or why not. It knows nothing of
 * connections.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "web/http/assets.h"
#include "web/http/door.h"
#include "web/http/reply.h"
#include "web/http/request.h"

struct site {
	struct door door;
	struct assets assets;
	double timeout; /* seconds that a question to profd may take */
};

/* Always makes a reply. `site` is a struct site: the server knows it as what it hands on. */
void site_answer(const void *site, const struct http_request *request, struct reply *reply);

#endif
