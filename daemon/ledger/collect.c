/*
 * Batches: what changed since the last one, copied so that it stays as it is while the ledger goes
 * on.
 */
#include "daemon/ledger/data.h"

#include <stdlib.h>
#include <string.h>

#define SCARCE_TOMBSTONE_NS UINT64_C(10000000000)

/* Puts a row before the others of its list, where the caller fills it in. */
#define ADD(batch, list) add_row(batch, sizeof(*(batch)->list), (void **)&(batch)->list)

static void *add_row(struct batch *b, size_t size, void **first)
{
	void **row = batch_alloc(b, size);

	if (row == NULL)
		return NULL;
	memset(row, 0, size);
	*row = *first; /* `next` is the first member of every row */
	*first = row;
	return row;
}

static bool add_programs(struct batch *b, const struct ledger *l)
{
	for (uint32_t i = l->programs.count; i > l->programs.collected; i--) {
		const struct program *p = l->programs.items[i - 1];
		struct batch_program *row = ADD(b, programs);

		if (row == NULL)
			return false;
		row->id = p->id;
		row->name = p->name; /* programs and functions stay as long as the ledger */
	}
	return true;
}

static bool add_functions(struct batch *b, const struct ledger *l)
{
	for (uint32_t i = l->functions.count; i > 0; i--) {
		const struct function *f = l->functions.items[i - 1];
		struct batch_function *row;

		if (i <= l->functions.collected && !f->cleared)
			continue;
		row = ADD(b, functions);
		if (row == NULL)
			return false;
		row->id = f->id;
		row->name = f->name;
		row->epoch = f->epoch;
		row->cleared = f->cleared;
	}
	return true;
}

static bool add_paths(struct batch *b, const struct ledger *l)
{
	for (uint32_t i = l->paths.count; i > l->paths.collected; i--) {
		const struct path *p = l->paths.items[i - 1];
		struct batch_path *row = ADD(b, paths);

		if (row == NULL)
			return false;
		row->id = p->id;
		row->program = p->program->id;
		row->parent = p->parent == NULL ? 0 : p->parent->id;
		row->function = p->function->id;
		row->recursive = p->recursive;
	}
	return true;
}

