/*
 * Answers as one block of memory.
 */
#include "client/ask/block.h"

#include <stdlib.h>
#include <string.h>

#include "proto/name.h"

prof_error block_init(struct block *b, size_t head, size_t count, size_t row, size_t extra,
		      size_t texts)
{
	size_t align = _Alignof(max_align_t), begin, table, size;
	void **rows;
	char *memory;

	begin = (head + align - 1) / align * align;
	if (row == 0)
		count = 0;
	if (__builtin_mul_overflow(count, sizeof(*rows), &table) ||
	    __builtin_mul_overflow(count, row, &size) ||
	    __builtin_add_overflow(begin, (table + align - 1) / align * align, &head) ||
	    __builtin_add_overflow(size, head, &size) ||
	    __builtin_add_overflow(size, extra, &size) ||
	    __builtin_add_overflow(size, texts, &size))
		return PROF_NO_MEMORY;
	memory = calloc(1, size);
	if (memory == NULL)
		return PROF_NO_MEMORY;
	b->head = memory;
	b->rows = rows = (void **)(memory + begin);
	for (size_t i = 0; i < count; i++)
		rows[i] = memory + head + i * row;
	b->extra = memory + size - texts - extra;
	b->text = memory + size - texts;
	b->end = memory + size;
	return PROF_OK;
}

void *block_take(struct block *b, size_t count, size_t size)
{
	char *taken = b->extra;

	b->extra += count * size;
	return count == 0 ? NULL : taken;
}

const char *block_text(struct block *b, const char *text)
{
	char *to = b->text;

	if (text[0] == '\0' || to == b->end)
		return "";
	b->text += name_copy(to, (size_t)(b->end - to), text, strlen(text)) + 1;
	return to;
}

prof_error block_finish(struct block *b, bool sensible, void *result)
{
	if (!sensible) {
		free(b->head);
		return PROF_BAD_ANSWER;
	}
	memcpy(result, &b->head, sizeof(b->head));
	return PROF_OK;
}
