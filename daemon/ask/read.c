/*
 * What all answers that are read from the database have in common.
 */
#include "daemon/ask/read.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ledger/codec.h"
#include "proto/wire.h"

bool answer_is_read(const Profd__Question *question)
{
	switch (question->ask_case) {
	case PROFD__QUESTION__ASK_HISTORY:
	case PROFD__QUESTION__ASK_HISTOGRAMS:
	case PROFD__QUESTION__ASK_TREE:
	case PROFD__QUESTION__ASK_SAVE:
	case PROFD__QUESTION__ASK_SAVED:
	case PROFD__QUESTION__ASK_DELETE:
		return true;
	case PROFD__QUESTION__ASK_SUMMARY:
	case PROFD__QUESTION__ASK_STATS:
	case PROFD__QUESTION__ASK_EVENTS:
	case PROFD__QUESTION__ASK_PROCESSES:
	case PROFD__QUESTION__ASK_STATUS:
	case PROFD__QUESTION__ASK_CLEAR:
	case PROFD__QUESTION__ASK_PROGRAMS:
	case PROFD__QUESTION__ASK__NOT_SET:
	case _PROFD__QUESTION__ASK__CASE_IS_INT_SIZE:
		break;
	}
	return false;
}

static struct answer make(struct reading *r, const Profd__Question *q)
{
	if (q->ask_case == PROFD__QUESTION__ASK_HISTORY)
		return answer_history(r, q->history);
	if (q->ask_case == PROFD__QUESTION__ASK_HISTOGRAMS)
		return answer_histograms(r, q->histograms);
	if (q->ask_case == PROFD__QUESTION__ASK_TREE)
		return answer_tree(r, q->tree);
	return answer_saved(r, q->saved);
}

struct answer answer_read(struct store_reader *store, const Profd__Question *question,
			  const struct asker *asker, int64_t limit_ns)
{
	struct reading r = {.store = store, .id = question->id};
	enum store_read_result result;
	struct answer a;

	if (question->ask_case == PROFD__QUESTION__ASK_SAVE)
		return answer_save(&r, question->save, asker);
	if (question->ask_case == PROFD__QUESTION__ASK_DELETE)
		return answer_delete(&r, question->delete_, asker);
	result = store_reader_begin(store, limit_ns);
	if (result != STORE_READ) {
		a = reading_failed(&r, result);
	} else {
		r.names = store_reader_names(store);
		r.moment = store_reader_moment(store);
		r.complete_ns = r.moment->complete_ns > asker->settled_ns ? r.moment->complete_ns
									  : asker->settled_ns;
		a = make(&r, question);
	}
	store_reader_end(store);
	return a;
}

struct answer reading_failed(const struct reading *r, enum store_read_result result)
{
	switch (result) {
	case STORE_READ_TOO_LONG:
		return answer_result(r->id, PROFD__RESULT__TOO_LONG,
				     "reading the answer takes too long: ask for less");
	case STORE_READ_FAILED:
		return answer_result(r->id, PROFD__RESULT__FAILED, store_reader_why(r->store));
	case STORE_READ:
	case STORE_READ_STOPPED:
	case STORE_READ_NO_MEMORY:
		break;
	}
	if (r->too_much != NULL)
		return answer_result(r->id, PROFD__RESULT__TOO_MUCH, r->too_much);
	return answer_result(r->id, PROFD__RESULT__FAILED,
			     r->damaged ? "a row of the database is damaged"
					: "profd has no memory for the answer");
}

/* ------------------------------------------------------------ selecting */

static bool fits(const Profd__Selection *of, const char *function)
{
	if (function == NULL)
		return false;
	if (of->name[0] != '\0')
		return strcmp(of->name, function) == 0;
	return of->pattern[0] == '\0' || fnmatch(of->pattern, function, 0) == 0;
}

/* The number of a program; 0: there is none of this name. */
static uint32_t find_program(const struct store_names *names, const char *name)
{
	for (uint32_t i = 0; i < names->program_count; i++)
		if (names->programs[i] != NULL && strcmp(names->programs[i], name) == 0)
			return i + 1;
	return 0;
}

