/*
 * Finding results by what a command line calls them.
 */
#include "ctl/bench/source.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"
#include "proto/name.h"
#include "view/json.h"
#include "view/json_saved.h"
#include "view/result.h"

#define FILE_MOST ((size_t)64 << 20)
#define SAVED	  "saved:"

/* ------------------------------------------------------------------ names */

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_file(const char *text)
{
	size_t length = strlen(text);

	return begins(text, "/") || begins(text, "./") || begins(text, "../") ||
	       strcmp(text, "-") == 0 || (length > 5 && strcmp(text + length - 5, ".json") == 0);
}

bool source_name_read(struct source_name *name, const char *operand)
{
	bool certain = begins(operand, SAVED);
	const char *text = certain ? operand + strlen(SAVED) : operand;
	size_t length;
	uint64_t number;

	if (!result_read_name(text, &length, &number))
		return false;
	name->text = need(strndup(text, length));
	name->is_file = !certain && is_file(name->text);
	name->number = number;
	return true;
}

enum outcome source_read_saved(struct source_name *name, const char *operand)
{
	if (source_name_read(name, operand)) {
		name->is_file = false;
		return OUTCOME_DONE;
	}
	complain("'%s': must be NAME or NAME#N, with N from 1", operand);
	return OUTCOME_USAGE;
}

/* ----------------------------------------------------------------- results */

void source_adopt(struct source *s, const char *label, const struct prof_benchmark *b)
{
	name_copy(s->label, sizeof(s->label), label, strlen(label));
	s->benchmark = *b;
	/* All that can be wrong with timings was looked at before. */
	if (result_find_figures(b, s->label, &s->result) != PROF_OK)
		need(NULL);
}

void source_free(struct source *s)
{
	prof_bench_free(s->result);
	prof_free(s->saved);
	result_file_free(&s->file);
	*s = (struct source){0};
}

struct result source_result(const struct source *s)
{
	return (struct result){s->label, &s->benchmark, s->result, s->saved};
}

/* ---------------------------------------------------------- saved by profd */

static enum outcome missing(const struct request *r, const char *name, uint64_t number)
{
	struct prof_saved_list *list = NULL;
	struct near near;

	near_init(&near, name);
	if (number == 0 && prof_get_saved_latest(NULL, 0, r->timeout, &list) == PROF_OK)
		for (size_t i = 0; i < list->count; i++)
			near_offer(&near, list->results[i]->benchmark->name);
	if (number != 0)
		complain("no result %" PRIu64 " of benchmark '%s'", number, name);
	else
		complain_near(&near, "unknown benchmark '%s'", name);
	if (r->json)
		view_missing(JSON_ANSWER, &near);
	prof_free(list);
	return OUTCOME_NO;
}

enum outcome source_not_had(const struct request *r, const struct source_name *name,
			    prof_error error)
{
	return error == PROF_NOT_FOUND ? missing(r, name->text, name->number)
				       : say_failure(r, error);
}

static enum outcome find_saved(struct source *s, const struct request *r,
			       const struct source_name *name)
{
	char label[SOURCE_LABEL + 32];
	prof_error error = prof_get_saved(name->text, name->number, r->timeout, &s->saved);

	if (error != PROF_OK)
		return source_not_had(r, name, error);
	snprintf(label, sizeof(label), "%s#%" PRIu64, name->text, s->saved->number);
	source_adopt(s, label, s->saved->benchmark);
	return OUTCOME_DONE;
}

/* ------------------------------------------------------------------- files */

/* All of a file; NULL, after a message. */
static char *read_all(const char *file_name, size_t *length)
{
	FILE *file = strcmp(file_name, "-") == 0 ? stdin : fopen(file_name, "re");
	size_t room = 0;
	char *text = NULL;
	bool more = file != NULL;

	*length = 0;
	while (more && *length <= FILE_MOST) {
		size_t taken;

		if (*length == room) {
			room = room == 0 ? 65536 : 2 * room;
			text = need(realloc(text, room));
		}
		errno = 0;
		taken = fread(text + *length, 1, room - *length, file);
		*length += taken;
		more = taken != 0;
	}
	if (file == NULL || ferror(file) || *length > FILE_MOST) {
		complain("cannot read %s: %s", file_name,
			 *length > FILE_MOST ? "longer than 64 MiB" : strerror(errno));
		free(text);
		text = NULL;
	}
	if (file != NULL && file != stdin)
		fclose(file);
	return text;
}

static enum outcome find_in_file(struct source *s, const char *operand,
				 const struct source_name *name)
{
	char why[256] = "";
	size_t length;
	char *text = read_all(name->text, &length);
	bool found = text != NULL &&
		     result_file_read(&s->file, text, length, name->number, why, sizeof(why));

	s->is_file = true;
	if (text != NULL && !found)
		complain("%s: %s", name->text, why);
	free(text);
	if (!found)
		return OUTCOME_USAGE;
	source_adopt(s, operand, &s->file.benchmark);
	return OUTCOME_DONE;
}

enum outcome source_find(struct source *s, const struct request *r, const char *operand)
{
	struct source_name name;
	enum outcome outcome;

	*s = (struct source){0};
	if (!source_name_read(&name, operand)) {
		complain("'%s': must be a name or a file, optionally followed by #N, with N from 1",
			 operand);
		return OUTCOME_USAGE;
	}
	outcome = name.is_file ? find_in_file(s, operand, &name) : find_saved(s, r, &name);
	free(name.text);
	return outcome;
}
