/*
 * What libprofheap tells libprofbench: the two find each other by this symbol's name (dlsym), for
 * a program may be linked with either alone.
 */
#ifndef CLIENT_BENCH_HEAP_H
#define CLIENT_BENCH_HEAP_H

#include <stdint.h>

/* What was allocated and not freed since counting began, and the most that it ever was. */
struct heap_counts {
	int64_t now, peak;
};

#define HEAP_BEGIN "prof_heap_begin"
#define HEAP_END   "prof_heap_end"

typedef int heap_begin_function(void); /* 0: somebody else is counting */
typedef void heap_end_function(struct heap_counts *counts);

#endif
