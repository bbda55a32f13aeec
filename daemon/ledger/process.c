/*
 * Processes and their standings: from the first push to the tombstone.
 */
#include "daemon/ledger/data.h"

#include <stdlib.h>
#include <string.h>

static bool same_process(const void *item, const void *key)
{
	return memcmp(((const struct process *)item)->key, key, PROF_PROCESS_ID) == 0;
}

static uint64_t hash_key(const struct ledger *l, const uint8_t key[PROF_PROCESS_ID])
{
	return table_hash(&l->secret, key, PROF_PROCESS_ID);
}

struct process *ledger_find_process(const struct ledger *l, const uint8_t key[PROF_PROCESS_ID])
{
	return table_find(&l->processes_by_key, hash_key(l, key), same_process, key);
}

uint64_t ledger_safe_generation(const struct ledger *l, const uint8_t process[PROF_PROCESS_ID])
{
	const struct process *p = ledger_find_process(l, process);

	return p == NULL ? 0 : p->safe;
}

static void append_process(struct ledger *l, struct process *p)
{
	p->next = NULL;
	p->previous = l->last;
	*(l->last == NULL ? &l->first : &l->last->next) = p;
	l->last = p;
}

static void take_process(struct ledger *l, struct process *p)
{
	*(p->previous == NULL ? &l->first : &p->previous->next) = p->next;
	*(p->next == NULL ? &l->last : &p->next->previous) = p->previous;
}

struct process *ledger_make_process(struct ledger *l, const uint8_t key[PROF_PROCESS_ID],
				    uint64_t uid)
{
	struct owner *owner = ledger_intern_owner(l, uid);
	struct process *p;

	if (owner == NULL || !table_reserve(&l->processes_by_key))
		return NULL;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->id = l->next_process++;
	p->owner = owner;
	owner->processes++;
	memcpy(p->key, key, sizeof(p->key));
	append_process(l, p);
	table_put(&l->processes_by_key, hash_key(l, key), p);
	return p;
}

struct standing *ledger_standing(const struct process *process, uint32_t id)
{
	uint32_t number = (id - 1) / BATCH_CHUNK;
	struct standing *s;

	if (number >= process->chunks_room || process->chunks[number] == NULL)
		return NULL;
	s = &process->chunks[number]->at[(id - 1) % BATCH_CHUNK];
	return s->path == 0 ? NULL : s;
}

static bool reserve_chunks(struct process *process, uint32_t count)
{
	uint32_t room = process->chunks_room * 2;
	struct chunk **chunks;

	if (count <= process->chunks_room)
		return true;
	if (room < count)
		room = count;
	chunks = realloc(process->chunks, room * sizeof(struct chunk *));
	if (chunks == NULL)
		return false;
	memset(chunks + process->chunks_room, 0,
	       (room - process->chunks_room) * sizeof(struct chunk *));
	process->chunks = chunks;
	process->chunks_room = room;
	return true;
}

struct standing *ledger_make_standing(struct ledger *l, struct process *process, uint32_t id)
{
	uint32_t number = (id - 1) / BATCH_CHUNK;
	struct chunk **chunk;

	if (!reserve_chunks(process, number + 1))
		return NULL;
	chunk = &process->chunks[number];
	if (*chunk == NULL) {
		*chunk = calloc(1, sizeof(**chunk));
		if (*chunk == NULL)
			return NULL;
		l->room_of_standings += BATCH_CHUNK;
		process->owner->standings += BATCH_CHUNK;
	}
	(*chunk)->changed = l->changed;
	return &(*chunk)->at[(id - 1) % BATCH_CHUNK];
}

/* A block that is with the batch belongs to it from here on: ledger_committed finds that it is no
 * longer in its place and frees it. */
static void drop_block(struct chunk *chunk, unsigned at)
{
	uint64_t bit = UINT64_C(1) << at;

	if ((chunk->lent & bit) == 0)
		free(chunk->at[at].block);
	chunk->lent &= ~bit;
	chunk->at[at].block = NULL;
}

void ledger_replace_block(struct ledger *l, struct process *process, uint32_t id,
			  struct standing_block *block)
{
	struct chunk *chunk = process->chunks[(id - 1) / BATCH_CHUNK];
	unsigned at = (id - 1) % BATCH_CHUNK;

	drop_block(chunk, at);
	chunk->at[at].block = block;
	chunk->changed = l->changed;
}

static void drop_chunks(struct ledger *l, struct process *process)
{
	for (uint32_t i = 0; i < process->chunks_room; i++) {
		if (process->chunks[i] == NULL)
			continue;
		for (unsigned at = 0; at < BATCH_CHUNK; at++)
			drop_block(process->chunks[i], at);
		free(process->chunks[i]);
		l->room_of_standings -= BATCH_CHUNK;
		process->owner->standings -= BATCH_CHUNK;
	}
	free(process->chunks);
	process->chunks = NULL;
	process->chunks_room = 0;
}

