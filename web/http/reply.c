/*
 * Making replies of answers and of failures.
 */
#include "web/http/reply.h"

#include <stdlib.h>
#include <string.h>

#include "view/json.h"

#define TYPE_JSON "application/json"

void reply_deinit(struct reply *r)
{
	if (!r->lent)
		free(r->body);
	if (r->stream.source != NULL)
		r->stream.free(r->stream.source);
	*r = (struct reply){0};
}

/* Said from memory that nobody has to give. */
static void reply_no_memory(struct reply *r)
{
	static char text[] = "{\"error\":\"out of memory\"}";

	*r = (struct reply){.status = 503,
			    .type = TYPE_JSON,
			    .body = text,
			    .size = sizeof(text) - 1,
			    .lent = true};
}

void reply_text(struct reply *r, unsigned status, char *text, size_t size)
{
	if (text == NULL) {
		reply_no_memory(r);
		return;
	}
	r->status = status;
	r->type = TYPE_JSON;
	r->body = text;
	r->size = size;
}

void reply_json(struct reply *r, unsigned status, json_t *object)
{
	char *text = view_text(object, JSON_COMPACT);

	reply_text(r, status, text, text == NULL ? 0 : strlen(text));
}

void reply_error(struct reply *r, unsigned status, const char *sentence)
{
	reply_json(r, status, json_pack("{s:s}", "error", sentence));
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
	json_t *object = json_pack("{s:s}", "error", prof_strerror(error));

	if (prof_reason()[0] != '\0' && strcmp(prof_reason(), prof_strerror(error)) != 0)
		json_object_set_new(object, "reason", json_string(prof_reason()));
	reply_json(r, status_of(error), object);
}
