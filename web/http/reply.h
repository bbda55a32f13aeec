/*
 * What profweb answers a browser, before it is sent.
 */
#ifndef WEB_HTTP_REPLY_H
#define WEB_HTTP_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "include/profclient.h"
#include "text/writer.h"

/* A body that goes on: its next part is asked for again and again. */
struct reply_stream {
	/* A new text, to be freed; NULL without memory, which ends the stream. */
	char *(*next)(void *source, size_t *size);
	void (*free)(void *source);
	void *source;	/* owned; NULL: there is no stream */
	double seconds; /* from part to part */
};

#define REPLY_HEADER_ROOM 640

struct reply {
	unsigned status;  /* of HTTP */
	const char *type; /* of the body; NULL: there is none */
	char *body;	  /* to be freed, unless it is lent */
	size_t size;
	bool lent;		       /* the body outlives the server */
	bool gzipped;		       /* the body is */
	const char *etag;	       /* NULL: the reply must not be kept */
	struct reply_stream stream;    /* in place of a body */
	struct writer json;	       /* of the body, until the reply is finished */
	const char *header;	       /* one more header; NULL: none */
	char value[REPLY_HEADER_ROOM]; /* of that header */
};

void reply_deinit(struct reply *reply);

/* The writer of a body, which is whole after reply_finish; without memory the reply says so. The
 * reply stays where it is meanwhile. */
struct writer *reply_json(struct reply *reply, unsigned status);

/* Also of a reply that is finished, or has no JSON. */
void reply_finish(struct reply *reply);

/* {"error": SENTENCE}, finished. */
void reply_error(struct reply *reply, unsigned status, const char *sentence);

/* Why profd gave no answer, and what it said of that, finished. */
void reply_failure(struct reply *reply, prof_error error);

#endif