void ledger_end_process(struct ledger *l, struct process *process, int64_t now_ns)
{
	process->ended_at_ns = now_ns;
	process->next_ended = NULL;
	*(l->last_ended == NULL ? &l->first_ended : &l->last_ended->next_ended) = process;
	l->last_ended = process;
	drop_chunks(l, process);
	ledger_end_running(l, process);
	ledger_change_process(l, process);
}

/* Of those that ended only the first, the one that is due, is ever forgotten; all of them when the
 * ledger is freed. */
void ledger_forget_process(struct ledger *l, struct process *process)
{
	if (process == l->first_ended) {
		l->first_ended = process->next_ended;
		if (l->first_ended == NULL)
			l->last_ended = NULL;
	}
	drop_chunks(l, process);
	process->owner->processes--;
	take_process(l, process);
	table_remove(&l->processes_by_key, hash_key(l, process->key), process);
	free(process);
}

static bool is_remote(const struct process *p)
{
	return p->owner->uid > UINT32_MAX;
}

static bool is_silent(const struct ledger *l, const struct process *p, int64_t now_ns)
{
	int64_t silence_ns = now_ns - p->pushed_at_ns;

	if (p->ended_at_ns != 0)
		return false;
	if (is_remote(p))
		return silence_ns >= (int64_t)l->limits.remote_silence_ns;
	return silence_ns >= (int64_t)l->limits.silence_ns;
}

void ledger_bury(struct ledger *l, int64_t now_ns, unsigned most, ledger_lives *lives,
		 void *context)
{
	struct process *end = l->last;

	for (struct process *p = l->first; p != NULL && most > 0; p = l->first) {
		take_process(l, p);
		append_process(l, p);
		if (is_silent(l, p, now_ns)) {
			most--;
			if (is_remote(p) || !lives(context, p->key, p->pid)) {
				l->counts.processes_cut_off++;
				ledger_end_process(l, p, now_ns);
			}
		}
		if (p == end)
			break;
	}
}

bool ledger_is_crowded(const struct ledger *l)
{
	uint64_t room = (uint64_t)l->limits.processes * l->limits.share / 100;

	return l->processes_by_key.used >= room / 2;
}

bool ledger_find_dead(struct ledger *l, ledger_lives *lives, void *context)
{
	bool found = false;

	for (struct process *p = l->first; p != NULL; p = p->next) {
		if (p->dead || is_remote(p) || p->pid <= 0 || lives(context, p->key, p->pid))
			continue;
		p->dead = found = true;
	}
	return found;
}

/* The tombstones of the dead come first, since they are the first to go. */
static void sort_tombstones(struct ledger *l)
{
	struct process *list[2] = {NULL, NULL}, **end[2] = {&list[0], &list[1]};

	l->last_ended = NULL;
	for (struct process *p = l->first_ended; p != NULL; p = p->next_ended) {
		*end[!p->dead] = p;
		end[!p->dead] = &p->next_ended;
		if (!p->dead || list[1] == NULL)
			l->last_ended = p;
	}
	*end[1] = NULL;
	*end[0] = list[1];
	l->first_ended = list[0];
}

void ledger_bury_dead(struct ledger *l, int64_t now_ns)
{
	for (struct process *p = l->first; p != NULL; p = p->next) {
		if (!p->dead || p->ended_at_ns != 0)
			continue;
		l->counts.processes_cut_off++;
		ledger_end_process(l, p, now_ns);
	}
	sort_tombstones(l);
}

/* 0 would mean: never. */
static int64_t step(int64_t at_ns, int64_t step_ns, int64_t now_ns)
{
	if (__builtin_add_overflow(at_ns, step_ns, &at_ns) || at_ns > now_ns)
		at_ns = now_ns;
	return at_ns < 1 ? 1 : at_ns;
}

void ledger_step_clock(struct ledger *l, int64_t step_ns, int64_t now_ns)
{
	for (struct process *p = l->first; p != NULL; p = p->next) {
		int64_t pushed_at_ns = step(p->pushed_at_ns, step_ns, now_ns);
		int64_t ended_at_ns =
			p->ended_at_ns == 0 ? 0 : step(p->ended_at_ns, step_ns, now_ns);

		if (pushed_at_ns == p->pushed_at_ns && ended_at_ns == p->ended_at_ns)
			continue;
		p->pushed_at_ns = pushed_at_ns;
		p->ended_at_ns = ended_at_ns;
		ledger_change_process(l, p);
	}
	for (struct event *e = l->first_event; e != NULL; e = e->next) {
		e->heard_at_ns = step(e->heard_at_ns, step_ns, now_ns);
		if (e->ended_at_ns != 0)
			e->ended_at_ns = step(e->ended_at_ns, step_ns, now_ns);
	}
}
