/*
 * Merging a push: standings are joined, and what a join adds goes into the statistics, the function
 * and the open window in one step.
 */
#include "daemon/base/peer.h"
#include "daemon/ledger/data.h"

#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"

/* An epoch that a process was told elsewhere raises ours at most so far, so often. */
#define MEET_MOST (UINT64_C(1) << 20)
#define MEET_NS	  INT64_C(10000000000)

/* The difference of one standing, on its way into what is derived from it. */
struct difference {
	const struct statistic *more;
	const struct tally *both; /* returned and failed */
	uint64_t late_span_ns;	  /* 0: it came in time */
};

/* Room first, so that what follows cannot fail half-way. */
static bool prepare(struct path *path, struct window *window, const struct difference *d)
{
	return histogram_prepare(&path->statistic.returned.histogram,
				 &d->more->returned.histogram) &&
	       histogram_prepare(&path->statistic.failed.histogram, &d->more->failed.histogram) &&
	       histogram_prepare(&path->function->all.histogram, &d->both->histogram) &&
	       histogram_prepare(&window->all.histogram, &d->both->histogram);
}

static void add_to_window(struct window *window, const struct difference *d)
{
	uint64_t calls = tally_calls(d->both);

	tally_merge(&window->all, d->both);
	window->errors += tally_calls(&d->more->failed);
	window->slow += d->more->slow;
	if (d->late_span_ns == 0)
		return;
	window->late_calls += calls;
	if (d->late_span_ns > window->late_span_ns)
		window->late_span_ns = d->late_span_ns;
}

static bool add_difference(struct ledger *l, struct path *path, const struct difference *d)
{
	struct window *window = ledger_open_window(l, path);
	struct function *f = path->function;
	uint64_t calls = tally_calls(d->both), errors = tally_calls(&d->more->failed);

	if (window == NULL || !prepare(path, window, d))
		return false;
	tally_merge(&path->statistic.returned, &d->more->returned);
	tally_merge(&path->statistic.failed, &d->more->failed);
	path->statistic.slow += d->more->slow;
	tally_merge(&f->all, d->both);
	f->errors += errors;
	f->change = l->change;
	f->slow += d->more->slow;
	add_to_window(window, d);
	l->counts.calls += calls;
	l->counts.errors += errors;
	l->counts.slow += d->more->slow;
	window->changed = l->changed;
	ledger_change_path(l, path);
	return true;
}

static const struct tally *both_of(const struct statistic *more, struct tally *both)
{
	if (more->failed.histogram.used == 0 && more->failed.sum_ns == 0)
		return &more->returned;
	tally_clear(both);
	tally_merge(both, &more->returned);
	tally_merge(both, &more->failed);
	return both;
}

/* Where a path stood. */
static void unpack(const struct standing *standing, struct statistic *to)
{
	if (standing->block == NULL) {
		tally_clear(&to->returned);
		tally_clear(&to->failed);
		to->slow = 0;
	} else {
		struct codec_input r = {standing->block->bytes,
					standing->block->bytes + standing->block->size};

		codec_get_standing(&r, to);
	}
}

/* Joins what was pushed, with `now` for room, into where the path stood. False when it added
 * nothing. */
static bool join(struct statistic *was, const Profd__Standing *message, bool exact,
		 struct statistic *now, struct statistic *more)
{
	wire_read_tally(&now->returned, message->returned);
	wire_read_tally(&now->failed, message->failed);
	tally_clear(&more->returned);
	tally_clear(&more->failed);
	/* Of a tally not heard of before the difference is all there is: its min and max are exact
	 * in any epoch. */
	tally_advance(&was->returned, &now->returned, exact || tally_calls(&was->returned) == 0,
		      &more->returned);
	tally_advance(&was->failed, &now->failed, exact || tally_calls(&was->failed) == 0,
		      &more->failed);
	more->slow = message->slow > was->slow ? message->slow - was->slow : 0;
	was->slow += more->slow;
	return more->slow != 0 || more->returned.sum_ns != 0 || more->failed.sum_ns != 0 ||
	       tally_calls(&more->returned) != 0 || tally_calls(&more->failed) != 0;
}

