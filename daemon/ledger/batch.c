/*
 * The memory of batches, and the packed form of the standings in them.
 */
#include "daemon/ledger/batch.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/ledger/codec.h"

#define PIECE ((size_t)256 << 10)

struct batch_memory {
	struct batch_memory *next;
	size_t used, room;
	_Alignas(16) uint8_t bytes[];
};

struct batch *batch_new(void)
{
	return calloc(1, sizeof(struct batch));
}

void batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	while (b->memory != NULL) {
		struct batch_memory *next = b->memory->next;

		free(b->memory);
		b->memory = next;
	}
	free(b);
}

void *batch_alloc(struct batch *b, size_t size)
{
	struct batch_memory *m = b->memory;
	size_t room = size > PIECE ? size : PIECE;
	void *taken;

	size = (size + 15) & ~(size_t)15;
	if (m == NULL || size > m->room - m->used) {
		if (room < size)
			room = size;
		m = malloc(sizeof(*m) + room);
		if (m == NULL)
			return NULL;
		m->next = b->memory;
		m->used = 0;
		m->room = room;
		b->memory = m;
	}
	taken = m->bytes + m->used;
	m->used += size;
	return taken;
}

void *batch_copy(struct batch *b, const void *bytes, size_t size)
{
	void *copy = batch_alloc(b, size);

	if (copy != NULL)
		memcpy(copy, bytes, size);
	return copy;
}

size_t batch_chunk_size(const struct batch_chunk *chunk)
{
	size_t size = 0;

	for (unsigned i = 0; i < BATCH_CHUNK; i++) {
		if (chunk->at[i].path == 0)
			continue;
		size += 5 * CODEC_NUMBER_MAX;
		if (chunk->at[i].block != NULL)
			size += chunk->at[i].block->size;
	}
	return size;
}

size_t batch_chunk_pack(const struct batch_chunk *chunk, uint8_t *packed)
{
	size_t length = 0;
	unsigned last = 0;

	for (unsigned i = 0; i < BATCH_CHUNK; i++) {
		const struct standing *s = &chunk->at[i];

		if (s->path == 0)
			continue;
		length += codec_put_number(packed + length, i + 1 - last);
		length += codec_put_number(packed + length, s->path);
		length += codec_put_number(packed + length, s->parent);
		length += codec_put_number(packed + length, s->name);
		length += codec_put_number(packed + length, s->block == NULL ? 0 : s->block->size);
		if (s->block != NULL) {
			memcpy(packed + length, s->block->bytes, s->block->size);
			length += s->block->size;
		}
		last = i + 1;
	}
	return length;
}

static bool get_small(struct codec_input *r, uint32_t *number)
{
	uint64_t value;

	if (!codec_get_number(r, &value) || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

static bool unpack_standing(struct batch *b, struct standing *s, struct codec_input *r)
{
	uint32_t size;

	if (!get_small(r, &s->path) || s->path == 0 || !get_small(r, &s->parent) ||
	    !get_small(r, &s->name) || !get_small(r, &size) || size > (size_t)(r->end - r->at) ||
	    size > CODEC_STANDING_MAX)
		return false;
	if (size != 0) {
		s->block = batch_alloc(b, sizeof(*s->block) + size);
		if (s->block == NULL)
			return false;
		s->block->size = size;
		memcpy(s->block->bytes, r->at, size);
		r->at += size;
	}
	return true;
}

bool batch_chunk_unpack(struct batch *b, struct batch_chunk *chunk, struct batch_blob packed)
{
	struct codec_input r = {packed.bytes, packed.bytes + packed.size};
	uint32_t step, at = 0;

	memset(chunk->at, 0, sizeof(chunk->at));
	while (r.at < r.end) {
		if (!get_small(&r, &step) || step == 0 || step > BATCH_CHUNK - at)
			return false;
		at += step;
		if (!unpack_standing(b, &chunk->at[at - 1], &r))
			return false;
	}
	return true;
}
