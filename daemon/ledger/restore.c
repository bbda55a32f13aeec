/*
 * Taking in what an earlier profd committed. The file may be damaged in ways that SQLite does not
 * see, so every number that leads to another row is checked.
 */
#include "daemon/ledger/data.h"

#include <stdlib.h>
#include <string.h>

#include "proto/name.h"

/* Where the reading stands; once it is not RESTORED, nothing more is done. */
struct restoring {
	struct ledger *l;
	enum ledger_restored result;
	struct process **processes; /* ascending by id, as they come */
	size_t count;
};

static bool damaged(struct restoring *r)
{
	r->result = LEDGER_DAMAGED;
	return false;
}

static bool no_memory(struct restoring *r)
{
	r->result = LEDGER_RESTORE_NO_MEMORY;
	return false;
}

static bool restore_names(struct restoring *r, const struct batch *all)
{
	struct ledger *l = r->l;

	for (struct batch_program *row = all->programs; row != NULL; row = row->next) {
		if (row->id != l->programs.count + 1 ||
		    !name_is_valid(row->name, strlen(row->name)) ||
		    ledger_find_program(l, row->name) != NULL)
			return damaged(r);
		if (ledger_make_program(l, row->name) == NULL)
			return no_memory(r);
	}
	for (struct batch_function *row = all->functions; row != NULL; row = row->next) {
		struct function *f;

		if (row->id != l->functions.count + 1 ||
		    !name_is_valid(row->name, strlen(row->name)) ||
		    ledger_find_function(l, row->name) != NULL || row->epoch > all->epoch)
			return damaged(r);
		f = ledger_make_function(l, row->name);
		if (f == NULL)
			return no_memory(r);
		f->epoch = row->epoch;
	}
	return true;
}

static bool restore_paths(struct restoring *r, const struct batch *all)
{
	struct ledger *l = r->l;

	for (struct batch_path *row = all->paths; row != NULL; row = row->next) {
		if (row->id != l->paths.count + 1 || row->parent >= row->id || row->program == 0 ||
		    row->program > l->programs.count || row->function == 0 ||
		    row->function > l->functions.count)
			return damaged(r);
		if (ledger_make_path(l, l->programs.items[row->program - 1],
				     row->parent == 0 ? NULL : ledger_path(l, row->parent),
				     l->functions.items[row->function - 1], row->recursive) == NULL)
			return no_memory(r);
	}
	return true;
}

static bool read_tally(struct tally *t, struct batch_blob blob)
{
	struct codec_input input = {blob.bytes, blob.bytes + blob.size};

	return codec_get_tally(&input, t) && input.at == input.end;
}

/* As in a merge, room first, so that the path and its function get the same. */
static bool restore_statistic(struct restoring *r, const struct batch_statistic *row)
{
	struct statistic *now = &r->l->room[0];
	struct path *p;
	struct function *f;

	if (row->path == 0 || row->path > r->l->paths.count ||
	    !read_tally(&now->returned, row->returned) || !read_tally(&now->failed, row->failed))
		return damaged(r);
	p = ledger_path(r->l, row->path);
	f = p->function;
	ledger_mark_recursive(p, &now->returned);
	ledger_mark_recursive(p, &now->failed);
	if (!tally_merge(&p->statistic.returned, &now->returned) ||
	    !tally_merge(&p->statistic.failed, &now->failed) ||
	    !tally_merge(&f->all, &now->returned) || !tally_merge(&f->all, &now->failed))
		return no_memory(r);
	p->statistic.slow = row->slow;
	f->errors += tally_calls(&now->failed);
	f->slow += row->slow;
	r->l->counts.calls += tally_calls(&now->returned) + tally_calls(&now->failed);
	r->l->counts.errors += tally_calls(&now->failed);
	r->l->counts.slow += row->slow;
	return true;
}

