/*
 * Making replies of answers and of failures.
 */
#include "web/http/reply.h"

#include <stdlib.h>
#include <string.h>

#include "view/json.h"

#define TYPE_JSON "application/json"

/* Said from memory that nobody has to give. */
static void reply_no_memory(struct reply *r)
{
	static char text[] = "{\"error\":\"out of memory\"}";

	*r = (struct reply){.status = 503,
			    .type = TYPE_JSON,
			    .body = text,
			    .size = sizeof(text) - 1,
			    .lent = true,
			    .json.failed = true};
}

void reply_deinit(struct reply *r)
{
	reply_finish(r);
	if (!r->lent)
		free(r->body);
	if (r->stream.source != NULL)
		r->stream.free(r->stream.source);
	*r = (struct reply){0};
}

struct writer *reply_json(struct reply *r, unsigned status)
{
	r->status = status;
	r->type = TYPE_JSON;
	r->json.to = open_memstream(&r->body, &r->size);
	if (r->json.to == NULL)
		reply_no_memory(r);
	return &r->json;
}

void reply_finish(struct reply *r)
{
	bool whole;

	if (r->json.to == NULL)
		return;
	whole = fclose(r->json.to) == 0 && !r->json.failed && r->body != NULL;
	r->json.to = NULL;
	if (whole)
		return;
	free(r->body);
	reply_no_memory(r);
}

void reply_error(struct reply *r, unsigned status, const char *sentence)
{
	view_error(reply_json(r, status), sentence);
	reply_finish(r);
}

static unsigned status_of(prof_error error)
{
	switch (error) {
	case PROF_OK:
		return 200;
	case PROF_NOT_FOUND:
		return 404;
	case PROF_BAD_ARGUMENT:
	case PROF_BAD_NAME:
	case PROF_BAD_VALUE:
	case PROF_BAD_OPTION:
	case PROF_TOO_MUCH:
		return 400;
	case PROF_BAD_ENDPOINT:
	case PROF_NO_CALL:
	case PROF_NO_MEMORY:
	case PROF_NOT_RUNNING:
	case PROF_UNREACHABLE:
	case PROF_TIMEOUT:
	case PROF_DENIED:
	case PROF_WRONG_VERSION:
	case PROF_BAD_ANSWER:
	case PROF_BUSY:
	case PROF_STOPPED:
	case PROF_BAD_KEY:
	case PROF_NO_CURVE:
	case PROF_INTERRUPTED:
	case PROF_NO_HANDSHAKE:
		break;
	}
	return 503;
}

void reply_failure(struct reply *r, prof_error error)
{
	struct writer *w = reply_json(r, status_of(error));

	writer_object(w, NULL);
	writer_text(w, "error", prof_strerror(error));
	if (prof_reason()[0] != '\0' && strcmp(prof_reason(), prof_strerror(error)) != 0)
		writer_text(w, "reason", prof_reason());
	writer_end(w);
	reply_finish(r);
}