static bool merge_standing(struct ledger *l, struct process *process,
			   const Profd__Standing *message, uint64_t late_span_ns)
{
	struct standing *standing = ledger_standing(process, message->path);
	struct path *path = ledger_path(l, standing->path);
	bool exact = message->epoch >= path->function->epoch && message->epoch <= l->epoch;
	struct statistic *joined = &l->room[0], *more = &l->room[1];
	struct difference d = {more, NULL, late_span_ns};
	struct standing_block *block;
	size_t size;

	l->counts.standings++;
	unpack(standing, joined);
	if (!join(joined, message, exact, &l->room[2], more))
		return true;
	ledger_mark_recursive(path, &more->returned);
	ledger_mark_recursive(path, &more->failed);
	size = codec_put_standing(l->packed, joined);
	block = malloc(sizeof(*block) + size);
	d.both = both_of(more, &l->both);
	if (block == NULL || !add_difference(l, path, &d)) {
		free(block);
		return false;
	}
	block->size = (uint32_t)size;
	memcpy(block->bytes, l->packed, size);
	ledger_replace_block(l, process, message->path, block);
	process->calls += tally_calls(d.both);
	ledger_change_process(l, process);
	return true;
}

static bool define_path(struct ledger *l, struct process *process, const Profd__Path *message)
{
	const struct standing *parent;
	const struct path *path;
	struct standing *s;

	if (ledger_standing(process, message->id) != NULL)
		return true;
	parent = message->parent == 0 ? NULL : ledger_standing(process, message->parent);
	path = ledger_intern_path(l, process, process->program,
				  parent == NULL ? NULL : ledger_path(l, parent->path),
				  message->function, message->recursive);
	if (path == NULL)
		return false;
	s = ledger_make_standing(l, process, message->id);
	if (s == NULL)
		return false;
	*s = (struct standing){NULL, path->id, message->parent,
			       ledger_name_hash(message->function)};
	process->paths++;
	ledger_change_process(l, process);
	return true;
}

/*
 * The process goes by another name from now on: what it adds counts there, while its standings go
 * on from where they are. Done again from the start if memory runs out in the middle.
 */