uint8_t *reading_select(struct reading *r, const Profd__Selection *of)
{
	static const Profd__Selection all = PROFD__SELECTION__INIT;
	const struct store_names *names = r->names;
	uint8_t *selected = calloc(names->path_count + 1u, 1);
	uint8_t *functions = calloc(names->function_count + 1u, 1);
	uint32_t program;

	if (of == NULL)
		of = &all;
	program = of->program[0] == '\0' ? 0 : find_program(names, of->program);
	for (uint32_t i = 0; functions != NULL && i < names->function_count; i++)
		functions[i] = fits(of, names->functions[i]);
	for (uint32_t i = 0; selected != NULL && functions != NULL && i < names->path_count; i++) {
		const struct store_path *p = &names->paths[i];

		selected[i] = p->program != 0 && functions[p->function - 1] &&
			      (of->program[0] == '\0' || p->program == program);
	}
	if (functions == NULL) {
		free(selected);
		selected = NULL;
	}
	free(functions);
	r->no_memory |= selected == NULL;
	return selected;
}

/* -------------------------------------------------------------- tallies */

/* The room is reserved first, so what fails after that is damage. */
static bool reserve(struct reading *r, struct tally *to)
{
	if (histogram_reserve(&to->histogram, HISTOGRAM_SIZE))
		return true;
	r->no_memory = true;
	return false;
}

bool reading_window(struct reading *r, const struct batch_window *row, struct tally *to)
{
	struct codec_reader reader = {row->histogram.bytes,
				      row->histogram.bytes + row->histogram.size};

	tally_clear(to);
	if (!reserve(r, to))
		return false;
	if (row->histogram.size == 0 || !codec_get_histogram(&reader, &to->histogram)) {
		r->damaged = true;
		return false;
	}
	to->sum_ns = row->sum_ns;
	if (to->histogram.used != 0) {
		to->min_ns = row->min_ns;
		to->max_ns = row->max_ns;
	}
	return true;
}

bool reading_tally(struct reading *r, struct batch_blob bytes, struct tally *to)
{
	struct codec_reader reader = {bytes.bytes, bytes.bytes + bytes.size};

	if (!reserve(r, to))
		return false;
	if (bytes.size != 0 && codec_get_tally(&reader, to))
		return true;
	r->damaged = true;
	return false;
}

bool reading_write_tally(Profd__Tally **message, const struct tally *t, bool buckets)
{
	unsigned used = buckets ? t->histogram.used : 0;
	Profd__Tally *m = malloc(sizeof(*m));
	int32_t *index = malloc((used + 1u) * sizeof(*index));
	uint64_t *count = malloc((used + 1u) * sizeof(*count));

	if (m == NULL || index == NULL || count == NULL) {
		free(m);
		free(index);
		free(count);
		return false;
	}
	if (buckets) {
		wire_write_tally(m, t, index, count);
	} else {
		profd__tally__init(m);
		m->sum_ns = t->sum_ns;
		m->min_ns = tally_calls(t) == 0 ? 0 : t->min_ns;
		m->max_ns = t->max_ns;
		m->index = index;
		m->count = count;
	}
	*message = m;
	return true;
}

void reading_free_tally(Profd__Tally *message)
{
	if (message == NULL)
		return;
	free(message->index);
	free(message->count);
	free(message);
}

/* -------------------------------------------------------------- packing */

void reading_extent(const struct reading *r, const struct range *range, Profd__Extent *extent)
{
	profd__extent__init(extent);
	extent->since_at_ns = range == NULL ? r->moment->since_ns : range->since_ns;
	extent->until_at_ns = range == NULL ? r->complete_ns : range->until_ns;
	extent->complete_at_ns = r->complete_ns;
}

struct answer reading_pack(const struct reading *r, const Profd__Answer *message)
{
	if (profd__answer__get_packed_size(message) > ANSWER_SIZE_MAX)
		return answer_result(r->id, PROFD__RESULT__TOO_MUCH,
				     "the answer is larger than 16 MiB: ask for fewer functions or "
				     "paths, or for longer steps");
	return answer_pack(message);
}
