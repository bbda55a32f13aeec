/*
 * Nodes: found by what was called below which path, and made on first sight; and the calls of a
 * function that is open already.
 *
 * The time of a function must count once however deep it stands in itself, and its paths must be
 * bounded. So a call of a function that is open further out on its thread is recursive: it counts
 * in a path of its own, a leaf below its caller's, and what it calls stands below the path of the
 * function itself (registry.h). `a > b > a > b` has the paths
 *
 *	a, the outermost; a > b; a > b > a, recursive, with b below a; a > b, recursive.
 *
 * Then the time of a function is that of its calls that are not recursive; the time spent in a path
 * itself is that of its calls, with the recursive ones that go on below it, without that of all
 * calls made below it.
 *
 * Nobody pays for this who does not recurse. Functions are found to be recursive when a path is
 * first met that has one of them twice. From then on this thread knows all functions between the
 * two as recursive ("tangled"): a function can only be open twice on a thread after it has been in
 * such a stretch. Their nodes have other keys in the table of cells, so the short way of
 * node_known does not find them, and for each of them a cell knows the outermost entry that was
 * open. No end needs to forget that entry: it is open as long as it lies below the top of the stack
 * and holds the function.
 */
#include "client/record/thread.h"

#define MOST_CELLS (1u << 18)

/* Beyond node_key, which leaves these bits free. */
#define KEY_OUTER     (UINT64_C(1) << 30) /* of a tangled function */
#define KEY_RECURSIVE (UINT64_C(1) << 31)
#define KEY_GONE      UINT64_MAX

/* The cell of a tangled function: below no path that there is. */
static uint64_t tangle_key(uint32_t function)
{
	return node_key(UINT32_MAX, function, UNIT_TICKS);
}

void node_init(struct node *n, struct thread *t)
{
	n->thread = t;
	n->slow_from = UINT64_MAX;
	counter_init(&n->returned);
}

/* ------------------------------------------------------------ cells */

/* The cell of the key, or the empty one where it may go. */
static struct cell *cell_find(const struct thread *t, uint64_t key)
{
	uint64_t mask = (UINT64_C(1) << (64 - t->shift)) - 1;
	uint64_t at = key_cell(t, key);

	while (t->cells[at].key != 0 && t->cells[at].key != key)
		at = (at + 1) & mask;
	return &t->cells[at];
}

static struct node *cell_node(const struct thread *t, uint64_t key)
{
	return cell_find(t, key)->node;
}

/* Four cells for three nodes at most become twice as many; without memory, or at the limit, it
 * stays as it is. */
static void grow_cells(struct thread *t)
{
	uint64_t count = UINT64_C(1) << (64 - t->shift);
	struct cell *old = t->cells, *grown;

	if (count >= MOST_CELLS)
		return;
	grown = memory_take(&t->memory, 2 * count * sizeof(*grown));
	if (grown == NULL)
		return;
	t->cells = grown;
	t->shift--;
	for (uint64_t i = 0; i < count; i++) {
		if (old[i].key != 0 && old[i].key != KEY_GONE)
			*cell_find(t, old[i].key) = old[i];
	}
}

/* NULL when there is no room: then it is not found the next time. */
static struct cell *cell_add(struct thread *t, uint64_t key, struct node *n)
{
	struct cell *c;

	if (t->used_cells >= (UINT64_C(1) << (64 - t->shift)) / 4 * 3)
		grow_cells(t);
	if (t->used_cells >= (UINT64_C(1) << (64 - t->shift)) / 4 * 3)
		return NULL;
	c = cell_find(t, key);
	/* In this order: whoever leaves in between has added nothing. */
	WRITE(c->node, n);
	WRITE(c->key, key);
	t->used_cells++;
	return c;
}

/* ------------------------------------------------------------ nodes */

/* A new node, known to its thread and to its path. */
static struct node *make_node(struct thread *t, struct path *p, enum unit unit, bool collapsed)
{
	struct node *n = memory_take(&t->memory, (sizeof(*n) + 63) & ~(size_t)63);

	if (n == NULL)
		return NULL;
	node_init(n, t);
	n->path = p->id;
	n->below = p->below;
	n->function = p->function->id;
	n->unit = (uint8_t)unit;
	n->collapsed = collapsed;
	n->slow_from = __atomic_load_n(&p->function->slow[unit], __ATOMIC_RELAXED);
	n->next = READ(t->nodes);
	WRITE(t->nodes, n);
	n->sibling = __atomic_load_n(&p->nodes, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&p->nodes, &n->sibling, n, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return n;
}

/* Several collapsed paths share the one node of the path that they are counted in. */
static struct node *find_collapsed(struct thread *t, uint32_t path, enum unit unit)
{
	struct node *n = t->nodes;

	while (n != NULL && !(n->collapsed && n->path == path && n->unit == unit))
		n = n->next;
	return n;
}

/* The node of a path that this thread has not met; `mark` is what its key has beyond node_key. */
static struct node *add_node(struct thread *t, uint32_t parent, uint32_t function, enum unit unit,
			     uint64_t mark)
{
	bool collapsed = false;
	struct path *p = registry_path(parent, registry_function_at(function),
				       mark == KEY_RECURSIVE, &collapsed);
	struct node *n;

	if (p == NULL)
		return NULL;
	n = collapsed ? find_collapsed(t, p->id, unit) : NULL;
	if (n == NULL)
		n = make_node(t, p, unit, collapsed);
	if (n != NULL)
		cell_add(t, node_key(parent, function, unit) | mark, n);
	return n;
}

static struct node *find_or_add(struct thread *t, uint32_t parent, uint32_t function,
				enum unit unit, uint64_t mark)
{
	struct node *n = cell_node(t, node_key(parent, function, unit) | mark);

