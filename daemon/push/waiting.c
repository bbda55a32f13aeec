/*
 * A table of those who push, keyed by process.
 */
#include "daemon/push/waiting.h"

#include <stdlib.h>
#include <string.h>

void waiting_init(struct waiting *w, size_t most)
{
	memset(w, 0, sizeof(*w));
	table_secret_init(&w->secret);
	w->most = most;
}

void waiting_deinit(struct waiting *w)
{
	for (size_t at = 0; at < w->table.room; at++)
		free(w->table.slots[at].item);
	table_deinit(&w->table);
}

static bool is_of(const void *item, const void *process)
{
	return memcmp(((const struct waiter *)item)->process, process, PROF_PROCESS_ID) == 0;
}

static void drop(struct waiting *w, struct waiter *waiter)
{
	table_remove(&w->table, waiter->hash, waiter);
	free(waiter);
}

static bool make_room(struct waiting *w)
{
	if (w->table.used < w->most)
		return table_reserve(&w->table);
	for (size_t at = 0; at < w->table.room; at++) {
		struct waiter *waiter = w->table.slots[at].item;

		if (waiter != NULL && waiter->generation == 0) {
			drop(w, waiter);
			return true;
		}
	}
	return false;
}

const struct waiter *waiting_find(const struct waiting *w, const uint8_t process[PROF_PROCESS_ID])
{
	return table_find(&w->table, table_hash(&w->secret, process, PROF_PROCESS_ID), is_of,
			  process);
}

static struct waiter *get(struct waiting *w, const uint8_t process[PROF_PROCESS_ID])
{
	uint64_t hash = table_hash(&w->secret, process, PROF_PROCESS_ID);
	struct waiter *waiter = table_find(&w->table, hash, is_of, process);

	if (waiter != NULL)
		return waiter;
	if (!make_room(w))
		return NULL;
	waiter = calloc(1, sizeof(*waiter));
	if (waiter == NULL)
		return NULL;
	memcpy(waiter->process, process, PROF_PROCESS_ID);
	waiter->hash = hash;
	table_put(&w->table, hash, waiter);
	return waiter;
}

void waiting_put(struct waiting *w, const uint8_t process[PROF_PROCESS_ID], const struct waiter *is)
{
	struct waiter *waiter = get(w, process);

	if (waiter == NULL)
		return;
	if (waiter->generation < is->generation)
		waiter->generation = is->generation;
	waiter->version = is->version;
	waiter->policy = is->policy;
	waiter->uid = is->uid;
	waiter->leaving = is->leaving;
	waiter->route = is->route;
}

/* Taking an item out moves others into its slot, which is then looked at again. */
void waiting_release(struct waiting *w, waiting_each *each, void *context)
{
	for (size_t at = 0; at < w->table.room;) {
		struct waiter *waiter = w->table.slots[at].item;

		if (waiter == NULL || waiter->generation == 0 || !each(context, waiter)) {
			at++;
		} else if (waiter->leaving) {
			drop(w, waiter);
		} else {
			waiter->generation = 0;
			at++;
		}
	}
}

void waiting_visit(struct waiting *w, waiting_each *each, void *context)
{
	for (size_t at = 0; at < w->table.room;) {
		struct waiter *waiter = w->table.slots[at].item;

		if (waiter == NULL || each(context, waiter))
			at++;
		else
			drop(w, waiter);
	}
}
