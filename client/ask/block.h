/*
 * One block of memory with a head, its rows, and all texts that they point to, so that freeing the
 * head frees everything.
 */
#ifndef CLIENT_ASK_BLOCK_H
#define CLIENT_ASK_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "include/profclient.h"

struct block {
	void *head; /* zeroed, as the rows */
	void *rows; /* the table of pointers to them, as lists have it */
	char *extra, *text, *end;
};

/*
 * `texts`: room for the texts. The size of the message that they came in is always enough: there, a
 * text takes two bytes more than its characters, in here one. `extra`: bytes for what the rows
 * point to, taken with block_take.
 */
prof_error block_init(struct block *b, size_t head, size_t count, size_t row, size_t extra,
		      size_t texts);

/* The i-th row, to be filled. */
static inline void *block_row(const struct block *b, size_t i)
{
	return ((void **)b->rows)[i];
}

/* Room for `count` items of `size` bytes, a multiple of 8; NULL when there is none of them. */
void *block_take(struct block *b, size_t count, size_t size);

/* The text with what is not UTF-8 made '?'. */
const char *block_text(struct block *b, const char *text);

/* Hands the block over to `result` (the address of a pointer), or frees it when what was read makes
 * no sense. */
prof_error block_finish(struct block *b, bool sensible, void *result);

#endif