static bool adopt_program(struct ledger *l, struct process *process, const char *name)
{
	struct program *program = ledger_intern_program(l, process->owner, name);

	if (program == NULL)
		return false;
	if (process->program == program)
		return true;
	for (uint32_t id = 1; id <= process->chunks_room * BATCH_CHUNK; id++) {
		struct standing *s = ledger_standing(process, id);
		const struct standing *parent;
		const struct path *path;

		if (s == NULL)
			continue;
		parent = s->parent == 0 ? NULL : ledger_standing(process, s->parent);
		path = ledger_intern_path(l, process, program,
					  parent == NULL ? NULL : ledger_path(l, parent->path),
					  ledger_path(l, s->path)->function->name,
					  ledger_path(l, s->path)->recursive);
		if (path == NULL)
			return false;
		s->path = path->id;
		process->chunks[(id - 1) / BATCH_CHUNK]->changed = l->changed;
	}
	process->program = program;
	ledger_change_process(l, process);
	return true;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void identify(struct process *process, const Profd__Push *push, const struct peer *peer)
{
	process->pid = peer->pid;
	process->started_at_ns = push->started_at_ns < 0 ? 0 : push->started_at_ns;
}

/* What the process says of itself. A push that is late says nothing newer. */
static void merge_head(struct ledger *l, struct process *process, const Profd__Push *push,
		       int64_t now_ns)
{
	process->pushed_at_ns = now_ns;
	process->span_ns = push->span_ns;
	if (push->events_dropped > process->events_dropped)
		l->counts.events_dropped += push->events_dropped - process->events_dropped;
	if (push->calls_collapsed > process->calls_collapsed)
		l->counts.calls_collapsed += push->calls_collapsed - process->calls_collapsed;
	process->events_dropped = larger(process->events_dropped, push->events_dropped);
	process->calls_collapsed = larger(process->calls_collapsed, push->calls_collapsed);
	process->generation = larger(process->generation, push->generation);
	ledger_change_process(l, process);
}

/*
 * A process that was told an epoch we never had speaks of a database newer than ours: an older one
 * was restored. Its min and max count as not exact, and ours goes on above it. Not at once, and not
 * far: who lies about it must not have every process begin its min and max anew all the time, nor
 * use up the numbers.
 */
static void meet_epoch(struct ledger *l, const Profd__Push *push, int64_t now_ns)
{
	uint64_t highest = push->epoch;

	for (size_t i = 0; i < push->n_standings; i++)
		highest = larger(highest, push->standings[i]->epoch);
	if (highest <= l->epoch ||
	    (l->met_ns != 0 && now_ns >= l->met_ns && now_ns - l->met_ns < MEET_NS))
		return;
	l->epoch = highest - l->epoch > MEET_MOST ? l->epoch + MEET_MOST : highest + 1;
	l->met_ns = now_ns;
	l->dirty = true;
}

/* How far from the start of its window the difference may have begun, when that is longer than a
 * window: before it, or after (as when the clock was set back). */
static uint64_t late_span(const struct ledger *l, const Profd__Push *push, int64_t now_ns)
{
	int64_t apart = now_ns - l->open_ns;
	uint64_t span = larger(push->span_ns, (uint64_t)(apart < 0 ? -apart : apart));

	return span > l->limits.window_ns[0] ? span : 0;
}

static bool merge_body(struct ledger *l, struct process *process, const Profd__Push *push,
		       int64_t now_ns, ledger_new_event *heard, void *context)
{
	uint64_t late;

	/* A push that comes late may still name the program that was. */
	if ((process->program == NULL || push->generation > process->generation) &&
	    !adopt_program(l, process, push->program))
		return false;
	ledger_turn_windows(l, now_ns);
	late = late_span(l, push, now_ns);
	for (size_t i = 0; i < push->n_paths; i++)
		if (!define_path(l, process, push->paths[i]))
			return false;
	for (size_t i = 0; i < push->n_standings; i++)
		if (!merge_standing(l, process, push->standings[i], late))
			return false;
	for (size_t i = 0; i < push->n_events; i++)
		if (!ledger_merge_event(l, process, push->events[i], now_ns, heard, context))
			return false;
	return true;
}

static enum ledger_verdict judge(struct ledger *l, const Profd__Push *push, const struct peer *peer,
				 struct process **process, const char **why)
{
	const struct owner *owner = ledger_intern_owner(l, peer->uid);

	if (owner == NULL)
		return LEDGER_NO_MEMORY;
	*why = ledger_check_head(push);
	if (*why != NULL)
		return LEDGER_REFUSED;
	*process = ledger_find_process(l, push->process.data);
	if (*process == NULL)
		return ledger_check(l, push, NULL, owner, why);
	if ((*process)->owner != owner) {
		*why = "the process belongs to another user";
		return LEDGER_REFUSED;
	}
	if ((*process)->ended_at_ns != 0)
		return LEDGER_MERGED;
	return ledger_check(l, push, *process, owner, why);
}

/* A goodbye that is said again, since its ack was lost, is as safe as the first. */
static void meet_tombstone(struct ledger *l, struct process *process, const Profd__Push *push)
{
	l->counts.pushes_repeated++;
	if (!push->goodbye || push->generation <= process->generation)
		return;
	process->generation = push->generation;
	ledger_change_process(l, process);
}

/* Like the time, so that the numbers of a profd that is started again go on above those before. */
static void count_change(struct ledger *l, int64_t now_ns)
{
	l->change++;
	if (now_ns > 0 && (uint64_t)now_ns > l->change)
		l->change = (uint64_t)now_ns;
	if (l->first_change == 0)
		l->first_change = l->change;
}

void ledger_begin(struct ledger *l, int64_t now_ns)
{
	count_change(l, now_ns);
}

enum ledger_verdict ledger_merge(struct ledger *l, const Profd__Push *push, const struct peer *peer,
				 int64_t now_ns, ledger_new_event *heard, void *context,
				 const char **why)
{
	struct process *process = NULL;
	enum ledger_verdict verdict = judge(l, push, peer, &process, why);

	if (verdict != LEDGER_MERGED) {
		l->counts.pushes_refused += verdict == LEDGER_REFUSED;
		l->counts.send_all += verdict == LEDGER_SEND_ALL;
		return verdict;
	}
	if (process != NULL && process->ended_at_ns != 0) {
		meet_tombstone(l, process, push);
		return LEDGER_MERGED;
	}
	if (l->since_at_ns == 0)
		l->since_at_ns = now_ns;
	if (process == NULL)
		process = ledger_make_process(l, push->process.data, peer->uid);
	if (process == NULL)
		return LEDGER_NO_MEMORY;
	identify(process, push, peer);
	count_change(l, now_ns);
	if (!merge_body(l, process, push, now_ns, heard, context))
		return LEDGER_NO_MEMORY;
	l->counts.pushes++;
	l->counts.pushes_repeated += push->generation <= process->generation;
	meet_epoch(l, push, now_ns);
	merge_head(l, process, push, now_ns);
	if (push->goodbye)
		ledger_end_process(l, process, now_ns);
	return LEDGER_MERGED;
}
