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
};

/* Always makes a reply, which is to be freed by reply_deinit. */
void site_answer(const struct site *site, const struct request *request, struct reply *reply);

#endif
