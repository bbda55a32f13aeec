/*
 * Why figures may mislead.
 */
#ifndef CLIENT_BENCH_DOUBT_H
#define CLIENT_BENCH_DOUBT_H

#include "include/profbench.h"

/* Those that the timings raise by themselves. */
unsigned doubt_timings(const struct prof_bench_result *result);

/* PROF_BENCH_COARSE, where a timing is too short for the clock. */
unsigned doubt_clock(const struct prof_bench_result *result, double clock_cost);

#endif
