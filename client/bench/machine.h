/*
 * The machine that timings are taken on.
 */
#ifndef CLIENT_BENCH_MACHINE_H
#define CLIENT_BENCH_MACHINE_H

/* Seconds that one reading of the clock takes; measured once in a process. */
double machine_clock_cost(void);

/* PROF_BENCH_GOVERNOR and PROF_BENCH_LOADED, as bits, as things are now. */
unsigned machine_doubts(void);

#endif
