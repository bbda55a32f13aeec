/*
 * The two clocks: the monotonic one for how long to wait, the wall clock for what is told and
 * stored.
 */
#ifndef DAEMON_BASE_CLOCK_H
#define DAEMON_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define CLOCK_MILLISECOND INT64_C(1000000)
#define CLOCK_SECOND	  INT64_C(1000000000)
#define CLOCK_NEVER	  INT64_MAX

static inline int64_t clock_read(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * CLOCK_SECOND + t.tv_nsec;
}

static inline int64_t clock_monotonic(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

static inline int64_t clock_wall(void)
{
	return clock_read(CLOCK_REALTIME);
}

#endif
