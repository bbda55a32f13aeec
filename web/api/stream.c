/*
 * The events of one listener. A mark, and a hash of what was told last, are all that it remembers.
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

#define SLOW_CALLS   20
#define STATUS_EVERY 5 /* turns */

struct stream {
	char *pattern, *program; /* owned */
	struct prof_mark mark;
	double timeout;
	uint64_t turn, slow; /* slow: hash of the calls that were told last */
};

static bool copy(char **to, const char *text)
{
	*to = text == NULL ? NULL : strdup(text);
	return text == NULL || *to != NULL;
}

struct stream *stream_new(const struct stream_question *question)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->mark = question->mark;
	s->timeout = question->timeout;
	if (copy(&s->pattern, question->pattern) && copy(&s->program, question->program))
		return s;
	stream_free(s);
	return NULL;
}

void stream_free(struct stream *s)
{
	if (s == NULL)
		return;
	free(s->pattern);
	free(s->program);
	free(s);
}

/* JSON has no line feed outside of its texts, and none unescaped within, so it is one line of data.
 */
static void tell(FILE *to, const char *event, const char *text)
{
	if (text != NULL)
		fprintf(to, "event: %s\ndata: %s\n\n", event, text);
}

static void tell_object(FILE *to, const char *event, json_t *object)
{
	char *text = view_text(object, JSON_COMPACT);

	tell(to, event, text);
	free(text);
}

static void tell_away(FILE *to, prof_error error)
{
	tell_object(to, "away", json_pack("{s:s}", "error", prof_strerror(error)));
}

static prof_error tell_changes(struct stream *s, FILE *to)
{
	struct prof_filter filter = {.pattern = s->pattern, .program = s->program};
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
	tell(to, "change", text);
	free(text);
	return PROF_OK;
}

static prof_error tell_slow(struct stream *s, FILE *to)
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
		tell(to, "slow", text);
	}
	free(text);
	return PROF_OK;
}

static prof_error tell_status(struct stream *s, FILE *to)
{
	struct prof_status *status;
	prof_error error = prof_get_status(s->timeout, &status);

	if (error != PROF_OK)
		return error;
	tell_object(to, "status", view_status(status));
	prof_free(status);
	return PROF_OK;
}

char *stream_next(struct stream *s, size_t *size)
{
	char *text = NULL;
	FILE *to = open_memstream(&text, size);
	prof_error error;

	if (to == NULL)
		return NULL;
	error = tell_changes(s, to);
	if (error == PROF_OK)
		error = tell_slow(s, to);
	if (error == PROF_OK && s->turn % STATUS_EVERY == 0)
		error = tell_status(s, to);
	if (error != PROF_OK)
		tell_away(to, error);
	else
		s->turn++;
	if (fclose(to) == 0)
		return text;
	free(text);
	return NULL;
}
