/*
 * The answer to a question for histograms: each function's tallies, or those of each function and
 * program, since the last clear or in a range.
 */
#include "daemon/ask/past.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/ledger/codec.h"

/* Of all functions together: bounds the memory that one question takes. */
#define BUCKETS_MAX (4u << 20)

struct function_tallies {
	const char *name, *program;
	struct tally *tally[3]; /* returned, failed, all: NULL without calls */
	uint64_t errors, slow, calls;
};

struct histograms {
	struct past *past;
	struct function_tallies *functions;
	size_t count;
	uint32_t *index; /* of the tallies of each path, in these */
	struct tally row;
	uint64_t buckets, left_out;
};

/* ------------------------------------------------------------ gathering */

/* What the calls of a path are told under: a function, and a program (0: whichever). */
static uint64_t key_of(const struct histograms *h, bool by_program, uint32_t path)
{
	const struct lookup_path *p = &h->past->names->paths[path - 1];

	return (uint64_t)p->function << 32 | (by_program ? p->program : 0);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The keys of the selected paths, ascending, each once. NULL without memory. */
static uint64_t *make_keys(const struct histograms *h, const uint8_t *selected, bool by_program,
			   size_t *count)
{
	uint32_t paths = h->past->names->path_count;
	uint64_t *key = malloc((paths + 1u) * sizeof(*key));
	size_t all = 0;

	*count = 0;
	for (uint32_t path = 1; key != NULL && path <= paths; path++)
		if (selected[path - 1])
			key[all++] = key_of(h, by_program, path);
	if (all != 0)
		qsort(key, all, sizeof(*key), by_number);
	for (size_t i = 0; i < all; i++)
		if (i == 0 || key[i] != key[i - 1])
			key[(*count)++] = key[i];
	return key;
}

static uint32_t index_of(const uint64_t *key, size_t count, uint64_t sought)
{
	const uint64_t *found = bsearch(&sought, key, count, sizeof(*key), by_number);

	return (uint32_t)(found - key);
}

static void name_tallies(const struct lookup_names *names, uint64_t key, struct function_tallies *f)
{
	uint32_t function = (uint32_t)(key >> 32), program = (uint32_t)key;
	const char *name = program == 0 ? NULL : names->programs[program - 1];

	f->name = names->functions[function - 1];
	f->program = name == NULL ? "" : name;
}

/* Says which tallies the calls of each selected path go to. False without memory. */
static bool assign(struct histograms *h, const uint8_t *selected, bool by_program)
{
	const struct lookup_names *names = h->past->names;
	uint64_t *key = make_keys(h, selected, by_program, &h->count);
	bool whole;

	h->functions = calloc(h->count + 1, sizeof(*h->functions));
	h->index = calloc(names->path_count + 1u, sizeof(*h->index));
	whole = key != NULL && h->functions != NULL && h->index != NULL;
	for (size_t i = 0; whole && i < h->count; i++)
		name_tallies(names, key[i], &h->functions[i]);
	for (uint32_t path = 1; whole && path <= names->path_count; path++)
		if (selected[path - 1])
			h->index[path - 1] = index_of(key, h->count, key_of(h, by_program, path));
	free(key);
	return whole;
}

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
		h->past->no_memory = true;
		return false;
	}
	h->buckets += (*to)->histogram.used - before;
	if (h->buckets <= BUCKETS_MAX)
		return true;
	h->past->too_much = "too many buckets: ask for fewer functions";
	return false;
}

static struct function_tallies *function_of(struct histograms *h, uint32_t path)
{
	return &h->functions[h->index[path - 1]];
}

static bool add_window(void *context, const struct batch_window *row, int64_t length_ns)
{
	struct histograms *h = context;
	struct function_tallies *f = function_of(h, row->path);

	(void)length_ns;
	f->errors += row->errors;
	f->slow += row->slow;
	return past_window(h->past, row, &h->row) && add(h, &f->tally[2]);
}

static bool add_statistic(void *context, const struct batch_statistic *row)
{
	struct histograms *h = context;
	struct function_tallies *f = function_of(h, row->path);

	f->errors += row->errors;
	f->slow += row->slow;
	return past_tally(h->past, row->path, row->returned, &h->row) && add(h, &f->tally[0]) &&
	       past_tally(h->past, row->path, row->failed, &h->row) && add(h, &f->tally[1]);
}

/* -------------------------------------------------------------- telling */

static void count_calls(struct function_tallies *f)
{
	f->calls = 0;
	for (unsigned i = 0; i < 3; i++)
		f->calls += f->tally[i] == NULL ? 0 : tally_calls(f->tally[i]);
}

