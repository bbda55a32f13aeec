/*
 * What all answers from the database have in common.
 */
#include "daemon/ask/past.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ask/question.h"
#include "daemon/ledger/codec.h"
#include "proto/wire.h"

struct answer past_answer(struct lookup *lookup, struct saved_writer *writer,
			  const struct question *question, int64_t limit_ns)
{
	const struct question_kind *kind = question->kind;
	struct past p = {.lookup = lookup,
			 .writer = writer,
			 .asker = &question->asker,
			 .question = question->message};
	enum lookup_result result;
	struct answer a;

	if (kind->changes)
		return kind->past(&p, question->message);
	result = lookup_begin(lookup, limit_ns);
	if (result != LOOKUP_DONE) {
		a = past_failed(&p, result);
	} else {
		p.names = lookup_names(lookup);
		p.moment = lookup_moment(lookup);
		p.complete_ns = p.moment->complete_ns > p.asker->settled_ns ? p.moment->complete_ns
									    : p.asker->settled_ns;
		a = kind->past(&p, question->message);
	}
	lookup_end(lookup);
	return a;
}

struct answer past_failed(const struct past *p, enum lookup_result result)
{
	switch (result) {
	case LOOKUP_TOO_LONG:
		return answer_result(p->question, PROFD__RESULT__RESULT_TOO_LONG,
				     "the answer takes too long: ask for less");
	case LOOKUP_FAILED:
		return answer_result(p->question, PROFD__RESULT__RESULT_FAILED,
				     lookup_why(p->lookup));
	case LOOKUP_DONE:
	case LOOKUP_STOPPED:
	case LOOKUP_NO_MEMORY:
		break;
	}
	if (p->too_much != NULL)
		return answer_result(p->question, PROFD__RESULT__RESULT_TOO_MUCH, p->too_much);
	return answer_result(p->question, PROFD__RESULT__RESULT_FAILED,
			     p->damaged ? "a row of the database is damaged"
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
static uint32_t find_program(const struct lookup_names *names, const char *name)
{
	for (uint32_t i = 0; i < names->program_count; i++)
		if (names->programs[i] != NULL && strcmp(names->programs[i], name) == 0)
			return i + 1;
	return 0;
}

uint8_t *past_select(struct past *p, const Profd__Selection *of)
{
	static const Profd__Selection all = PROFD__SELECTION__INIT;
	const struct lookup_names *names = p->names;
	uint8_t *selected = calloc(names->path_count + 1u, 1);
	uint8_t *functions = calloc(names->function_count + 1u, 1);
	uint32_t program;

	if (of == NULL)
		of = &all;
	program = of->program[0] == '\0' ? 0 : find_program(names, of->program);
	for (uint32_t i = 0; functions != NULL && i < names->function_count; i++)
		functions[i] = fits(of, names->functions[i]);
	for (uint32_t i = 0; selected != NULL && functions != NULL && i < names->path_count; i++) {
		const struct lookup_path *path = &names->paths[i];

		selected[i] = path->program != 0 && functions[path->function - 1] &&
			      (of->program[0] == '\0' || path->program == program);
	}
	if (functions == NULL) {
		free(selected);
		selected = NULL;
	}
	free(functions);
	p->no_memory |= selected == NULL;
	return selected;
}

/* -------------------------------------------------------------- tallies */

/* The room is reserved first, so what fails after that is damage. */
static bool reserve(struct past *p, struct tally *to)
{
	if (histogram_reserve(&to->histogram, HISTOGRAM_SIZE))
		return true;
	p->no_memory = true;
	return false;
}

static void mark_recursive(const struct past *p, uint32_t path, struct tally *t)
{
	if (p->names->paths[path - 1].recursive)
		t->recursive_ns = t->sum_ns;
}

bool past_window(struct past *p, const struct batch_window *row, struct tally *to)
{
	struct codec_input input = {row->histogram.bytes,
				    row->histogram.bytes + row->histogram.size};

	tally_clear(to);
	if (!reserve(p, to))
		return false;
	if (row->histogram.size == 0 || !codec_get_histogram(&input, &to->histogram)) {
		p->damaged = true;
		return false;
	}
	to->sum_ns = row->sum_ns;
	mark_recursive(p, row->path, to);
	if (to->histogram.used != 0) {
		to->min_ns = row->min_ns;
		to->max_ns = row->max_ns;
	}
	return true;
}

bool past_tally(struct past *p, uint32_t path, struct batch_blob bytes, struct tally *to)
{
	struct codec_input input = {bytes.bytes, bytes.bytes + bytes.size};

	if (!reserve(p, to))
		return false;
	if (bytes.size != 0 && codec_get_tally(&input, to)) {
		mark_recursive(p, path, to);
		return true;
	}
	p->damaged = true;
	return false;
}

bool past_write_tally(Profd__Tally **message, const struct tally *t, bool buckets)
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
		m->recursive_ns = t->recursive_ns;
		m->min_ns = tally_calls(t) == 0 ? 0 : t->min_ns;
		m->max_ns = t->max_ns;
		m->index = index;
		m->count = count;
	}
	*message = m;
	return true;
}

void past_free_tally(Profd__Tally *message)
{
	if (message == NULL)
		return;
	free(message->index);
	free(message->count);
	free(message);
}

/* -------------------------------------------------------------- packing */

void past_extent(const struct past *p, const struct range *range, Profd__Extent *extent)
{
	profd__extent__init(extent);
	extent->since_at_ns = range == NULL ? p->moment->since_ns : range->since_ns;
	extent->until_at_ns = range == NULL ? p->complete_ns : range->until_ns;
	extent->complete_at_ns = p->complete_ns;
}

struct answer past_pack(const struct past *p, const Profd__Answer *message)
{
	if (profd__answer__get_packed_size(message) > PAST_SIZE_MAX)
		return answer_result(p->question, PROFD__RESULT__RESULT_TOO_MUCH,
				     "the answer is larger than 16 MiB: ask for fewer functions or "
				     "paths, or for longer steps");
	return answer_pack(message);
}
