/*
 * Saved benchmarks: a question to save becomes a row, rows become an answer.
 */
#include <endian.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ask/past.h"
#include "daemon/ask/question.h"
#include "daemon/ledger/codec.h"
#include "daemon/store/saved.h"
#include "proto/limits.h"
#include "proto/saved.h"
#include "proto/statistics.h"

/* --------------------------------------------------------------- saving */

/* The figures that lists show, so that they need not read the timings. Orders these. */
static void summarize(struct saved *row, double *timing)
{
	size_t n = row->runs;

	statistics_sort(timing, n);
	row->mean = statistics_mean(timing, n);
	row->deviation = n < 2 ? 0.0 : statistics_deviation(timing, n, row->mean);
	row->median = statistics_quantile(timing, n, 0.5);
	row->min = timing[0];
	row->max = timing[n - 1];
}

static void read_timings(double *to, const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t bits;

		memcpy(&bits, bytes + i * sizeof(bits), sizeof(bits));
		bits = le64toh(bits);
		memcpy(&to[i], &bits, sizeof(bits));
	}
}

bool past_timings_are_sound(const Profd__AskSave *ask)
{
	size_t count = ask->timings.len / sizeof(double);
	double timing;

	if (count == 0 || ask->timings.len % sizeof(double) != 0 || count > PROF_TIMINGS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		read_timings(&timing, ask->timings.data + i * sizeof(timing), 1);
		if (!(timing >= 0.0 && timing <= PROF_SECONDS_MAX))
			return false;
	}
	return ask->n_statuses == 0 || ask->n_statuses == count;
}

/* Numbers that may be below 0, as those of codec.h. */
static size_t put_statuses(uint8_t *to, const int32_t *status, size_t count, uint64_t *failures)
{
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t folded = ((uint32_t)status[i] << 1) ^ (uint32_t)(status[i] >> 31);

		length += codec_put_number(to + length, folded);
		*failures += status[i] != 0;
	}
	return length;
}

static bool get_statuses(struct batch_blob blob, int32_t *to, size_t count)
{
	struct codec_input input = {blob.bytes, blob.bytes + blob.size};
	uint64_t folded;

	for (size_t i = 0; i < count; i++) {
		if (!codec_get_number(&input, &folded) || folded > UINT32_MAX)
			return false;
		to[i] = (int32_t)((uint32_t)folded >> 1) ^ -(int32_t)(folded & 1);
	}
	return true;
}

static struct answer outcome_of(const struct past *p, enum saved_outcome outcome)
{
	switch (outcome) {
	case SAVED_NOT_FOUND:
		return answer_result(p->question, PROFD__RESULT__RESULT_NOT_FOUND,
				     "no such benchmark is saved");
	case SAVED_NOT_YOURS:
		return answer_result(p->question, PROFD__RESULT__RESULT_DENIED,
				     "another user saved it; who saved a benchmark, and who may "
				     "clear, may delete it");
	case SAVED_TOO_MUCH:
		return answer_result(
			p->question, PROFD__RESULT__RESULT_TOO_MUCH,
			"this user has as many benchmarks saved as one may: 10,000, or "
			"256 MiB of timings");
	case SAVED_DONE:
	case SAVED_FAILED:
		break;
	}
	return answer_result(p->question, PROFD__RESULT__RESULT_FAILED,
			     saved_writer_why(p->writer));
}

struct answer answer_save(struct past *p, const Profd__Question *q)
{
	const Profd__AskSave *from = q->save;
	struct saved row = {
		.name = from->name,
		.text = {SAVED_TEXT_LIST(SAVED_TEXT_FROM)},
		.uid = p->asker->uid,
		.saved_at_ns = p->asker->asked_at_ns,
		.runs = from->timings.len / sizeof(double),
		.timings = {from->timings.data, from->timings.len},
	};
	double *timing = malloc(from->timings.len);
	uint8_t *statuses = malloc(from->n_statuses * CODEC_NUMBER_MAX + 1);
	enum saved_outcome outcome;
	struct answer a;

	if (timing == NULL || statuses == NULL) {
		a = past_failed(p, LOOKUP_NO_MEMORY);
	} else {
		read_timings(timing, from->timings.data, row.runs);
		summarize(&row, timing);
		row.statuses.bytes = statuses;
		row.statuses.size =
			put_statuses(statuses, from->statuses, from->n_statuses, &row.failures);
		outcome = saved_put(p->writer, &row);
		a = outcome == SAVED_DONE ? answer_number(q, row.number) : outcome_of(p, outcome);
	}
	free(timing);
	free(statuses);
	return a;
}

struct answer answer_delete(struct past *p, const Profd__Question *q)
{
	uint64_t deleted = 0;
	enum saved_outcome outcome = saved_delete(p->writer, q->delete_->name, q->delete_->number,
						  p->asker->uid, p->asker->may_clear, &deleted);

