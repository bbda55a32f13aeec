/*
 * Asking for what profd reads from its database: histograms, history, the tree of paths.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/ask/ask.h"
#include "client/ask/block.h"
#include "client/ask/question.h"
#include "client/base/sized.h"
#include "proto/histogram.h"
#include "proto/name.h"
#include "proto/tally.h"

double prof_bucket_upper(int index)
{
	return histogram_upper(index);
}

int prof_bucket_of(double seconds)
{
	return histogram_bucket(seconds);
}

bool prof_quantile_is_supported(uint64_t calls, double q)
{
	return tally_supports(calls, q);
}

double prof_histogram_quantile(const struct prof_histogram *h, double q)
{
	double exact, value;
	uint64_t rank, seen = 0;
	size_t i = 0;

	if (h == NULL || h->count == 0 || !(q >= 0.0 && q <= 1.0))
		return 0.0;
	exact = ceil(q * (double)h->calls);
	rank = exact < 1.0 ? 1 : (uint64_t)exact;
	while (i + 1 < h->count && (seen += h->buckets[i].count) < rank)
		i++;
	value = exp2((h->buckets[i].index - 0.5) / HISTOGRAM_SCALE);
	return value < h->min_seconds	? h->min_seconds
	       : value > h->max_seconds ? h->max_seconds
					: value;
}

/* ------------------------------------------------------------ questions */

static prof_error take_selection(const struct prof_selection *from, Profd__Selection *to)
{
	struct prof_selection s = PROF_SELECTION_INIT;
	prof_error error = sized_read(&s, function, from);

	profd__selection__init(to);
	if (error != PROF_OK)
		return error;
	if (s.function != NULL && !name_is_valid(s.function, strlen(s.function)))
		return PROF_BAD_NAME;
	error = ask_take_name(s.function, &to->name);
	if (error == PROF_OK)
		error = ask_take_name(s.pattern, &to->pattern);
	return error != PROF_OK ? error : ask_take_name(s.program, &to->program);
}

static bool take_time(double from, int64_t *to)
{
	if (!(from >= 0.0 && from <= 9e9)) /* what nanoseconds in 63 bits can tell */
		return false;
	*to = (int64_t)from * 1000000000 + (int64_t)((from - floor(from)) * 1e9);
	return true;
}

static prof_error take_range(const struct prof_range *from, Profd__Range *to)
{
	profd__range__init(to);
	if (from == NULL)
		return PROF_OK;
	if (!take_time(from->since, &to->since_at_ns) || !take_time(from->until, &to->until_at_ns))
		return PROF_BAD_VALUE;
	return PROF_OK;
}

/* -------------------------------------------------------------- answers */

static void read_extent(const Profd__Extent *from, struct prof_extent *to)
{
	if (from == NULL)
		return;
	to->since = ask_moment(from->since_at_ns);
	to->until = ask_moment(from->until_at_ns);
	to->complete = ask_moment(from->complete_at_ns);
}

static size_t buckets_of(const Profd__Tally *tally)
{
	return tally == NULL ? 0 : tally->n_index;
}

/* An empty one for NULL; NULL when it makes no sense. Only what has buckets knows its calls. */
static struct prof_histogram *read_histogram(struct block *b, const Profd__Tally *from)
{
	struct prof_histogram *to = block_take(b, 1, sizeof(*to));
	struct prof_bucket *bucket;
	int64_t index = 0;

	if (from == NULL)
		return to;
	if (from->n_index != from->n_count || from->recursive_ns > from->sum_ns)
		return NULL;
	to->total_seconds = ask_seconds(from->sum_ns - from->recursive_ns);
	to->recursive_seconds = ask_seconds(from->recursive_ns);
	to->min_seconds = ask_seconds(from->min_ns);
	to->max_seconds = ask_seconds(from->max_ns);
	bucket = block_take(b, from->n_index, sizeof(*bucket));
	to->buckets = bucket;
	to->count = from->n_index;
	for (size_t i = 0; i < from->n_index; i++) {
		index += from->index[i];
		if ((i != 0 && from->index[i] <= 0) || index < HISTOGRAM_MIN ||
		    index > HISTOGRAM_MAX || from->count[i] == 0)
			return NULL;
		bucket[i] = (struct prof_bucket){(int)index, from->count[i]};
		to->calls += from->count[i];
	}
	return to;
}

