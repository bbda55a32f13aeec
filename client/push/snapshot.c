/*
 * Reading what recording threads write while they write it (the protocol stands in thread.h), and
 * why it is right:
 *
 * - Each call is counted once. It is either in its node or still the thread's `last`. Read between
 * two equal, even values of `sequence`, nothing changed meanwhile: the node as read, plus `last` if
 * it is of this node.
 * - A thread that is too busy for that changes its node while it is read. Then `folds` decides: if
 * it is the same after reading as before, no fold began meanwhile, so `last` is not in what was
 * read and is added. If it is larger, the `last` of the beginning is being or has been folded; read
 * once more after that change has ended it is in the node, and calls that ended later need not be
 * told yet.
 * - What is read of a node that is changing may be torn: a bucket before a call, the sum after it.
 * Each field is one that the thread wrote, and what was not seen now is seen next time: standings
 * are exact whenever the thread pauses, and never too high.
 * - A thread that was stopped in the middle of a change (its sequence stays odd) is read without
 * its `last`. What it then lacks against an earlier standing is kept by joining the two: a standing
 * never goes down.
 * - A node whose version is the one seen last need not be read again, unless a hand (thread.h)
 * counts in it. A hand that lets go of a node gives it a new version first.
 */
#include "client/push/snapshot.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "client/base/clock.h"
#include "client/record/thread.h"
#include "client/push/watch.h"

/* One kind of calls of a path, added up densely. */
struct sums {
	uint64_t sum[2]; /* by unit */
	uint64_t min_ns, max_ns;
	int64_t epoch;	  /* of min and max */
	uint64_t octaves; /* bit set: in use */
	uint64_t bucket[HISTOGRAM_OCTAVES][HISTOGRAM_SCALE];
};

/* A node as read. */
struct copy {
	uint64_t sum, min, max, octaves;
	int64_t epoch; /* of min and max */
	uint64_t bucket[HISTOGRAM_OCTAVES][HISTOGRAM_SCALE];
};

struct scratch {
	struct copy returned, failed;
	struct sums total_returned, total_failed;
	struct tally tally, more;
};

#define PATIENT_READS 8
#define PATIENT_WAITS 2000

bool snapshot_init(struct snapshot *s)
{
	memset(s, 0, sizeof(*s));
	s->scratch = calloc(1, sizeof(*s->scratch));
	s->events = calloc(PROF_EVENTS_MAX, sizeof(*s->events));
	if (s->scratch == NULL || s->events == NULL) {
		snapshot_deinit(s);
		return false;
	}
	tally_init(&s->scratch->tally);
	tally_init(&s->scratch->more);
	return true;
}

void snapshot_deinit(struct snapshot *s)
{
	for (uint32_t id = 1; id < s->room; id++) {
		tally_deinit(&s->standings[id].returned);
		tally_deinit(&s->standings[id].failed);
	}
	if (s->scratch != NULL) {
		tally_deinit(&s->scratch->tally);
		tally_deinit(&s->scratch->more);
	}
	free(s->standings);
	free(s->scratch);
	free(s->events);
	memset(s, 0, sizeof(*s));
}

/* ------------------------------------------------------------ one node */

static void copy_counter(struct copy *to, struct counter *from)
{
	to->octaves = 0;
	for (unsigned o = 0; o < HISTOGRAM_OCTAVES; o++) {
		uint64_t *counts = OBSERVE(from->octave[o]);

		if (counts == NULL)
			continue;
		to->octaves |= UINT64_C(1) << o;
		for (unsigned b = 0; b < HISTOGRAM_SCALE; b++)
			to->bucket[o][b] = OBSERVE(counts[b]);
	}
	to->epoch = OBSERVE(from->epoch);
	to->min = OBSERVE(from->min);
	to->max = OBSERVE(from->max);
	if (OBSERVE(from->epoch) != to->epoch)
		to->epoch = EPOCH_NONE;
	to->sum = OBSERVE(from->sum);
}

static void copy_node(struct scratch *r, struct node *n)
{
	struct counter *failed = OBSERVE(n->failed);

	copy_counter(&r->returned, &n->returned);
	r->failed.octaves = 0;
	if (failed != NULL)
		copy_counter(&r->failed, failed);
}

/* Counts a call that its thread has not yet folded. */
static void copy_add_last(struct copy *c, uint64_t ticks, double tick)
{
	struct histogram_place place = histogram_place((double)(int64_t)ticks * tick);
	size_t o = place.octave;
	int64_t epoch = READ(thread_epoch);

	if (!(c->octaves >> o & 1)) {
		c->octaves |= UINT64_C(1) << o;
		memset(c->bucket[o], 0, sizeof(c->bucket[o]));
	}
	c->bucket[o][place.bucket]++;
	c->sum += ticks;
	if (c->epoch != epoch) {
		c->epoch = epoch;
		c->min = c->max = ticks;
	}
	if (ticks < c->min)
		c->min = ticks;
	if (ticks > c->max)
		c->max = ticks;
}