static bool restore_process(struct restoring *r, const struct batch_process *row,
			    uint64_t next_process)
{
	struct ledger *l = r->l;
	struct process *p;

	if (row->program == 0 || row->program > l->programs.count || row->id >= next_process ||
	    (r->count != 0 && row->id <= r->processes[r->count - 1]->id) ||
	    ledger_find_process(l, row->process) != NULL)
		return damaged(r);
	p = ledger_make_process(l, row->process, row->uid);
	if (p == NULL)
		return no_memory(r);
	p->id = row->id;
	p->program = l->programs.items[row->program - 1];
	p->pid = row->pid;
	p->paths = row->paths;
	p->started_at_ns = row->started_at_ns;
	p->pushed_at_ns = row->pushed_at_ns;
	p->generation = p->safe = row->generation;
	p->sequence = row->sequence;
	p->events_dropped = row->events_dropped;
	p->calls_collapsed = row->calls_collapsed;
	p->calls = row->calls;
	p->span_ns = row->span_ns;
	p->ended_at_ns = row->ended_at_ns;
	r->processes[r->count++] = p;
	return true;
}

static int by_end(const void *a, const void *b)
{
	const struct process *one = *(struct process *const *)a,
			     *other = *(struct process *const *)b;

	return (one->ended_at_ns > other->ended_at_ns) - (one->ended_at_ns < other->ended_at_ns);
}

/* Tombstones stand in the order in which they ended. Changes the order of r->processes. */
static void restore_ends(struct restoring *r)
{
	qsort(r->processes, r->count, sizeof(struct process *), by_end);
	for (size_t i = 0; i < r->count; i++)
		if (r->processes[i]->ended_at_ns != 0)
			ledger_end_process(r->l, r->processes[i], r->processes[i]->ended_at_ns);
}

