/*
 * What libprofheap tells libprofbench: the two find each other by this symbol's name (dlsym), for
 * a program may be linked with either alone.
 */
#ifndef CLIENT_BENCH_HEAP_H
#define CLIENT_BENCH_HEAP_H

#include <stdint.h>

/* What was allocated and not freed since counting began, and the most that it ever was. */
struct prof_heap_counts {
	int64_t now, peak;
};

#define PROF_HEAP_BEGIN "prof_heap_begin"
#define PROF_HEAP_END	"prof_heap_end"

typedef int prof_heap_begin_function(void); /* 0: somebody else is counting */
typedef void prof_heap_end_function(struct prof_heap_counts *counts);

#endif