/* ----------------------------------------------------------- histograms */

static void add_histogram(struct prof_histogram *to, const struct prof_histogram *from)
{
	if (from->calls == 0)
		return;
	if (to->calls == 0 || from->min_seconds < to->min_seconds)
		to->min_seconds = from->min_seconds;
	if (from->max_seconds > to->max_seconds)
		to->max_seconds = from->max_seconds;
	to->total_seconds += from->total_seconds;
	to->recursive_seconds += from->recursive_seconds;
	to->calls += from->calls;
}

/* Both were taken from the block; what they have together needs no more room than both have. */
static const struct prof_histogram *
merge_histograms(struct block *b, const struct prof_histogram *x, const struct prof_histogram *y)
{
	struct prof_histogram *to = block_take(b, 1, sizeof(*to));
	struct prof_bucket *bucket = block_take(b, x->count + y->count, sizeof(*bucket));
	size_t i = 0, j = 0;

	add_histogram(to, x);
	add_histogram(to, y);
	to->buckets = bucket;
	while (i < x->count || j < y->count) {
		int left = i < x->count ? x->buckets[i].index : INT32_MAX;
		int right = j < y->count ? y->buckets[j].index : INT32_MAX;
		struct prof_bucket *next = &bucket[to->count++];

		next->index = left < right ? left : right;
		next->count = 0;
		if (left == next->index)
			next->count += x->buckets[i++].count;
		if (right == next->index)
			next->count += y->buckets[j++].count;
	}
	return to;
}

static bool read_function(struct block *b, const Profd__FunctionTallies *from,
			  struct prof_function_histogram *to)
{
	to->function = block_text(b, from->name);
	if (from->program[0] != '\0')
		to->program = block_text(b, from->program);
	to->error_count = from->errors;
	to->slow_count = from->slow;
	to->returned = read_histogram(b, from->returned);
	to->failed = read_histogram(b, from->failed);
	if (to->returned == NULL || to->failed == NULL)
		return false;
	to->all = from->all != NULL ? read_histogram(b, from->all)
				    : merge_histograms(b, to->returned, to->failed);
	return to->all != NULL;
}

static prof_error read_histograms(const struct answer *answer, struct prof_histogram_list **list)
{
	const Profd__Histograms *from = answer->message->histograms;
	struct prof_histogram_list *head;
	size_t buckets = 0;
	bool sensible = true;
	struct block b;
	prof_error error;

	for (size_t i = 0; i < from->n_functions; i++)
		buckets += 2 * (buckets_of(from->functions[i]->returned) +
				buckets_of(from->functions[i]->failed)) +
			   buckets_of(from->functions[i]->all);
	error = block_init(&b, sizeof(*head), from->n_functions, sizeof(**head->functions),
			   buckets * sizeof(struct prof_bucket) +
				   3 * from->n_functions * sizeof(struct prof_histogram),
			   answer->size);
	if (error != PROF_OK)
		return error;
	head = b.head;
	read_extent(from->extent, &head->extent);
	head->left_out = from->left_out;
	head->count = from->n_functions;
	head->functions = b.rows;
	for (size_t i = 0; i < head->count && sensible; i++)
		sensible = read_function(&b, from->functions[i], block_row(&b, i));
	return block_finish(&b, sensible, list);
}

