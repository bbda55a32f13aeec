/*
 * Simulated processes: the bytes of pushes as the library would send them, without the library. All
 * paths of a process have as many calls, spread over the same buckets.
 */
#ifndef BENCH_SIMULATE_H
#define BENCH_SIMULATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/limits.h"

struct shape {
	unsigned paths;	    /* of each process, functions called by one, a tree: a parent has 8 */
	unsigned functions; /* of all processes: load.0, load.1 ... */
	unsigned buckets;   /* that the calls of a path are spread over */
	unsigned changed;   /* paths that a push tells of, a divisor of `paths`; 0: all */
};

struct simulated {
	uint8_t key[PROF_PROCESS_ID];
	unsigned number;
	uint64_t generation, acked;
	uint64_t rounds; /* how often each path was told of; in each, a call in each of its buckets
			  */
	unsigned next;	 /* the path that the next push begins with */
};

struct simulation;

/* NULL without memory. */
struct simulation *simulation_new(const struct shape *shape);
void simulation_free(struct simulation *s);

/* A process that has pushed nothing. */
void simulation_begin(struct simulation *s, struct simulated *p, unsigned number);

struct pushed {
	const uint8_t *bytes; /* lent until the next push */
	size_t size;
	unsigned standings;
	uint64_t calls;
};

/* The next push, after so much time; definitions are in the first. */
struct pushed simulation_push(struct simulation *s, struct simulated *p, bool flush, bool goodbye,
			      uint64_t span_ns);

#endif
