/*
 * A bump allocator over anonymous mappings.
 */
#include "client/base/memory.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#define FIRST_CHUNK   (size_t)(16 << 10)
#define LARGEST_CHUNK (size_t)(1 << 20)

void *memory_pages(size_t size)
{
	int before = errno;
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	errno = before;
	return pages == MAP_FAILED ? NULL : pages;
}

void *memory_take(struct memory *m, size_t size)
{
	uintptr_t alignment = size % 64 == 0 ? 64 : 16;
	uintptr_t at = ((uintptr_t)m->next + alignment - 1) & ~(alignment - 1);
	size_t chunk;
	char *pages;

	if (m->next == NULL || at + size > (uintptr_t)m->end) {
		/* Each chunk is as large as all before it: few calls for many, little waste for
		 * few. */
		chunk = m->taken < FIRST_CHUNK	   ? FIRST_CHUNK
			: m->taken > LARGEST_CHUNK ? LARGEST_CHUNK
						   : m->taken;
		if (chunk < size)
			chunk = (size + 4095) & ~(size_t)4095;
		pages = memory_pages(chunk);
		if (pages == NULL)
			return NULL;
		m->taken += chunk;
		m->end = pages + chunk;
		at = (uintptr_t)pages;
	}
	m->next = (char *)at + size;
	return (void *)at;
}