static struct process *process_of(const struct restoring *r, uint64_t id)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (r->processes[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->count && r->processes[low]->id == id ? r->processes[low] : NULL;
}

/* Who named it first is not kept: it counts for one who has it. */
static void own_path(struct owner *owner, struct path *path)
{
	owner->paths += !path->owned;
	owner->functions += !path->function->owned;
	path->owned = path->function->owned = true;
}

static bool restore_standing(struct restoring *r, struct process *process, uint32_t id,
			     const struct standing *row)
{
	struct ledger *l = r->l;
	struct codec_input input;
	struct standing *s;

	if (row->path > l->paths.count || row->parent >= id || id > PROF_PATHS_MAX)
		return damaged(r);
	s = ledger_make_standing(l, process, id);
	if (s == NULL)
		return no_memory(r);
	*s = (struct standing){NULL, row->path, row->parent, row->name};
	own_path(process->owner, ledger_path(l, row->path));
	if (row->block == NULL)
		return true;
	input = (struct codec_input){row->block->bytes, row->block->bytes + row->block->size};
	if (!codec_get_standing(&input, &l->room[0]) || input.at != input.end)
		return damaged(r);
	s->block = malloc(sizeof(*s->block) + row->block->size);
	if (s->block == NULL)
		return no_memory(r);
	memcpy(s->block, row->block, sizeof(*s->block) + row->block->size);
	return true;
}

static bool restore_chunk(struct restoring *r, const struct batch_chunk *row)
{
	struct process *process = process_of(r, row->process);

	if (process == NULL || process->ended_at_ns != 0 ||
	    row->number >= PROF_PATHS_MAX / BATCH_CHUNK)
		return damaged(r);
	for (uint32_t i = 0; i < BATCH_CHUNK; i++)
		if (row->at[i].path != 0 &&
		    !restore_standing(r, process, row->number * BATCH_CHUNK + i + 1, &row->at[i]))
			return false;
	return true;
}

static bool restore_event(struct restoring *r, const struct batch_event *row)
{
	struct ledger *l = r->l;
	const struct process *process;
	struct event *e;

	if (row->path == 0 || row->path > l->paths.count || row->id < l->next_event)
		return damaged(r);
	e = ledger_make_event(l, row->error);
	if (e == NULL)
		return no_memory(r);
	e->id = row->id;
	l->next_event = row->id + 1;
	e->process = row->process;
	process = process_of(r, row->process);
	e->owner = process == NULL ? NULL : process->owner;
	e->call = row->call;
	e->path = ledger_path(l, row->path);
	e->pid = row->pid;
	e->started_at_ns = row->started_at_ns;
	e->duration_ns = row->duration_ns;
	if (__builtin_add_overflow(row->started_at_ns, row->duration_ns, &e->heard_at_ns))
		e->heard_at_ns = INT64_MAX;
	if (process == NULL || process->ended_at_ns != 0)
		e->ended_at_ns = process == NULL ? e->heard_at_ns : process->ended_at_ns;
	e->threshold_ns = row->threshold_ns;
	e->running = row->running;
	e->failed = row->failed;
	ledger_append_event(l, e);
	return true;
}

static bool restore_window(struct restoring *r, const struct batch_window *row)
{
	struct ledger *l = r->l;
	struct codec_input input = {row->histogram.bytes,
				    row->histogram.bytes + row->histogram.size};
	struct tally *all = &l->both;
	struct window *w;

	tally_clear(all);
	if (row->start_ns != l->open_ns || row->path == 0 || row->path > l->paths.count ||
	    !codec_get_histogram(&input, &all->histogram) || input.at != input.end)
		return damaged(r);
	all->sum_ns = row->sum_ns;
	if (all->histogram.used != 0) {
		all->min_ns = row->min_ns;
		all->max_ns = row->max_ns;
	}
	ledger_mark_recursive(ledger_path(l, row->path), all);
	w = ledger_open_window(l, ledger_path(l, row->path));
	if (w == NULL || !tally_merge(&w->all, all))
		return no_memory(r);
	w->errors = row->errors;
	w->slow = row->slow;
	w->late_calls = row->late_calls;
	w->late_span_ns = row->late_span_ns;
	return true;
}

static bool restore_rest(struct restoring *r, const struct batch *all)
{
	bool right = true;

	for (struct batch_statistic *row = all->statistics; right && row != NULL; row = row->next)
		right = restore_statistic(r, row);
	for (struct batch_process *row = all->processes; right && row != NULL; row = row->next)
		right = restore_process(r, row, all->next_process);
	for (struct batch_chunk *row = all->chunks; right && row != NULL; row = row->next)
		right = restore_chunk(r, row);
	for (struct batch_event *row = all->events; right && row != NULL; row = row->next)
		right = restore_event(r, row);
	/* Windows of another length than ours are closed by that. */
	if (all->window_ns[0] != (int64_t)r->l->limits.window_ns[0])
		return right;
	for (struct batch_window *row = all->windows; right && row != NULL; row = row->next)
		right = restore_window(r, row);
	return right;
}

/* Nothing of what was restored has changed since its batch. */
static void settle(struct ledger *l)
{
	l->programs.collected = l->programs.count;
	l->functions.collected = l->functions.count;
	l->paths.collected = l->paths.count;
	l->changed_paths = NULL;
	l->changed_processes = NULL;
	l->collected_event = l->next_event - 1;
	l->events_gone_count = 0;
	l->dirty = false;
	l->changed++;
}

/* As new again: what was taken in until then is no use. */
static bool start_over(struct ledger *l)
{
	struct ledger *fresh = ledger_new(&l->limits), half = *l;

	if (fresh == NULL)
		return false;
	*l = *fresh;
	*fresh = half;
	ledger_free(fresh);
	return true;
}

enum ledger_restored ledger_restore(struct ledger *l, const struct batch *all)
{
	struct restoring r = {l, LEDGER_RESTORED, NULL, 0};
	size_t count = 0;

	for (struct batch_process *row = all->processes; row != NULL; row = row->next)
		count++;
	r.processes = malloc((count + 1) * sizeof(struct process *));
	if (r.processes == NULL)
		return LEDGER_RESTORE_NO_MEMORY;
	l->epoch = all->epoch;
	l->since_at_ns = all->since_at_ns;
	l->open_ns = all->open_ns;
	if (restore_names(&r, all) && restore_paths(&r, all) && restore_rest(&r, all)) {
		restore_ends(&r);
		l->next_process = all->next_process;
		if (all->next_event > l->next_event)
			l->next_event = all->next_event;
		settle(l);
	}
	free(r.processes);
	if (r.result != LEDGER_RESTORED && !start_over(l))
		return LEDGER_RESTORE_NO_MEMORY;
	return r.result;
}
