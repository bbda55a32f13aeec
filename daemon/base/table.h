/*
 * A hash table of pointers: open addressing, keyed by a secret so that names chosen to collide do
 * not.
 */
#ifndef DAEMON_BASE_TABLE_H
#define DAEMON_BASE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The secret: random for each profd, so that nobody outside can tell which keys share a slot. */
struct table_secret {
	uint64_t key[2];
};

/* Draws a secret from the kernel. */
void table_secret_init(struct table_secret *secret);

/* SipHash-1-3 of some bytes. */
uint64_t table_hash(const struct table_secret *secret, const void *bytes, size_t length);

struct table_slot {
	uint64_t hash;
	void *item; /* NULL: free */
};

struct table {
	struct table_slot *slots;
	size_t used, room; /* room: 0 or a power of two, at least a quarter of it free */
};

/* Frees the slots, not the items. */
void table_deinit(struct table *t);

/* Makes room for one more item. False without memory. */
bool table_reserve(struct table *t);

/* Puts an item that is not in yet; its room must have been reserved. */
void table_put(struct table *t, uint64_t hash, void *item);

/* The item with this hash that `same` says is the one looked for, or NULL. */
typedef bool table_same(const void *item, const void *key);
void *table_find(const struct table *t, uint64_t hash, table_same *same, const void *key);

/* Takes an item out that is in. */
void table_remove(struct table *t, uint64_t hash, const void *item);

#endif
