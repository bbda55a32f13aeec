/*
 * Benchmarks that profd keeps: saved, told, deleted.
 */
#include <endian.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "client/ask/ask.h"
#include "client/base/sized.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/saved.h"

#define READ_TEXT(member, key, title) what->member = block_text(b, from->member)

/* --------------------------------------------------------------- saving */

static prof_error take_text(const char *text, char **to)
{
	size_t length = text == NULL ? 0 : strlen(text);

	if (length > PROF_SAVED_TEXT_MAX)
		return PROF_TOO_MUCH;
	if (length == 0)
		return PROF_OK;
	if (!name_is_utf8(text, length))
		return PROF_BAD_NAME;
	*to = (char *)text;
	return PROF_OK;
}

static prof_error take_texts(const struct prof_benchmark *from, Profd__AskSave *to)
{
	const char *const text[] = {SAVED_TEXT_LIST(SAVED_TEXT_FROM)};
	char **const at[] = {SAVED_TEXT_LIST(SAVED_TEXT_TO)};
	prof_error error = PROF_OK;

	for (size_t i = 0; i < SAVED_TEXTS && error == PROF_OK; i++)
		error = take_text(text[i], at[i]);
	return error;
}

static prof_error check(const struct prof_benchmark *b)
{
	if (b->name == NULL || b->timings == NULL || b->count == 0)
		return PROF_BAD_ARGUMENT;
	if (!name_is_valid(b->name, strlen(b->name)))
		return PROF_BAD_NAME;
	if (b->count > PROF_TIMINGS_MAX)
		return PROF_TOO_MUCH;
	for (size_t i = 0; i < b->count; i++)
		if (!(b->timings[i] >= 0.0 && b->timings[i] <= PROF_SECONDS_MAX))
			return PROF_BAD_VALUE;
	return PROF_OK;
}

static uint8_t *pack_timings(const struct prof_benchmark *b)
{
	uint8_t *bytes = malloc(b->count * sizeof(double));

	for (size_t i = 0; bytes != NULL && i < b->count; i++) {
		uint64_t bits;

		memcpy(&bits, &b->timings[i], sizeof(bits));
		bits = htole64(bits);
		memcpy(bytes + i * sizeof(bits), &bits, sizeof(bits));
	}
	return bytes;
}

prof_error prof_saved_add(const struct prof_benchmark *benchmark, double timeout, uint64_t *number)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskSave ask = PROFD__ASK_SAVE__INIT;
	struct prof_benchmark b = PROF_BENCHMARK_INIT;
	prof_error error = sized_read(&b, count, benchmark);
	_Static_assert(sizeof(int) == sizeof(int32_t), "statuses are handed on as they are");

	if (error == PROF_OK)
		error = check(&b);
	if (error == PROF_OK)
		error = take_texts(&b, &ask);
	if (error != PROF_OK)
		return error;
	ask.name = (char *)b.name;
	ask.timings.len = b.count * sizeof(double);
	ask.timings.data = pack_timings(&b);
	if (b.statuses != NULL) {
		ask.statuses = (int32_t *)b.statuses;
		ask.n_statuses = b.count;
	}
	if (ask.timings.data == NULL)
		return PROF_NO_MEMORY;
	question.ask_case = PROFD__QUESTION__ASK_SAVE;
	question.save = &ask;
	error = question_change(&question, timeout, number);
	free(ask.timings.data);
	return error;
}

/* -------------------------------------------------------------- telling */

/* False when it makes no sense. */
static bool read_timings(struct block *b, const Profd__Saved *from, struct prof_benchmark *to)
{
	double *timings;
	int *statuses;

	if (from->timings.len == 0)
		return true;
	if (from->timings.len != from->runs * sizeof(double) ||
	    (from->n_statuses != 0 && from->n_statuses != from->runs))
		return false;
	timings = block_take(b, from->runs, sizeof(*timings));
	/* As wide as timings, so that what follows is aligned. */
	statuses = from->n_statuses == 0 ? NULL : block_take(b, from->runs, sizeof(*timings));
	for (size_t i = 0; i < from->runs; i++) {
		uint64_t bits;

		memcpy(&bits, from->timings.data + i * sizeof(bits), sizeof(bits));
		bits = le64toh(bits);
		memcpy(&timings[i], &bits, sizeof(bits));
		if (statuses != NULL)
			statuses[i] = from->statuses[i];
	}
	to->timings = timings;
	to->statuses = statuses;
	return true;
}

