/*
 * What is answered to a request: the page, what profd knows, or why not. It knows nothing of
 * connections.
 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

#include "web/assets.h"
#include "web/door.h"
#include "web/reply.h"
#include "web/request.h"

struct site {
	struct door door;
	struct assets assets;
};

/* Always makes a reply, which is to be freed by reply_deinit. */
void site_answer(const struct site *site, const struct request *request, struct reply *reply);

#endif