static bool add_blob(struct batch *b, struct batch_blob *blob, const uint8_t *bytes, size_t size)
{
	blob->bytes = batch_copy(b, bytes, size);
	blob->size = size;
	return blob->bytes != NULL;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool add_statistic(struct batch *b, const struct ledger *l, const struct path *p)
{
	const struct tally *returned = &p->statistic.returned, *failed = &p->statistic.failed;
	struct batch_statistic *row;
	uint64_t sum;

	if (tally_calls(returned) + tally_calls(failed) + returned->sum_ns + failed->sum_ns +
		    p->statistic.slow ==
	    0)
		return true; /* cleared, and nothing came since */
	row = ADD(b, statistics);
	if (row == NULL)
		return false;
	row->path = p->id;
	row->calls = tally_calls(returned) + tally_calls(failed);
	row->errors = tally_calls(failed);
	row->slow = p->statistic.slow;
	row->sum_ns =
		__builtin_add_overflow(returned->sum_ns, failed->sum_ns, &sum) ? UINT64_MAX : sum;
	row->min_ns = row->calls == 0 ? 0 : smaller(returned->min_ns, failed->min_ns);
	row->max_ns = larger(returned->max_ns, failed->max_ns);
	return add_blob(b, &row->returned, l->packed, codec_put_tally(l->packed, returned)) &&
	       add_blob(b, &row->failed, l->packed, codec_put_tally(l->packed, failed));
}

static bool add_window(struct batch *b, const struct ledger *l, const struct window *w)
{
	struct batch_window *row = ADD(b, windows);

	if (row == NULL)
		return false;
	row->start_ns = w->start_ns;
	row->path = w->path;
	row->calls = tally_calls(&w->all);
	row->errors = w->errors;
	row->slow = w->slow;
	row->sum_ns = w->all.sum_ns;
	row->min_ns = row->calls == 0 ? 0 : w->all.min_ns;
	row->max_ns = w->all.max_ns;
	row->late_calls = w->late_calls;
	row->late_span_ns = w->late_span_ns;
	return add_blob(b, &row->histogram, l->packed,
			codec_put_histogram(l->packed, &w->all.histogram));
}

static bool add_derived(struct batch *b, const struct ledger *l)
{
	for (const struct window *w = l->closed; w != NULL; w = w->next)
		if (!add_window(b, l, w))
			return false;
	for (const struct path *p = l->changed_paths; p != NULL; p = p->next_changed) {
		if (!add_statistic(b, l, p))
			return false;
		if (p->window != NULL && p->window->changed == l->changed &&
		    !add_window(b, l, p->window))
			return false;
	}
	return true;
}

static bool add_chunks(struct batch *b, const struct ledger *l, struct process *p)
{
	for (uint32_t i = 0; i < p->chunks_room; i++) {
		struct batch_chunk *row;

		if (p->chunks[i] == NULL || p->chunks[i]->changed != l->changed)
			continue;
		row = ADD(b, chunks);
		if (row == NULL)
			return false;
		row->process = p->id;
		row->number = i;
		row->owner = p;
		memcpy(row->at, p->chunks[i]->at, sizeof(row->at));
	}
	return true;
}

static bool add_processes(struct batch *b, const struct ledger *l)
{
	for (struct process *p = l->changed_processes; p != NULL; p = p->next_changed) {
		struct batch_process *row = ADD(b, processes);

		if (row == NULL || !add_chunks(b, l, p))
			return false;
		row->id = p->id;
		memcpy(row->process, p->key, sizeof(row->process));
		row->program = p->program->id;
		row->uid = p->owner->uid;
		row->pid = p->pid;
		row->paths = p->paths;
		row->started_at_ns = p->started_at_ns;
		row->pushed_at_ns = p->pushed_at_ns;
		row->ended_at_ns = p->ended_at_ns;
		row->generation = p->generation;
		row->sequence = p->sequence;
		row->events_dropped = p->events_dropped;
		row->calls_collapsed = p->calls_collapsed;
		row->calls = p->calls;
		row->span_ns = p->span_ns;
		row->owner = p;
	}
	return true;
}

static bool add_events(struct batch *b, const struct ledger *l)
{
	for (const struct event *e = l->last_event; e != NULL && e->id > l->collected_event;
	     e = e->previous) {
		struct batch_event *row = ADD(b, events);

		if (row == NULL)
			return false;
		row->id = e->id;
		row->process = e->process;
		row->call = e->call;
		row->path = e->path->id;
		row->pid = e->pid;
		row->started_at_ns = e->started_at_ns;
		row->duration_ns = e->duration_ns;
		row->threshold_ns = e->threshold_ns;
		row->running = e->running;
		row->failed = e->failed;
		if (e->error == NULL)
			continue;
		row->error = batch_copy(b, e->error, strlen(e->error) + 1);
		if (row->error == NULL)
			return false;
	}
	return true;
}

static bool add_gone(struct batch *b, const struct ledger *l, const struct process *end)
{
	for (uint32_t i = 0; i < l->events_gone_count; i++) {
		struct batch_id *row = ADD(b, events_gone);

		if (row == NULL)
			return false;
		row->id = l->events_gone[i];
	}
	for (const struct process *p = l->first_ended; p != end; p = p->next_ended) {
		struct batch_id *row = ADD(b, processes_gone);

		if (row == NULL)
			return false;
		row->id = p->id;
	}
	b->event_floor = l->first_event == NULL ? l->next_event : l->first_event->id;
	return true;
}

static void add_head(struct batch *b, const struct ledger *l, int64_t now_ns)
{
	b->epoch = l->epoch;
	b->next_process = l->next_process;
	b->next_event = l->next_event;
	b->since_at_ns = l->since_at_ns;
	b->open_ns = l->open_ns;
	b->collected_at_ns = now_ns;
	b->cleared_all = l->cleared_all;
	for (unsigned i = 0; i < BATCH_LENGTHS; i++) {
		uint64_t keep = l->limits.keep_ns[i];

		b->window_ns[i] = (int64_t)l->limits.window_ns[i];
		b->horizon_ns[i] = keep < (uint64_t)now_ns ? now_ns - (int64_t)keep : 0;
	}
}

/*
 * How long a tombstone stays now. Where many processes live for a moment only, so long that a late
 * copy of a last push can hardly be on its way any more (its connection ended with the process),
 * rather than that new ones are refused; not at all where the process was found dead and all that
 * it sent has been read.
 */
static int64_t tombstone_time(const struct ledger *l, const struct process *p)
{
	bool crowded = ledger_is_crowded(l);
	uint64_t time = l->limits.tombstone_ns;

	if (crowded && p->dead)
		return 0;
	return (int64_t)(crowded && time > SCARCE_TOMBSTONE_NS ? SCARCE_TOMBSTONE_NS : time);
}

/* Tombstones whose time is up stand at the front; those that changed are told first. */
static struct process *first_kept(const struct ledger *l, int64_t now_ns)
{
	struct process *p = l->first_ended;

	while (p != NULL && p->changed != l->changed &&
	       now_ns - p->ended_at_ns >= tombstone_time(l, p))
		p = p->next_ended;
	return p;
}

/* What the batch holds now counts as told. */
static void settle(struct ledger *l, struct batch *b, const struct process *kept)
{
	for (struct batch_chunk *row = b->chunks; row != NULL; row = row->next) {
		struct chunk *chunk = ((struct process *)row->owner)->chunks[row->number];

		for (unsigned i = 0; i < BATCH_CHUNK; i++)
			if (chunk->at[i].block != NULL)
				chunk->lent |= UINT64_C(1) << i;
	}
	for (struct batch_function *row = b->functions; row != NULL; row = row->next)
		((struct function *)l->functions.items[row->id - 1])->cleared = false;
	while (l->first_ended != kept)
		ledger_forget_process(l, l->first_ended);
	ledger_free_windows(l->closed);
	l->closed = NULL;
	l->programs.collected = l->programs.count;
	l->functions.collected = l->functions.count;
	l->paths.collected = l->paths.count;
	l->collected_event = l->next_event - 1;
	l->events_gone_count = 0;
	l->changed_paths = NULL;
	l->changed_processes = NULL;
	l->cleared_all = l->dirty = false;
	l->lent = true;
	l->changed++;
}

struct batch *ledger_collect(struct ledger *l, int64_t now_ns)
{
	struct process *kept = first_kept(l, now_ns);
	struct batch *b;

	if (l->lent)
		return NULL;
	ledger_turn_windows(l, now_ns);
	if (!l->dirty && kept == l->first_ended)
		return NULL;
	b = batch_new();
	if (b == NULL)
		return NULL;
	add_head(b, l, now_ns);
	if (!add_programs(b, l) || !add_functions(b, l) || !add_paths(b, l) ||
	    !add_processes(b, l) || !add_derived(b, l) || !add_events(b, l) ||
	    !add_gone(b, l, kept)) {
		batch_free(b);
		return NULL;
	}
	settle(l, b, kept);
	return b;
}

/* Blocks that were replaced in the meantime are freed; the others are the ledger's alone again. */
static void take_back(struct ledger *l, struct batch *b)
{
	for (struct batch_chunk *row = b->chunks; row != NULL; row = row->next) {
		struct process *process = row->owner;
		struct chunk *chunk =
			row->number < process->chunks_room ? process->chunks[row->number] : NULL;
		uint64_t lent = chunk == NULL ? 0 : chunk->lent;

		for (unsigned i = 0; i < BATCH_CHUNK; i++)
			if ((lent >> i & 1) == 0)
				free(row->at[i].block);
		if (chunk != NULL)
			chunk->lent = 0;
	}
	l->lent = false;
	batch_free(b);
}

void ledger_committed(struct ledger *l, struct batch *batch)
{
	for (struct batch_process *row = batch->processes; row != NULL; row = row->next)
		((struct process *)row->owner)->safe = row->generation;
	take_back(l, batch);
}

void ledger_discard(struct ledger *l, struct batch *batch)
{
	take_back(l, batch);
}

int64_t ledger_next_ns(const struct ledger *l)
{
	int64_t next = INT64_MAX, due;

	if (l->open != NULL)
		next = l->open_ns + (int64_t)l->limits.window_ns[0];
	if (l->first_ended != NULL) {
		due = l->first_ended->ended_at_ns + tombstone_time(l, l->first_ended);
		next = due < next ? due : next;
	}
	return next;
}