/* `ask` says what else is wanted. */
static prof_error get_histograms(const struct prof_selection *selection,
				 const struct prof_range *range, Profd__AskHistograms ask,
				 double timeout, struct prof_histogram_list **list)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	struct prof_histogram_list *told;
	Profd__Selection of;
	Profd__Range when;
	struct answer answer;
	prof_error error;

	if (list == NULL)
		return PROF_BAD_ARGUMENT;
	error = take_selection(selection, &of);
	if (error == PROF_OK)
		error = take_range(range, &when);
	if (error != PROF_OK)
		return error;
	ask.of = &of;
	ask.range = range == NULL ? NULL : &when;
	question.ask_case = PROFD__QUESTION__ASK_HISTOGRAMS;
	question.histograms = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = read_histograms(&answer, &told);
	answer_deinit(&answer);
	if (error == PROF_OK && of.name[0] != '\0' && told->count == 0) {
		prof_free(told);
		error = PROF_NOT_FOUND;
	}
	if (error == PROF_OK)
		*list = told;
	return error;
}

prof_error prof_get_histograms(const struct prof_selection *selection,
			       const struct prof_range *range, double timeout,
			       struct prof_histogram_list **list)
{
	Profd__AskHistograms ask = PROFD__ASK_HISTOGRAMS__INIT;

	return get_histograms(selection, range, ask, timeout, list);
}

prof_error prof_get_histograms_by_program(const struct prof_selection *selection,
					  const struct prof_range *range, uint32_t limit,
					  double timeout, struct prof_histogram_list **list)
{
	Profd__AskHistograms ask = PROFD__ASK_HISTOGRAMS__INIT;

	ask.by_program = true;
	ask.limit = limit;
	return get_histograms(selection, range, ask, timeout, list);
}

/* -------------------------------------------------------------- history */

static bool read_step(struct block *b, const Profd__Step *from, struct prof_step *to)
{
	struct prof_histogram *all;
	double *const value[PROF_QUANTILES] = {QUANTILE_LIST(ASK_QUANTILE)};

	all = read_histogram(b, from->all);
	if (from->n_quantiles < PROF_QUANTILES || all == NULL)
		return false;
	if (all->count == 0)
		all->calls = from->calls;
	to->all = all;
	to->start = ask_moment(from->start_at_ns);
	to->width = ask_seconds(from->width_ns);
	to->error_count = from->errors;
	to->slow_count = from->slow;
	to->late_calls = from->late_calls;
	to->late_seconds = ask_seconds(from->late_span_ns);
	for (unsigned i = 0; i < PROF_QUANTILES; i++)
		*value[i] = from->quantiles[i];
	to->doubtful = ask_doubtful(from->calls);
	return true;
}

static prof_error read_history(const struct answer *answer, struct prof_history **history)
{
	const Profd__History *from = answer->message->history;
	struct prof_history *head;
	size_t buckets = 0;
	bool sensible = true;
	struct block b;
	prof_error error;

	for (size_t i = 0; i < from->n_steps; i++)
		buckets += buckets_of(from->steps[i]->all);
	error = block_init(&b, sizeof(*head), from->n_steps, sizeof(**head->steps),
			   buckets * sizeof(struct prof_bucket) +
				   from->n_steps * sizeof(struct prof_histogram),
			   0);
	if (error != PROF_OK)
		return error;
	head = b.head;
	read_extent(from->extent, &head->extent);
	head->step = ask_seconds(from->step_ns);
	head->count = from->n_steps;
	head->steps = b.rows;
	for (size_t i = 0; i < head->count && sensible; i++)
		sensible = read_step(&b, from->steps[i], block_row(&b, i));
	return block_finish(&b, sensible, history);
}

