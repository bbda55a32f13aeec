/*
 * libprofheap: counts every malloc and free of the process while somebody wants to know the peak of
 * the heap. A library of its own, since it takes the place of malloc, which nobody gets unasked.
 */
#include "client/bench/heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#pragma GCC visibility push(default)

/* The allocator of glibc under its other names: no dlsym, which allocates itself. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

int prof_heap_begin(void);
void prof_heap_end(struct heap_counts *counts);

static atomic_bool counting;
static atomic_llong now, peak;

static void add(long long bytes)
{
	long long there = atomic_fetch_add_explicit(&now, bytes, memory_order_relaxed) + bytes;
	long long most = atomic_load_explicit(&peak, memory_order_relaxed);

	while (there > most &&
	       !atomic_compare_exchange_weak_explicit(&peak, &most, there, memory_order_relaxed,
						      memory_order_relaxed))
		;
}

static bool is_counting(void)
{
	return __builtin_expect(atomic_load_explicit(&counting, memory_order_relaxed), 0);
}

static void *gave(void *memory)
{
	if (is_counting() && memory != NULL)
		add((long long)malloc_usable_size(memory));
	return memory;
}

int prof_heap_begin(void)
{
	bool nobody = false;

	if (!atomic_compare_exchange_strong(&counting, &nobody, true))
		return 0;
	atomic_store(&now, 0);
	atomic_store(&peak, 0);
	return 1;
}

void prof_heap_end(struct heap_counts *counts)
{
	counts->now = atomic_load(&now);
	counts->peak = atomic_load(&peak);
	atomic_store(&counting, false);
}

void *malloc(size_t size)
{
	return gave(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return gave(__libc_calloc(count, size));
}

void free(void *memory)
{
	int error = errno;

	if (is_counting() && memory != NULL)
		add(-(long long)malloc_usable_size(memory));
	__libc_free(memory);
	errno = error;
}

void *realloc(void *old, size_t size)
{
	long long before = is_counting() && old != NULL ? (long long)malloc_usable_size(old) : 0;
	void *memory = __libc_realloc(old, size);

	if (!is_counting())
		return memory;
	/* Both blocks are there while one is copied into the other; glibc does not say whether it
	 * was, so the peak is that of the change. size 0 frees. */
	if (memory != NULL)
		add((long long)malloc_usable_size(memory) - before);
	else if (size == 0)
		add(-before);
	return memory;
}

void *memalign(size_t alignment, size_t size)
{
	return gave(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return gave(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	void *made;

	if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0)
		return EINVAL;
	made = gave(__libc_memalign(alignment, size));
	if (made == NULL)
		return ENOMEM;
	*memory = made;
	return 0;
}

void *valloc(size_t size)
{
	return gave(__libc_memalign((size_t)getpagesize(), size));
}

void *pvalloc(size_t size)
{
	size_t page = (size_t)getpagesize();

	if (size > SIZE_MAX - page) {
		errno = ENOMEM;
		return NULL;
	}
	return gave(__libc_memalign(page, (size + page - 1) / page * page));
}

#pragma GCC visibility pop
