/*
 * What happens, told once a second in the format of server-sent events.
 *
 * change: what changed since the last one, as /api/changes; once a second even when nothing did.
 * slow: the latest slow and failed calls, when there are new ones, as /api/slow.
 * status: how profd is, every five seconds, as /api/status.
 * away: profd gave no answer, and why: {"error": ...}.
 *
 * The id of a change is its mark. A stream belongs to one thread and keeps nothing that another one
 * needs.
 */
#ifndef WEB_API_STREAM_H
#define WEB_API_STREAM_H

#include <stdbool.h>

#include "include/profclient.h"
#include "web/http/reply.h"

struct stream_question {
	const char *pattern, *program; /* NULL: all; copied */
	struct prof_mark mark;	       /* what the listener knows */
	double timeout;
};

/* Each part of it asks profd, and tells what there is to be told now. False without memory. */
bool stream_start(struct reply_stream *stream, const struct stream_question *question);

#endif
