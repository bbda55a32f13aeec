/*
 * Tallies in messages, and the arena that messages are unpacked into.
 */
#include "proto/wire.h"

#include <stdlib.h>
#include <string.h>

static uint64_t at_most_ceiling(uint64_t count)
{
	return count < HISTOGRAM_COUNT_MAX ? count : HISTOGRAM_COUNT_MAX;
}

bool wire_read_tally(struct tally *t, const Profd__Tally *message)
{
	int64_t index = 0;

	tally_clear(t);
	if (message == NULL)
		return true;
	if (message->n_index != message->n_count || message->n_index > HISTOGRAM_SIZE)
		return false;
	if (message->n_index != 0 && message->min_ns > message->max_ns)
		return false;
	if (!histogram_reserve(&t->histogram, (unsigned)message->n_index))
		return false;
	for (size_t i = 0; i < message->n_index; i++) {
		if (i != 0 && message->index[i] <= 0)
			return false;
		index += message->index[i];
		if (index < HISTOGRAM_MIN || index > HISTOGRAM_MAX || message->count[i] == 0)
			return false;
		histogram_append(&t->histogram, (int)index, at_most_ceiling(message->count[i]));
	}
	if (message->n_index != 0) {
		t->sum_ns = message->sum_ns;
		t->min_ns = message->min_ns;
		t->max_ns = message->max_ns;
	}
	return true;
}

void wire_write_tally(Profd__Tally *message, const struct tally *t, int32_t *index, uint64_t *count)
{
	const struct histogram *h = &t->histogram;
	int last = 0;

	profd__tally__init(message);
	message->sum_ns = t->sum_ns;
	message->recursive_ns = t->recursive_ns;
	message->min_ns = h->used == 0 ? 0 : t->min_ns;
	message->max_ns = t->max_ns;
	message->n_index = message->n_count = h->used;
	message->index = index;
	message->count = count;
	for (unsigned i = 0; i < h->used; i++) {
		index[i] = h->index[i] - last;
		count[i] = h->count[i];
		last = h->index[i];
	}
}

struct wire_spill {
	struct wire_spill *next;
	_Alignas(16) char memory[];
};

static void *arena_alloc(void *data, size_t size)
{
	struct wire_arena *a = data;
	struct wire_spill *spill;

	if (size > a->limit)
		return NULL;
	size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (size > a->limit || a->used > a->limit - size)
		return NULL;
	a->used += size;
	if (a->used <= a->room)
		return a->block + a->used - size;
	spill = malloc(sizeof(*spill) + size);
	if (spill == NULL)
		return NULL;
	spill->next = a->spill;
	a->spill = spill;
	return spill->memory;
}

static void arena_free(void *data, void *pointer)
{
	(void)data;
	(void)pointer;
}

void wire_arena_init(struct wire_arena *a, size_t limit)
{
	memset(a, 0, sizeof(*a));
	a->limit = limit;
	a->allocator = (ProtobufCAllocator){arena_alloc, arena_free, a};
}

static void free_spills(struct wire_arena *a)
{
	while (a->spill != NULL) {
		struct wire_spill *next = a->spill->next;

		free(a->spill);
		a->spill = next;
	}
}

/* The block grows to what the last message took, so the next one like it finds room in one piece.
 */
void wire_arena_reset(struct wire_arena *a)
{
	free_spills(a);
	if (a->used > a->room) {
		free(a->block);
		a->block = malloc(a->used);
		a->room = a->block == NULL ? 0 : a->used;
	}
	a->used = 0;
}

void wire_arena_deinit(struct wire_arena *a)
{
	free_spills(a);
	free(a->block);
	a->block = NULL;
	a->room = a->used = 0;
}