prof_error prof_get_history(const struct prof_selection *selection, const struct prof_range *range,
			    double step, bool buckets, double timeout,
			    struct prof_history **history)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskHistory ask = PROFD__ASK_HISTORY__INIT;
	Profd__Selection of;
	Profd__Range when;
	struct answer answer;
	prof_error error;

	if (history == NULL)
		return PROF_BAD_ARGUMENT;
	if (!(step >= 0.0 && step <= (double)(1 << 29)))
		return PROF_BAD_VALUE;
	error = take_selection(selection, &of);
	if (error == PROF_OK)
		error = take_range(range, &when);
	if (error != PROF_OK)
		return error;
	ask.of = &of;
	ask.range = &when;
	ask.step_ns = (uint64_t)(step * 1e9);
	ask.buckets = buckets;
	question.ask_case = PROFD__QUESTION__ASK_HISTORY;
	question.history = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = read_history(&answer, history);
	answer_deinit(&answer);
	return error;
}

/* ----------------------------------------------------------------- tree */

/* A parent stands before its children; those told here are in the order of their numbers. */
static bool find_parent(const struct prof_path *const *paths, struct prof_path *path, size_t at)
{
	size_t low = 0, high = at;

	path->parent_at = SIZE_MAX;
	if (at != 0 && paths[at - 1]->id >= path->id)
		return false;
	if (path->parent == 0)
		return true;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (paths[middle]->id < path->parent)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == at || paths[low]->id != path->parent)
		return false;
	path->parent_at = low;
	return true;
}

static bool read_path(const char *const *names, const Profd__Tree *tree, const Profd__Node *from,
		      struct prof_path *to)
{
	if (from->function >= tree->n_names || from->program >= tree->n_names || from->path == 0)
		return false;
	to->id = from->path;
	to->parent = from->parent;
	to->function = names[from->function];
	to->program = names[from->program];
	to->call_count = from->calls;
	to->error_count = from->errors;
	to->slow_count = from->slow;
	to->recursive = from->recursive;
	to->total_seconds = from->recursive ? 0.0 : ask_seconds(from->sum_ns);
	to->recursive_seconds = from->recursive ? ask_seconds(from->sum_ns) : 0.0;
	to->min_seconds = ask_seconds(from->min_ns);
	to->max_seconds = ask_seconds(from->max_ns);
	return true;
}

static prof_error read_tree(const struct answer *answer, struct prof_tree **tree)
{
	const Profd__Tree *from = answer->message->tree;
	const char **names;
	struct prof_tree *head;
	bool sensible = true;
	struct block b;
	prof_error error;

	error = block_init(&b, sizeof(*head), from->n_nodes, sizeof(**head->paths),
			   from->n_names * sizeof(*names), answer->size);
	if (error != PROF_OK)
		return error;
	head = b.head;
	read_extent(from->extent, &head->extent);
	head->total_calls = from->calls;
	head->errors = from->errors;
	head->total_seconds = ask_seconds(from->sum_ns);
	head->left_out = from->left_out;
	head->count = from->n_nodes;
	head->paths = b.rows;
	names = block_take(&b, from->n_names, sizeof(*names));
	for (size_t i = 0; i < from->n_names; i++)
		names[i] = block_text(&b, from->names[i]);
	for (size_t i = 0; i < head->count && sensible; i++)
		sensible = read_path(names, from, from->nodes[i], block_row(&b, i)) &&
			   find_parent(head->paths, block_row(&b, i), i);
	return block_finish(&b, sensible, tree);
}

prof_error prof_get_tree(const char *program, const struct prof_range *range, double share,
			 double timeout, struct prof_tree **tree)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskTree ask = PROFD__ASK_TREE__INIT;
	Profd__Range when;
	struct answer answer;
	prof_error error;

	if (tree == NULL)
		return PROF_BAD_ARGUMENT;
	if (!(share >= 0.0 && share <= 1.0))
		return PROF_BAD_VALUE;
	error = ask_take_name(program, &ask.program);
	if (error == PROF_OK)
		error = take_range(range, &when);
	if (error != PROF_OK)
		return error;
	ask.range = range == NULL ? NULL : &when;
	ask.share = share;
	question.ask_case = PROFD__QUESTION__ASK_TREE;
	question.tree = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = read_tree(&answer, tree);
	answer_deinit(&answer);
	return error;
}
