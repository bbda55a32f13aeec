/*
 * The answer to a question for histograms: each function's tallies, since the last clear or in a
 * range.
 */
#include "daemon/answer_read.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/codec.h"

/* Of all functions together: bounds the memory that one question takes. */
#define BUCKETS_MAX (4u << 20)

struct function_tallies {
	const char *name;
	struct tally *tally[3]; /* returned, failed, all: NULL without calls */
	uint64_t errors, slow;
};

struct histograms {
	struct reading *reading;
	struct function_tallies *functions; /* one for each of the names */
	struct tally row;
	uint64_t buckets;
};

static struct tally *make_tally(void)
{
	struct tally *t = malloc(sizeof(*t));

	if (t != NULL)
		tally_init(t);
	return t;
}

static bool add(struct histograms *h, struct tally **to)
{
	unsigned before;

	if (tally_calls(&h->row) == 0)
		return true;
	if (*to == NULL)
		*to = make_tally();
	before = *to == NULL ? 0 : (*to)->histogram.used;
	if (*to == NULL || !tally_merge(*to, &h->row)) {
		h->reading->no_memory = true;
		return false;
	}
	h->buckets += (*to)->histogram.used - before;
	if (h->buckets <= BUCKETS_MAX)
		return true;
	h->reading->too_much = "too many buckets: ask for fewer functions";
	return false;
}

static struct function_tallies *function_of(struct histograms *h, uint32_t path)
{
	return &h->functions[h->reading->names->paths[path - 1].function - 1];
}

static bool add_window(void *context, const struct batch_window *row, int64_t length_ns)
{
	struct histograms *h = context;
	struct function_tallies *f = function_of(h, row->path);

	(void)length_ns;
	f->errors += row->errors;
	f->slow += row->slow;
	return reading_window(h->reading, row, &h->row) && add(h, &f->tally[2]);
}

static bool add_statistic(void *context, const struct batch_statistic *row)
{
	struct histograms *h = context;
	struct function_tallies *f = function_of(h, row->path);

	f->errors += row->errors;
	f->slow += row->slow;
	return reading_tally(h->reading, row->returned, &h->row) && add(h, &f->tally[0]) &&
	       reading_tally(h->reading, row->failed, &h->row) && add(h, &f->tally[1]);
}

static bool has_calls(const struct function_tallies *f)
{
	return f->tally[0] != NULL || f->tally[1] != NULL || f->tally[2] != NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct function_tallies *)a)->name,
		      ((const struct function_tallies *)b)->name);
}

/* Moves those with calls to the front, by name. Gives how many. */
static size_t gather(struct histograms *h)
{
	const struct store_names *names = h->reading->names;
	size_t n = 0;

	for (uint32_t i = 0; i < names->function_count; i++) {
		struct function_tallies f = h->functions[i];

		if (!has_calls(&f))
			continue;
		f.name = names->functions[i];
		memset(&h->functions[i], 0, sizeof(f));
		h->functions[n++] = f;
	}
	if (n != 0)
		qsort(h->functions, n, sizeof(*h->functions), by_name);
	return n;
}

static bool write_function(Profd__FunctionTallies *m, const struct function_tallies *f)
{
	Profd__Tally **const to[3] = {&m->returned, &m->failed, &m->all};

	profd__function_tallies__init(m);
	m->name = (char *)f->name;
	m->errors = f->errors;
	m->slow = f->slow;
	for (unsigned i = 0; i < 3; i++)
		if (f->tally[i] != NULL && !reading_write_tally(to[i], f->tally[i], true))
			return false;
	return true;
}

static struct answer pack_functions(struct histograms *h, const struct range *range)
{
	size_t count = gather(h), n = 0;
	Profd__FunctionTallies *messages = calloc(count + 1, sizeof(*messages));
	Profd__FunctionTallies **list = calloc(count + 1, sizeof(Profd__FunctionTallies *));
	Profd__Extent extent;
	Profd__Histograms histograms = PROFD__HISTOGRAMS__INIT;
	Profd__Answer message;
	bool whole = messages != NULL && list != NULL;
	struct answer a;

	answer_begin(&message, h->reading->id, PROFD__RESULT__DONE);
	message.histograms = &histograms;
	histograms.extent = &extent;
	reading_extent(h->reading, range, &extent);
	for (; n < count && whole; n++) {
		list[n] = &messages[n];
		whole = write_function(&messages[n], &h->functions[n]);
	}
	histograms.functions = list;
	histograms.n_functions = n;
	a = whole ? reading_pack(h->reading, &message)
		  : reading_failed(h->reading, STORE_READ_NO_MEMORY);
	for (size_t i = 0; i < n; i++) {
		reading_free_tally(messages[i].returned);
		reading_free_tally(messages[i].failed);
		reading_free_tally(messages[i].all);
	}
	free(messages);
	free(list);
	return a;
}

static void free_functions(struct histograms *h)
{
	for (uint32_t i = 0; h->functions != NULL && i < h->reading->names->function_count; i++) {
		for (unsigned j = 0; j < 3; j++) {
			if (h->functions[i].tally[j] == NULL)
				continue;
			tally_deinit(h->functions[i].tally[j]);
			free(h->functions[i].tally[j]);
		}
	}
	free(h->functions);
}

struct answer answer_histograms(struct reading *r, const Profd__AskHistograms *ask)
{
	struct histograms h = {.reading = r};
	struct range range = {0}, *given = ask->range == NULL ? NULL : &range;
	enum store_read_result result = STORE_READ_NO_MEMORY;
	uint8_t *selected = reading_select(r, ask->of);
	struct answer a;

	tally_init(&h.row);
	h.functions = calloc(r->names->function_count + 1u, sizeof(*h.functions));
	if (given != NULL) {
		range.since_ns = ask->range->since_at_ns;
		range.until_ns = ask->range->until_at_ns;
		range_plan(&range, &r->moment->windows);
	}
	if (selected != NULL && h.functions != NULL)
		result = given != NULL ? store_reader_windows(r->store, given, selected, true,
							      add_window, &h)
				       : store_reader_statistics(r->store, selected, true,
								 add_statistic, &h);
	a = result == STORE_READ ? pack_functions(&h, given) : reading_failed(r, result);
	free_functions(&h);
	free(selected);
	tally_deinit(&h.row);
	return a;
}