static bool read_saved(struct block *b, const Profd__Saved *from, struct prof_saved *to)
{
	struct prof_benchmark *what = block_take(b, 1, sizeof(*what));

	to->benchmark = what;
	what->size = sizeof(*what);
	what->name = block_text(b, from->name);
	what->count = from->runs;
	SAVED_TEXT_LIST(READ_TEXT);
	to->number = from->number;
	to->results = from->results;
	to->saved = ask_moment(from->saved_at_ns);
	to->uid = from->uid > UINT_MAX ? UINT_MAX : (unsigned)from->uid;
	to->failures = from->failures;
	to->mean = from->mean;
	to->deviation = from->deviation;
	to->median = from->median;
	to->min = from->min;
	to->max = from->max;
	return read_timings(b, from, what);
}

/* Room for what was timed, and for the timings and the statuses of all. */
static size_t room_of(const Profd__Answer *message)
{
	size_t room = message->saved->n_list * sizeof(struct prof_benchmark);

	for (size_t i = 0; i < message->saved->n_list; i++)
		room += message->saved->list[i]->timings.len * 2;
	return room;
}

static bool read_list(struct block *b, const Profd__Answer *from, void *head)
{
	struct prof_saved_list *list = head;
	bool sensible = true;

	list->count = from->saved->n_list;
	list->results = b->rows;
	for (size_t i = 0; i < list->count && sensible; i++)
		sensible = read_saved(b, from->saved->list[i], block_row(b, i));
	return sensible;
}

static bool read_one(struct block *b, const Profd__Answer *from, void *head)
{
	return from->saved->n_list == 1 && read_saved(b, from->saved->list[0], head);
}

static const struct ask_kind saved_list = {sizeof(struct prof_saved_list),
					   sizeof(struct prof_saved),
					   offsetof(Profd__SavedList, n_list), room_of, read_list};
static const struct ask_kind saved_one = {sizeof(struct prof_saved), 0, 0, room_of, read_one};

static prof_error ask_saved(Profd__AskSaved *ask, double timeout, const struct ask_kind *kind,
			    void *result)
{
	Profd__Question question = PROFD__QUESTION__INIT;

	question.ask_case = PROFD__QUESTION__ASK_SAVED;
	question.saved = ask;
	return ask_for(&question, timeout, kind, result);
}

prof_error prof_get_saved_latest(const char *pattern, uint32_t limit, double timeout,
				 struct prof_saved_list **list)
{
	Profd__AskSaved ask = PROFD__ASK_SAVED__INIT;
	prof_error error = ask_take_name(pattern, &ask.pattern);

	ask.limit = limit;
	return error != PROF_OK ? error : ask_saved(&ask, timeout, &saved_list, list);
}

static prof_error take_saved_name(const char *name, char **to)
{
	if (name == NULL)
		return PROF_BAD_ARGUMENT;
	if (!name_is_valid(name, strlen(name)))
		return PROF_BAD_NAME;
	*to = (char *)name;
	return PROF_OK;
}

prof_error prof_get_saved_history(const char *name, bool timings, uint32_t limit, double timeout,
				  struct prof_saved_list **list)
{
	Profd__AskSaved ask = PROFD__ASK_SAVED__INIT;
	prof_error error = take_saved_name(name, &ask.name);

	ask.timings = timings;
	ask.limit = limit;
	return error != PROF_OK ? error : ask_saved(&ask, timeout, &saved_list, list);
}

prof_error prof_get_saved(const char *name, uint64_t number, double timeout,
			  struct prof_saved **saved)
{
	Profd__AskSaved ask = PROFD__ASK_SAVED__INIT;
	prof_error error = take_saved_name(name, &ask.name);

	ask.number = number;
	ask.timings = true;
	ask.limit = 1;
	return error != PROF_OK ? error : ask_saved(&ask, timeout, &saved_one, saved);
}

prof_error prof_saved_delete(const char *name, uint64_t number, double timeout, uint64_t *deleted)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskDelete ask = PROFD__ASK_DELETE__INIT;
	prof_error error = take_saved_name(name, &ask.name);

	if (error != PROF_OK)
		return error;
	ask.number = number;
	question.ask_case = PROFD__QUESTION__ASK_DELETE;
	question.delete_ = &ask;
	return question_change(&question, timeout, deleted);
}