static int by_name(const void *a, const void *b)
{
	const struct function_tallies *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : strcmp(x->program, y->program);
}

/* Those with the most calls first, so that those without any are the last. */
static int by_calls(const void *a, const void *b)
{
	const struct function_tallies *x = a, *y = b;

	return x->calls != y->calls ? (x->calls < y->calls) - (x->calls > y->calls) : by_name(a, b);
}

/* Moves those that are told to the front, by name. Gives how many. */
static size_t gather(struct histograms *h, uint32_t limit)
{
	size_t told = 0;

	for (size_t i = 0; i < h->count; i++)
		count_calls(&h->functions[i]);
	if (h->count == 0)
		return 0;
	qsort(h->functions, h->count, sizeof(*h->functions), by_calls);
	while (told < h->count && h->functions[told].calls != 0)
		told++;
	if (limit != 0 && told > limit) {
		h->left_out = told - limit;
		told = limit;
	}
	qsort(h->functions, told, sizeof(*h->functions), by_name);
	return told;
}

static bool write_function(Profd__FunctionTallies *m, const struct function_tallies *f)
{
	Profd__Tally **const to[3] = {&m->returned, &m->failed, &m->all};

	profd__function_tallies__init(m);
	m->name = (char *)f->name;
	m->program = (char *)f->program;
	m->errors = f->errors;
	m->slow = f->slow;
	for (unsigned i = 0; i < 3; i++)
		if (f->tally[i] != NULL && !past_write_tally(to[i], f->tally[i], true))
			return false;
	return true;
}

static struct answer pack_functions(struct histograms *h, const struct range *range, uint32_t limit)
{
	size_t count = gather(h, limit), n = 0;
	Profd__FunctionTallies *messages = calloc(count + 1, sizeof(*messages));
	Profd__FunctionTallies **list = calloc(count + 1, sizeof(Profd__FunctionTallies *));
	Profd__Extent extent;
	Profd__Histograms histograms = PROFD__HISTOGRAMS__INIT;
	Profd__Answer message;
	bool whole = messages != NULL && list != NULL;
	struct answer a;

	answer_begin(&message, h->past->question, PROFD__RESULT__RESULT_DONE);
	message.answer_case = PROFD__ANSWER__ANSWER_HISTOGRAMS;
	message.histograms = &histograms;
	histograms.extent = &extent;
	past_extent(h->past, range, &extent);
	for (; n < count && whole; n++) {
		list[n] = &messages[n];
		whole = write_function(&messages[n], &h->functions[n]);
	}
	histograms.functions = list;
	histograms.n_functions = n;
	histograms.left_out = h->left_out;
	a = whole ? past_pack(h->past, &message) : past_failed(h->past, LOOKUP_NO_MEMORY);
	for (size_t i = 0; i < n; i++) {
		past_free_tally(messages[i].returned);
		past_free_tally(messages[i].failed);
		past_free_tally(messages[i].all);
	}
	free(messages);
	free(list);
	return a;
}

static void free_functions(struct histograms *h)
{
	for (size_t i = 0; h->functions != NULL && i < h->count; i++) {
		for (unsigned j = 0; j < 3; j++) {
			if (h->functions[i].tally[j] == NULL)
				continue;
			tally_deinit(h->functions[i].tally[j]);
			free(h->functions[i].tally[j]);
		}
	}
	free(h->functions);
	free(h->index);
}

struct answer answer_histograms(struct past *p, const Profd__Question *q)
{
	const Profd__AskHistograms *ask = q->histograms;
	struct histograms h = {.past = p};
	struct range range = {0}, *given = ask->range == NULL ? NULL : &range;
	enum lookup_result result = LOOKUP_NO_MEMORY;
	uint8_t *selected = past_select(p, ask->of);
	struct answer a;

	tally_init(&h.row);
	if (given != NULL) {
		range.since_ns = ask->range->since_at_ns;
		range.until_ns = ask->range->until_at_ns;
		range_plan(&range, &p->moment->windows);
	}
	if (selected != NULL && assign(&h, selected, ask->by_program))
		result = given != NULL
				 ? lookup_windows(p->lookup, given, selected, true, add_window, &h)
				 : lookup_statistics(p->lookup, selected, true, add_statistic, &h);
	a = result == LOOKUP_DONE ? pack_functions(&h, given, ask->limit) : past_failed(p, result);
	free_functions(&h);
	free(selected);
	tally_deinit(&h.row);
	return a;
}