	return n != NULL ? n : add_node(t, parent, function, unit, mark);
}

/* ------------------------------------------------------------ recursion */

/* NULL: it is not tangled. */
static struct cell *find_tangle(struct thread *t, uint32_t function)
{
	struct cell *c = cell_find(t, tangle_key(function));

	return c->key == 0 ? NULL : c;
}

/* From now on the function's nodes are not found the short way. */
static void tangle(struct thread *t, uint32_t function)
{
	if (find_tangle(t, function) != NULL || cell_add(t, tangle_key(function), NULL) == NULL)
		return;
	for (struct node *n = t->nodes; n != NULL; n = n->next) {
		uint64_t key;
		struct cell *c;

		if (n->function != function || n->unit != UNIT_TICKS || n->collapsed)
			continue;
		key = node_key(registry_path_at(n->path)->parent, function, UNIT_TICKS);
		c = cell_find(t, key);
		if (c->key == 0 || c->node != n)
			continue;
		WRITE(c->key, KEY_GONE);
		cell_add(t, key | KEY_OUTER, n);
	}
}

/* The function is called below a path that has it: so has each function in between been entered,
 * and may be again. Then their outermost entries are looked for, once. */
static void tangle_chain(struct thread *t, uint32_t path, uint32_t above)
{
	struct open_call *o = open_call_original(READ(t->top));
	struct cell *c;

	for (; path != registry_path_at(above)->parent; path = registry_path_at(path)->parent)
		tangle(t, registry_path_at(path)->function->id);
	for (; o->node != &t->root; o = open_call_original(o - 1)) {
		c = READ(o->scope) == 0 ? NULL : find_tangle(t, o->node->function);
		if (c != NULL)
			c->outermost = o;
	}
}

/* Where the path, or one above it, is of the function, it and all in between are tangled. */
static void tangle_below(struct thread *t, uint32_t path, uint32_t function)
{
	uint32_t above = registry_path_above(path, function);

	if (above != 0)
		tangle_chain(t, path, above);
}

static bool is_open(const struct thread *t, const struct cell *c, uint32_t function)
{
	const struct open_call *o = c->outermost;

	return o != NULL && !open_call_is_above(o, READ(t->top)) &&
	       READ(o->node)->function == function && READ(o->scope) != 0;
}

static struct node *find_recursive(struct thread *t, uint32_t parent, uint32_t function)
{
	struct node *n = cell_node(t, node_key(parent, function, UNIT_TICKS) | KEY_RECURSIVE);

	if (n != NULL)
		return n;
	tangle_below(t, parent, function);
	return add_node(t, parent, function, UNIT_TICKS, KEY_RECURSIVE);
}

/* The function's cell, after it was found out whether it needs one; NULL: it is not tangled. */
static struct cell *tangle_of(struct thread *t, uint32_t parent, uint32_t function)
{
	struct cell *c = find_tangle(t, function);

	if (c != NULL)
		return c;
	tangle_below(t, parent, function);
	return find_tangle(t, function);
}

struct node *node_search_scope(struct thread *t, uint32_t parent, uint32_t function,
			       struct open_call *next)
{
	struct node *n = cell_node(t, node_key(parent, function, UNIT_TICKS));
	struct cell *c;

	if (n != NULL)
		return n;
	c = tangle_of(t, parent, function);
	if (c == NULL)
		return add_node(t, parent, function, UNIT_TICKS, 0);
	if (is_open(t, c, function))
		return find_recursive(t, parent, function);
	c->outermost = next;
	return find_or_add(t, parent, function, UNIT_TICKS, KEY_OUTER);
}

void node_entered(struct thread *t, uint32_t function, struct open_call *o)
{
	struct cell *c = find_tangle(t, function);

	if (c != NULL && !is_open(t, c, function))
		c->outermost = o;
}

/* An asynchronous call is recursive where its function stands above it. A duration that was
 * measured elsewhere never is: nobody knows what it holds. */
struct node *node_search(struct thread *t, uint32_t parent, uint32_t function, enum unit unit)
{
	struct node *n = cell_node(t, node_key(parent, function, unit));

	if (n != NULL)
		return n;
	if (unit == UNIT_NS || tangle_of(t, parent, function) == NULL)
		return add_node(t, parent, function, unit, 0);
	if (registry_path_above(parent, function) != 0)
		return find_recursive(t, parent, function);
	return find_or_add(t, parent, function, unit, KEY_OUTER);
}

struct node *node_here(struct thread *t, const struct node *other)
{
	const struct path *p = registry_path_at(other->path);

	if (p == NULL)
		return NULL;
	if (p->recursive)
		return find_or_add(t, p->parent, p->function->id, (enum unit)other->unit,
				   KEY_RECURSIVE);
	return node_find(t, p->parent, p->function->id, (enum unit)other->unit);
}
