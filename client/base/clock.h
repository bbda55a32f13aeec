/*
 * The clock that calls are timed with: the processor's time stamp counter where the kernel itself
 * trusts it, else CLOCK_MONOTONIC. It counts in ticks; seconds appear when pushing.
 */
#ifndef CLIENT_BASE_CLOCK_H
#define CLIENT_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
	double seconds; /* of one tick; 0: not yet calibrated */
	bool counter;	/* ticks are those of the time stamp counter, else nanoseconds */
};

extern struct clock clock_chosen;

/* Chooses and calibrates; takes up to 2 ms when the library was loaded just now. Any thread, any
 * number of times. */
void clock_start(void);

uint64_t clock_monotonic_ns(void);
int64_t clock_wall_ns(void);

/* The monotonic clock. */
static inline double clock_seconds(void)
{
	return (double)clock_monotonic_ns() * 1e-9;
}

static inline uint64_t clock_ticks(bool counter)
{
#if defined(__x86_64__)
	if (__builtin_expect(counter, 1))
		return __builtin_ia32_rdtsc();
#else
	(void)counter;
#endif
	return clock_monotonic_ns();
}

/* Ticks to whole nanoseconds, rounded down; monotone, so a sum that grows stays one that grows. */
uint64_t clock_ns(uint64_t ticks);

/* Nanoseconds to ticks, rounded up; UINT64_MAX stays. */
uint64_t clock_ticks_of_ns(uint64_t ns);

#endif
