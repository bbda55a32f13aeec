/*
 * The events of one listener. A mark, and a hash of what was sent last, are all that it remembers.
 */
#include "web/api/stream.h"

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/json.h"
#include "view/large.h"
#include "web/http/hash.h"
#include "web/api/query.h"

#define STREAM_SECONDS 1.0
#define SLOW_CALLS     20
#define STATUS_EVERY   5 /* turns */

struct stream {
	char *pattern, *program; /* owned */
	struct prof_mark mark;
	double timeout;
	uint64_t turn, slow; /* slow: hash of the calls that were sent last */
};

static bool copy(char **to, const char *text)
{
	*to = text == NULL ? NULL : strdup(text);
	return text == NULL || *to != NULL;
}

static void stream_free(void *source)
{
	struct stream *s = source;

	free(s->pattern);
	free(s->program);
	free(s);
}

/* JSON has no line feed outside of its texts, and none unescaped within, so it is one line of data.
 */
static void write_event(FILE *to, const char *event, const char *text)
{
	if (text != NULL)
		fprintf(to, "event: %s\ndata: %s\n\n", event, text);
}

static void write_object(FILE *to, const char *event, json_t *object)
{
	char *text = view_text(object, JSON_COMPACT);

	write_event(to, event, text);
	free(text);
}

static void write_away(FILE *to, prof_error error)
{
	write_object(to, "away", json_pack("{s:s}", "error", prof_strerror(error)));
}

static prof_error write_changes(struct stream *s, FILE *to)
{
	struct prof_filter filter = {
		.size = sizeof(filter), .pattern = s->pattern, .program = s->program};
	char mark[QUERY_MARK_ROOM];
	struct prof_changes *changes;
	prof_error error = prof_get_changes(&filter, &s->mark, s->timeout, &changes);
	size_t size;
	char *text;

	if (error != PROF_OK)
		return error;
	s->mark = changes->mark;
	text = large_changes(changes, query_mark(mark, &s->mark), &size);
	prof_free(changes);
	fprintf(to, "id: %s\n", mark);
	write_event(to, "change", text);
	free(text);
	return PROF_OK;
}

static prof_error write_slow(struct stream *s, FILE *to)
{
	uint32_t limit = s->program == NULL ? SLOW_CALLS : 0;
	struct prof_slow_list *list;
	prof_error error = prof_get_slow(s->pattern, limit, s->timeout, &list);
	char *text;

	if (error != PROF_OK)
		return error;
	text = view_text(view_calls(list, s->program, SLOW_CALLS), JSON_COMPACT);
	prof_free(list);
	if (text != NULL && (s->turn == 0 || s->slow != hash_of(text, strlen(text)))) {
		s->slow = hash_of(text, strlen(text));
		write_event(to, "slow", text);
	}
	free(text);
	return PROF_OK;
}

static prof_error write_status(struct stream *s, FILE *to)
{
	struct prof_status *status;
	prof_error error = prof_get_status(s->timeout, &status);

	if (error != PROF_OK)
		return error;
	write_object(to, "status", view_status(status));
	prof_free(status);
	return PROF_OK;
}

static char *stream_next(void *source, size_t *size)
{
	struct stream *s = source;
	char *text = NULL;
	FILE *to = open_memstream(&text, size);
	prof_error error;

	if (to == NULL)
		return NULL;
	error = write_changes(s, to);
	if (error == PROF_OK)
		error = write_slow(s, to);
	if (error == PROF_OK && s->turn % STATUS_EVERY == 0)
		error = write_status(s, to);
	if (error != PROF_OK)
		write_away(to, error);
	else
		s->turn++;
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}

bool stream_start(struct reply_stream *stream, const struct stream_question *question)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return false;
	s->mark = question->mark;
	s->timeout = question->timeout;
	if (!copy(&s->pattern, question->pattern) || !copy(&s->program, question->program)) {
		stream_free(s);
		return false;
	}
	*stream = (struct reply_stream){stream_next, stream_free, s, STREAM_SECONDS};
	return true;
}
