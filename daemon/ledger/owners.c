/*
 * Owners: how much of the tables each user has taken, and whether there is more for that user. So
 * that no user can take what others need, each may take at most a share of what the others leave.
 */
#include "daemon/ledger/data.h"

#include <stdlib.h>

static bool same_owner(const void *item, const void *key)
{
	return ((const struct owner *)item)->uid == *(const uint64_t *)key;
}

struct owner *ledger_intern_owner(struct ledger *l, uint64_t uid)
{
	uint64_t hash = table_hash(&l->secret, &uid, sizeof(uid));
	struct owner *owner = table_find(&l->owners_by_uid, hash, same_owner, &uid);

	if (owner != NULL)
		return owner;
	if (!table_reserve(&l->owners_by_uid))
		return NULL;
	owner = calloc(1, sizeof(*owner));
	if (owner == NULL)
		return NULL;
	owner->uid = uid;
	table_put(&l->owners_by_uid, hash, owner);
	return owner;
}

void ledger_free_owners(struct ledger *l)
{
	for (size_t at = 0; at < l->owners_by_uid.room; at++)
		free(l->owners_by_uid.slots[at].item);
	table_deinit(&l->owners_by_uid);
}

bool ledger_leaves_room(const struct ledger *l, uint64_t own, uint64_t all, uint64_t limit,
			uint64_t more)
{
	uint64_t others = all - own, left = limit > others ? limit - others : 0;

	return own + more <= left * l->limits.share / 100;
}