/* An even sequence; after some patience the odd one of a thread that was stopped. */
static uint64_t even_sequence(struct thread *t)
{
	uint64_t sequence = OBSERVE(t->sequence);

	for (int i = 0; (sequence & 1) != 0 && i < PATIENT_WAITS; i++) {
		if (i > 100)
			sched_yield();
		sequence = OBSERVE(t->sequence);
	}
	return sequence;
}

struct last {
	uint64_t folds, ticks;
	struct node *node; /* NULL: not known */
};

/* The thread's last call as of one moment; not known when the thread stands still in the middle of
 * a change. */
static struct last read_last(struct thread *t, uint64_t *sequence)
{
	struct last last;

	for (;;) {
		*sequence = even_sequence(t);
		last.folds = OBSERVE(t->folds);
		last.node = OBSERVE(t->last);
		last.ticks = OBSERVE(t->ticks);
		if ((*sequence & 1) != 0) {
			last.node = NULL;
			return last;
		}
		if (OBSERVE(t->sequence) == *sequence)
			return last;
	}
}

/* All calls of the node that ended before, into r->returned and r->failed. */
static void read_node(struct scratch *r, struct node *n)
{
	struct thread *t = n->thread;
	uint64_t sequence;
	struct last last;

	for (int i = 0; i < PATIENT_READS; i++) {
		last = read_last(t, &sequence);
		copy_node(r, n);
		if (last.node == NULL)
			return;
		if (OBSERVE(t->sequence) == sequence)
			goto add;
	}
	/* A busy thread: what is read is torn, but `folds` still tells whether the last call is in
	 * it. */
	if (OBSERVE(t->folds) != last.folds) {
		even_sequence(t);
		copy_node(r, n);
		return;
	}
add:
	if (last.node == n)
		copy_add_last(&r->returned, last.ticks, t->seconds);
}

/* ------------------------------------------------------------ one path */

static void sums_clear(struct sums *s)
{
	s->sum[UNIT_TICKS] = s->sum[UNIT_NS] = 0;
	s->min_ns = UINT64_MAX;
	s->max_ns = s->octaves = 0;
	s->epoch = EPOCH_NONE;
}

/* min and max are those of the newest epoch that any thread has seen a call in. */
static void sums_add(struct sums *s, const struct copy *c, enum unit unit)
{
	uint64_t min = unit == UNIT_NS ? c->min : clock_ns(c->min);
	uint64_t max = unit == UNIT_NS ? c->max : clock_ns(c->max) + 1;

	if (c->octaves == 0)
		return;
	s->sum[unit] += c->sum;
	for (unsigned o = 0; o < HISTOGRAM_OCTAVES; o++) {
		if (!(c->octaves >> o & 1))
			continue;
		if (!(s->octaves >> o & 1))
			memset(s->bucket[o], 0, sizeof(s->bucket[o]));
		s->octaves |= UINT64_C(1) << o;
		for (unsigned b = 0; b < HISTOGRAM_SCALE; b++)
			s->bucket[o][b] += c->bucket[o][b];
	}
	if (c->epoch > s->epoch) {
		s->epoch = c->epoch;
		s->min_ns = min;
		s->max_ns = max;
	} else if (c->epoch == s->epoch && c->epoch != EPOCH_NONE) {
		s->min_ns = min < s->min_ns ? min : s->min_ns;
		s->max_ns = max > s->max_ns ? max : s->max_ns;
	}
}

/* False without memory. */
static bool sums_to_tally(const struct sums *s, struct tally *t)
{
	unsigned used = 0;

	for (unsigned o = 0; o < HISTOGRAM_OCTAVES; o++) {
		for (unsigned b = 0; (s->octaves >> o & 1) && b < HISTOGRAM_SCALE; b++)
			used += s->bucket[o][b] != 0;
	}
	tally_clear(t);
	if (used == 0 || !histogram_reserve(&t->histogram, used))
		return false;
	for (unsigned o = 0; o < HISTOGRAM_OCTAVES; o++) {
		for (unsigned b = 0; (s->octaves >> o & 1) && b < HISTOGRAM_SCALE; b++) {
			if (s->bucket[o][b] != 0)
				histogram_append(&t->histogram,
						 (int)(o * HISTOGRAM_SCALE + b) + HISTOGRAM_MIN,
						 s->bucket[o][b]);
		}
	}
	t->sum_ns = clock_ns(s->sum[UNIT_TICKS]) + s->sum[UNIT_NS];
	t->min_ns = s->min_ns;
	t->max_ns = s->max_ns;
	if (t->min_ns > t->max_ns) {
		/* No call since the epoch began. */
		t->min_ns = (uint64_t)(histogram_upper(t->histogram.index[0] - 1) * 1e9);
		t->max_ns = (uint64_t)ceil(histogram_upper(t->histogram.index[used - 1]) * 1e9);
	}
	return true;
}

static uint64_t copy_calls(const struct copy *c)
{
	uint64_t calls = 0;

	for (unsigned o = 0; o < HISTOGRAM_OCTAVES; o++) {
		for (unsigned b = 0; (c->octaves >> o & 1) && b < HISTOGRAM_SCALE; b++)
			calls += c->bucket[o][b];
	}
	return calls;
}