	return outcome == SAVED_DONE ? answer_number(q, deleted) : outcome_of(p, outcome);
}

/* -------------------------------------------------------------- listing */

struct listing {
	struct past *past;
	const Profd__AskSaved *ask;
	Profd__Saved **list; /* each with what it holds is owned */
	size_t count, room, bytes;
};

static void free_saved(Profd__Saved *to)
{
	char **const text[SAVED_TEXTS] = {SAVED_TEXT_LIST(SAVED_TEXT_TO)};

	free(to->name);
	for (unsigned i = 0; i < SAVED_TEXTS; i++)
		free(*text[i]);
	free(to->timings.data);
	free(to->statuses);
	free(to);
}

static bool copy_texts(Profd__Saved *to, const struct saved *row)
{
	char **const text[SAVED_TEXTS] = {SAVED_TEXT_LIST(SAVED_TEXT_TO)};
	bool copied;

	to->name = strdup(row->name);
	copied = to->name != NULL;
	for (unsigned i = 0; i < SAVED_TEXTS; i++) {
		*text[i] = strdup(row->text[i]);
		copied &= *text[i] != NULL;
	}
	return copied;
}

static bool copy_timings(struct past *p, Profd__Saved *m, const struct saved *row)
{
	size_t count = row->timings.size / sizeof(double);

	if (row->timings.size == 0)
		return true; /* not asked for */
	m->timings.data = malloc(row->timings.size);
	m->statuses = malloc((count + 1) * sizeof(*m->statuses));
	if (m->timings.data == NULL || m->statuses == NULL) {
		p->no_memory = true;
		return false;
	}
	memcpy(m->timings.data, row->timings.bytes, row->timings.size);
	m->timings.len = row->timings.size;
	m->n_statuses = row->statuses.size == 0 ? 0 : count;
	p->damaged |=
		count != row->runs || !get_statuses(row->statuses, m->statuses, m->n_statuses);
	return !p->damaged;
}

static Profd__Saved *write_saved(struct past *p, const struct saved *row)
{
	Profd__Saved *m = malloc(sizeof(*m));

	if (m == NULL)
		return NULL;
	profd__saved__init(m);
	if (!copy_texts(m, row) || !copy_timings(p, m, row)) {
		free_saved(m);
		return NULL;
	}
	m->number = row->number;
	m->uid = row->uid;
	m->saved_at_ns = row->saved_at_ns;
	m->runs = row->runs;
	m->failures = row->failures;
	m->mean = row->mean;
	m->deviation = row->deviation;
	m->median = row->median;
	m->min = row->min;
	m->max = row->max;
	m->results = row->results;
	return m;
}

static bool make_room(struct listing *t)
{
	size_t room = t->room == 0 ? 64 : t->room * 2;
	Profd__Saved **list;

	if (t->count < t->room)
		return true;
	list = realloc(t->list, room * sizeof(*list));
	if (list == NULL)
		return false;
	t->list = list;
	t->room = room;
	return true;
}

static bool add_saved(void *context, const struct saved *row)
{
	struct listing *t = context;
	Profd__Saved *m;

	if (t->ask->name[0] == '\0' && t->ask->pattern[0] != '\0' &&
	    fnmatch(t->ask->pattern, row->name, 0) != 0)
		return true;
	t->bytes += row->timings.size + row->statuses.size;
	if (t->bytes > PAST_SIZE_MAX) {
		t->past->too_much = "more than 16 MiB of timings: ask for fewer results";
		return false;
	}
	m = make_room(t) ? write_saved(t->past, row) : NULL;
	if (m == NULL)
		return false;
	t->list[t->count++] = m;
	return t->ask->limit == 0 || t->count < t->ask->limit;
}

struct answer answer_saved(struct past *p, const Profd__Question *q)
{
	const Profd__AskSaved *ask = q->saved;
	const char *name = ask->name[0] == '\0' ? NULL : ask->name;
	struct listing t = {.past = p, .ask = ask};
	enum lookup_result result =
		lookup_saved(p->lookup, name, ask->number, ask->timings, add_saved, &t);
	Profd__SavedList list = PROFD__SAVED_LIST__INIT;
	Profd__Answer message;
	struct answer a;

	if (result == LOOKUP_STOPPED && t.count == ask->limit && ask->limit != 0)
		result = LOOKUP_DONE;
	answer_begin(&message, q, PROFD__RESULT__RESULT_DONE);
	message.answer_case = PROFD__ANSWER__ANSWER_SAVED;
	message.saved = &list;
	list.list = t.list;
	list.n_list = t.count;
	if (result != LOOKUP_DONE)
		a = past_failed(p, result);
	else if (name != NULL && t.count == 0)
		a = outcome_of(p, SAVED_NOT_FOUND);
	else
		a = past_pack(p, &message);
	for (size_t i = 0; i < t.count; i++)
		free_saved(t.list[i]);
	free(t.list);
	return a;
}
