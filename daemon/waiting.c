/*
 * A table of those who wait, keyed by process.
 */
#include "daemon/waiting.h"

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

static struct waiter *get(struct waiting *w, const uint8_t process[PROF_PROCESS_ID])
{
	uint64_t hash = table_hash(&w->secret, process, PROF_PROCESS_ID);
	struct waiter *waiter = table_find(&w->table, hash, is_of, process);

	if (waiter != NULL)
		return waiter;
	if (w->table.used >= w->most || !table_reserve(&w->table))
		return NULL;
	waiter = calloc(1, sizeof(*waiter));
	if (waiter == NULL)
		return NULL;
	memcpy(waiter->process, process, PROF_PROCESS_ID);
	waiter->hash = hash;
	table_put(&w->table, hash, waiter);
	return waiter;
}

void waiting_put(struct waiting *w, const uint8_t process[PROF_PROCESS_ID], uint64_t generation,
		 uint64_t policy, const struct route *route)
{
	struct waiter *waiter = get(w, process);

	if (waiter == NULL)
		return;
	if (waiter->generation < generation)
		waiter->generation = generation;
	waiter->policy = policy;
	waiter->route = *route;
}

/* Taking an item out moves others into its slot, which is then looked at again. */
void waiting_release(struct waiting *w, waiting_each *each, void *context)
{
	for (size_t at = 0; at < w->table.room;) {
		struct waiter *waiter = w->table.slots[at].item;

		if (waiter == NULL || !each(context, waiter)) {
			at++;
			continue;
		}
		table_remove(&w->table, waiter->hash, waiter);
		free(waiter);
	}
}
