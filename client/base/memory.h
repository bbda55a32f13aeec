/*
 * Memory that is taken from the kernel and never given back: for what a recording thread writes and
 * the pushing thread reads. It is not malloc, so an instrumented allocator can be measured and a
 * failing one does no harm.
 */
#ifndef CLIENT_BASE_MEMORY_H
#define CLIENT_BASE_MEMORY_H

#include <stddef.h>

struct memory {
	char *next, *end;
	size_t taken; /* from the kernel, in all */
};

/* Zeroed, aligned to a cache line (64 bytes) if `size` is a multiple of it, else to 16. NULL
 * without memory. */
void *memory_take(struct memory *m, size_t size);

/* Zeroed pages, aligned to a page. NULL without memory. */
void *memory_pages(size_t size);

#endif
