/*
 * The answer to a question for the tree of paths, without those that have too small a share.
 */
#include "daemon/ask/past.h"

#include <stdlib.h>

struct node {
	uint64_t calls, errors, slow, sum_ns, min_ns, max_ns;
	bool told;
};

struct tree {
	struct past *past;
	struct node *nodes; /* one for each path of the names */
	Profd__Tree message;
};

static void add(struct node *n, const struct node *more)
{
	if (more->calls == 0)
		return;
	if (n->calls == 0 || more->min_ns < n->min_ns)
		n->min_ns = more->min_ns;
	if (more->max_ns > n->max_ns)
		n->max_ns = more->max_ns;
	n->calls += more->calls;
	n->errors += more->errors;
	n->slow += more->slow;
	n->sum_ns += more->sum_ns;
}

static bool add_window(void *context, const struct batch_window *row, int64_t length_ns)
{
	struct tree *t = context;

	(void)length_ns;
	add(&t->nodes[row->path - 1], &(struct node){row->calls, row->errors, row->slow,
						     row->sum_ns, row->min_ns, row->max_ns, false});
	return true;
}

static bool add_statistic(void *context, const struct batch_statistic *row)
{
	struct tree *t = context;

	add(&t->nodes[row->path - 1], &(struct node){row->calls, row->errors, row->slow,
						     row->sum_ns, row->min_ns, row->max_ns, false});
	return true;
}

static void add_up(struct tree *t)
{
	const struct lookup_names *names = t->past->names;

	for (uint32_t i = 0; i < names->path_count; i++) {
		t->message.calls += t->nodes[i].calls;
		t->message.errors += t->nodes[i].errors;
		if (names->paths[i].parent == 0)
			t->message.sum_ns += t->nodes[i].sum_ns;
	}
}

/* A child has a larger number than its parent, so from the last to the first each is judged before
 * its parent is. Gives how many are told. */
static size_t choose(struct tree *t, double share)
{
	const struct lookup_names *names = t->past->names;
	double least = share * (double)t->message.sum_ns;
	size_t count = 0;

	for (uint32_t i = names->path_count; i-- > 0;) {
		struct node *n = &t->nodes[i];
		uint32_t parent = names->paths[i].parent;

		n->told |= n->calls != 0 && (double)n->sum_ns >= least;
		if (n->told && parent != 0)
			t->nodes[parent - 1].told = true;
		count += n->told;
		t->message.left_out += !n->told && n->calls != 0;
	}
	return count;
}

/* The index of a name in the answer, put there when it is first used. */
static uint32_t index_of(Profd__Tree *m, uint32_t *indexes, uint32_t id, char *name)
{
	if (indexes[id - 1] == 0) {
		m->names[m->n_names++] = name;
		indexes[id - 1] = (uint32_t)m->n_names;
	}
	return indexes[id - 1] - 1;
}

static void write_node(Profd__Node *m, const struct node *n)
{
	profd__node__init(m);
	m->calls = n->calls;
	m->errors = n->errors;
	m->slow = n->slow;
	m->sum_ns = n->sum_ns;
	m->min_ns = n->min_ns;
	m->max_ns = n->max_ns;
}

static void write_nodes(struct tree *t, Profd__Node *messages, uint32_t *functions,
			uint32_t *programs)
{
	const struct lookup_names *names = t->past->names;
	Profd__Tree *m = &t->message;

	for (uint32_t i = 0; i < names->path_count; i++) {
		const struct lookup_path *p = &names->paths[i];
		Profd__Node *node = &messages[m->n_nodes];

		if (!t->nodes[i].told)
			continue;
		write_node(node, &t->nodes[i]);
		node->path = i + 1;
		node->parent = p->parent;
		node->recursive = p->recursive;
		node->function =
			index_of(m, functions, p->function, names->functions[p->function - 1]);
		node->program = index_of(m, programs, p->program, names->programs[p->program - 1]);
		m->nodes[m->n_nodes++] = node;
	}
}

static struct answer pack_tree(struct tree *t, const struct range *range, size_t count)
{
	const struct lookup_names *names = t->past->names;
	size_t texts = (size_t)names->function_count + names->program_count;
	Profd__Node *messages = calloc(count + 1, sizeof(*messages));
	uint32_t *indexes = calloc(texts + 1, sizeof(*indexes));
	Profd__Extent extent;
	Profd__Answer message;
	struct answer a;

	t->message.nodes = calloc(count + 1, sizeof(*t->message.nodes));
	t->message.names = calloc(texts + 1, sizeof(*t->message.names));
	if (messages == NULL || indexes == NULL || t->message.nodes == NULL ||
	    t->message.names == NULL) {
		a = past_failed(t->past, LOOKUP_NO_MEMORY);
	} else {
		answer_begin(&message, t->past->question, PROFD__RESULT__RESULT_DONE);
		message.answer_case = PROFD__ANSWER__ANSWER_TREE;
		message.tree = &t->message;
		t->message.extent = &extent;
		past_extent(t->past, range, &extent);
		write_nodes(t, messages, indexes, indexes + names->function_count);
		a = past_pack(t->past, &message);
	}
	free(t->message.nodes);
	free(t->message.names);
	free(messages);
	free(indexes);
	return a;
}

struct answer answer_tree(struct past *p, const Profd__Question *q)
{
	const Profd__AskTree *ask = q->tree;
	Profd__Selection of = PROFD__SELECTION__INIT;
	struct tree t = {.past = p};
	struct range range = {0}, *given = ask->range == NULL ? NULL : &range;
	enum lookup_result result = LOOKUP_NO_MEMORY;
	uint8_t *selected;
	struct answer a;

	profd__tree__init(&t.message);
	of.program = ask->program;
	selected = past_select(p, &of);
	t.nodes = calloc(p->names->path_count + 1u, sizeof(*t.nodes));
	if (given != NULL) {
		range.since_ns = ask->range->since_at_ns;
		range.until_ns = ask->range->until_at_ns;
		range_plan(&range, &p->moment->windows);
	}
	if (selected != NULL && t.nodes != NULL)
		result = given != NULL
				 ? lookup_windows(p->lookup, given, selected, false, add_window, &t)
				 : lookup_statistics(p->lookup, selected, false, add_statistic, &t);
	if (result == LOOKUP_DONE)
		add_up(&t);
	a = result == LOOKUP_DONE ? pack_tree(&t, given, choose(&t, ask->share))
				  : past_failed(p, result);
	free(t.nodes);
	free(selected);
	return a;
}