/* Joins the sums into the tally of a standing. True when it grew. False also without memory: then
 * it grows later. */
static bool join(struct scratch *r, struct sums *s, int64_t epoch, struct tally *into)
{
	if (s->epoch != epoch) {
		s->min_ns = UINT64_MAX;
		s->max_ns = 0;
	}
	if (s->octaves == 0 || !sums_to_tally(s, &r->tally))
		return false;
	tally_clear(&r->more);
	return tally_advance(into, &r->tally, true, &r->more) &&
	       (tally_calls(&r->more) != 0 || r->more.sum_ns != 0);
}

static void begin_epoch(struct tally *t)
{
	t->min_ns = UINT64_MAX;
	t->max_ns = 0;
}

/* Adds up the path over all threads. */
static void read_path(struct snapshot *s, const struct path *p)
{
	struct standing *standing = &s->standings[p->id];
	struct scratch *r = s->scratch;
	uint64_t slow = 0, collapsed = 0;
	int64_t epoch;
	bool grew;

	sums_clear(&r->total_returned);
	sums_clear(&r->total_failed);
	for (struct node *n = OBSERVE(p->nodes); n != NULL; n = n->sibling) {
		n->seen = OBSERVE(n->version);
		read_node(r, n);
		sums_add(&r->total_returned, &r->returned, (enum unit)n->unit);
		if (r->failed.octaves != 0)
			sums_add(&r->total_failed, &r->failed, (enum unit)n->unit);
		slow += OBSERVE(n->slow);
		if (n->collapsed)
			collapsed += copy_calls(&r->returned) + copy_calls(&r->failed);
	}
	epoch = r->total_returned.epoch > r->total_failed.epoch ? r->total_returned.epoch
								: r->total_failed.epoch;
	if (epoch > standing->epoch) {
		begin_epoch(&standing->returned);
		begin_epoch(&standing->failed);
		standing->epoch = epoch;
	}
	grew = join(r, &r->total_returned, epoch, &standing->returned);
	grew |= join(r, &r->total_failed, epoch, &standing->failed);
	if (slow > standing->slow) {
		standing->slow = slow;
		grew = true;
	}
	if (collapsed > standing->collapsed) {
		s->calls_collapsed += collapsed - standing->collapsed;
		standing->collapsed = collapsed;
	}
	if (grew)
		standing->changed = s->number;
}

/* ------------------------------------------------------------ all of it */

static bool reserve(struct snapshot *s, uint32_t paths)
{
	uint32_t room = s->room == 0 ? 64 : s->room;
	struct standing *grown;

	if (paths < s->room)
		return true;
	while (room <= paths)
		room *= 2;
	grown = realloc(s->standings, room * sizeof(*grown));
	if (grown == NULL)
		return false;
	for (uint32_t id = s->room; id < room; id++) {
		memset(&grown[id], 0, sizeof(grown[id]));
		tally_init(&grown[id].returned);
		tally_init(&grown[id].failed);
	}
	s->standings = grown;
	s->room = room;
	return true;
}

/* The thresholds of the function reach those who record. */
static void set_slow(const struct path *p)
{
	for (struct node *n = OBSERVE(p->nodes); n != NULL; n = n->sibling)
		node_set_slow(n, READ(p->function->slow[n->unit]));
}

void snapshot_set_slow(void)
{
	for (uint32_t id = 1; id <= registry_paths(); id++)
		set_slow(registry_path_at(id));
}

/* Whether anything was counted on the path since it was read. `last` is looked at before `version`:
 * a call that is the last no more was folded before, which made the version a new one. */
static bool has_grown(const struct path *p)
{
	for (struct node *n = OBSERVE(p->nodes); n != NULL; n = n->sibling) {
		struct thread *t = n->thread;

		if (t->began_sequence != t->seen_sequence &&
		    (OBSERVE(t->last) == n || OBSERVE(n->in_hand) ||
		     OBSERVE(n->version) != n->seen))
			return true;
	}
	return false;
}

/* False when something that has grown could not be read for want of memory. */
static bool read_paths(struct snapshot *s)
{
	bool all = true;

	for (uint32_t id = 1, count = registry_paths(); id <= count; id++) {
		const struct path *p = registry_path_at(id);

		set_slow(p);
		if (!has_grown(p))
			continue;
		if (reserve(s, id))
			read_path(s, p);
		else
			all = false;
	}
	return all;
}

void snapshot_take(struct snapshot *s)
{
	struct thread *first = thread_first();
	bool all;

	/*
	 * A path is read once, with the nodes of all threads. What a thread does after that is not
	 * in it, so a thread counts as seen up to the moment before any path was read.
	 */
	for (struct thread *t = first; t != NULL; t = t->next)
		t->began_sequence = OBSERVE(t->sequence);
	s->number++;
	all = read_paths(s);
	for (struct thread *t = first; all && t != NULL; t = t->next)
		t->seen_sequence = t->began_sequence;
	snapshot_watch(s);
}

void snapshot_watch(struct snapshot *s)
{
	for (struct thread *t = thread_first(); t != NULL; t = t->next)
		watch_thread(s, t);
}
