/*
 * Hardware counters of the calling thread, in user mode, where the kernel lets us
 * (perf_event_open(2)).
 */
#ifndef CLIENT_BENCH_COUNTERS_H
#define CLIENT_BENCH_COUNTERS_H

#include "include/profbench.h"

#define COUNTERS 4

struct counters {
	int fds[COUNTERS]; /* -1: not available */
};

void counters_open(struct counters *counters);
void counters_start(struct counters *counters);

/* Stops and closes them; what they counted goes into the profile, with the bits that say so. */
void counters_finish(struct counters *counters, struct prof_bench_profile *profile);

#endif
