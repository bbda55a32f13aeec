/*
 * The events of one listener. A mark, and a hash of what was sent last, are all that it remembers.
 */
#include "web/api/stream.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/json.h"
#include "proto/hash.h"
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
static void begin(struct writer *w, const char *event)
{
	w->failed |= fprintf(w->to, "event: %s\ndata: ", event) < 0;
}

static void end(struct writer *w)
{
	w->failed |= fputs("\n\n", w->to) < 0;
}

static prof_error write_changes(struct stream *s, struct writer *w)
{
	struct prof_filter filter = {
		.size = sizeof(filter), .pattern = s->pattern, .program = s->program};
	char mark[QUERY_MARK_ROOM];
	struct prof_changes *changes;
	prof_error error = prof_get_changes(&filter, &s->mark, s->timeout, &changes);

	if (error != PROF_OK)
		return error;
	s->mark = changes->mark;
	w->failed |= fprintf(w->to, "id: %s\n", query_mark(mark, &s->mark)) < 0;
	begin(w, "change");
	view_changes(w, changes, mark);
	end(w);
	prof_free(changes);
	return PROF_OK;
}

/* To be freed; NULL without memory. */
static char *text_of_calls(const struct stream *s, const struct prof_slow_list *list)
{
	char *text = NULL;
	size_t size;
	struct writer w = {.to = open_memstream(&text, &size)};

	if (w.to == NULL)
		return NULL;
	view_calls(&w, list, s->program, NULL, SLOW_CALLS);
	if (fclose(w.to) == 0 && !w.failed)
		return text;
	free(text);
	return NULL;
}

static prof_error write_slow(struct stream *s, struct writer *w)
{
	uint32_t limit = s->program == NULL ? SLOW_CALLS : 0;
	struct prof_slow_list *list;
	prof_error error = prof_get_slow(s->pattern, limit, s->timeout, &list);
	char *text;

	if (error != PROF_OK)
		return error;
	text = text_of_calls(s, list);
	prof_free(list);
	if (text != NULL && (s->turn == 0 || s->slow != hash_of(text, strlen(text)))) {
		s->slow = hash_of(text, strlen(text));
		begin(w, "slow");
		w->failed |= fputs(text, w->to) < 0;
		end(w);
	}
	free(text);
	return PROF_OK;
}

static prof_error write_status(struct stream *s, struct writer *w)
{
	struct prof_status *status;
	prof_error error = prof_get_status(s->timeout, &status);

	if (error != PROF_OK)
		return error;
	begin(w, "status");
	view_status(w, status);
	end(w);
	prof_free(status);
	return PROF_OK;
}

static void write_away(struct writer *w, prof_error error)
{
	begin(w, "away");
	view_error(w, prof_strerror(error));
	end(w);
}

static char *stream_next(void *source, size_t *size)
{
	struct stream *s = source;
	char *text = NULL;
	struct writer w = {.to = open_memstream(&text, size)};
	prof_error error;

	if (w.to == NULL)
		return NULL;
	error = write_changes(s, &w);
	if (error == PROF_OK)
		error = write_slow(s, &w);
	if (error == PROF_OK && s->turn % STATUS_EVERY == 0)
		error = write_status(s, &w);
	if (error != PROF_OK)
		write_away(&w, error);
	else
		s->turn++;
	if (fclose(w.to) == 0 && !w.failed)
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
