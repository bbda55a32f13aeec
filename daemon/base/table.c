/*
 * Hash table with linear probing; an item that is taken out is closed over by those behind it, so
 * there are no graves to clean up.
 */
#include "daemon/base/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

void table_secret_init(struct table_secret *secret)
{
	struct timespec now;

	if (getrandom(secret, sizeof(*secret), GRND_NONBLOCK) == (ssize_t)sizeof(*secret))
		return;
	/* Early at boot: the clock and the place of the stack are still something to guess. */
	clock_gettime(CLOCK_REALTIME, &now);
	secret->key[0] = (uint64_t)now.tv_sec ^ (uint64_t)(uintptr_t)secret;
	secret->key[1] = (uint64_t)now.tv_nsec;
}

static uint64_t rotate(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

/* One round of SipHash (Aumasson and Bernstein, 2012). */
static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

uint64_t table_hash(const struct table_secret *secret, const void *bytes, size_t length)
{
	uint64_t v[4] = {
		secret->key[0] ^ UINT64_C(0x736f6d6570736575),
		secret->key[1] ^ UINT64_C(0x646f72616e646f6d),
		secret->key[0] ^ UINT64_C(0x6c7967656e657261),
		secret->key[1] ^ UINT64_C(0x7465646279746573),
	};
	const unsigned char *at = bytes;
	size_t left = length;
	uint64_t word;

	for (; left >= 8; left -= 8, at += 8) {
		memcpy(&word, at, 8);
		v[3] ^= word;
		sip_round(v);
		v[0] ^= word;
	}
	word = (uint64_t)length << 56;
	for (size_t i = 0; i < left; i++)
		word |= (uint64_t)at[i] << (8 * i);
	v[3] ^= word;
	sip_round(v);
	v[0] ^= word;
	v[2] ^= 0xff;
	for (unsigned i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void table_deinit(struct table *t)
{
	free(t->slots);
	memset(t, 0, sizeof(*t));
}

static void insert(struct table_slot *slots, size_t mask, uint64_t hash, void *item)
{
	size_t at = hash & mask;

	while (slots[at].item != NULL)
		at = (at + 1) & mask;
	slots[at] = (struct table_slot){hash, item};
}

bool table_reserve(struct table *t)
{
	size_t room = t->room == 0 ? 16 : t->room * 2;
	struct table_slot *slots;

	if ((t->used + 1) * 4 <= t->room * 3)
		return true;
	slots = calloc(room, sizeof(*slots));
	if (slots == NULL)
		return false;
	for (size_t i = 0; i < t->room; i++)
		if (t->slots[i].item != NULL)
			insert(slots, room - 1, t->slots[i].hash, t->slots[i].item);
	free(t->slots);
	t->slots = slots;
	t->room = room;
	return true;
}

void table_put(struct table *t, uint64_t hash, void *item)
{
	insert(t->slots, t->room - 1, hash, item);
	t->used++;
}

void *table_find(const struct table *t, uint64_t hash, table_same *same, const void *key)
{
	size_t mask = t->room - 1;

	if (t->room == 0)
		return NULL;
	for (size_t at = hash & mask; t->slots[at].item != NULL; at = (at + 1) & mask)
		if (t->slots[at].hash == hash && same(t->slots[at].item, key))
			return t->slots[at].item;
	return NULL;
}

void table_remove(struct table *t, uint64_t hash, const void *item)
{
	size_t mask = t->room - 1, gap = hash & mask;

	while (t->slots[gap].item != item)
		gap = (gap + 1) & mask;
	for (size_t at = (gap + 1) & mask; t->slots[at].item != NULL; at = (at + 1) & mask) {
		size_t home = t->slots[at].hash & mask;

		/* It may move into the gap unless its home lies behind the gap. */
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		t->slots[gap] = t->slots[at];
		gap = at;
	}
	t->slots[gap].item = NULL;
	t->used--;
}
