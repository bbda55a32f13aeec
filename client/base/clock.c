/*
 * Choosing the clock, and its rate against CLOCK_MONOTONIC.
 */
#include "client/base/clock.h"

#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct clock clock_chosen;

/* Time between the two readings that give the rate: each is off by some 20 ns, so the rate by 20
 * ppm at most. */
#define CALIBRATION_NS 2000000

/* Fixed point of ns a tick: 2^-40 ns, which a day of ticks turns into an error below 0.1 ms in
 * 10^9. */
#define FRACTION 40

struct reading {
	uint64_t ticks, ns;
};

static struct reading at_load;
static uint64_t ns_per_tick; /* << FRACTION */
static pthread_once_t once = PTHREAD_ONCE_INIT;

uint64_t clock_monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int64_t clock_wall_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Both clocks at one moment: of a few tries the one whose two counter readings are closest. */
static struct reading read_both(void)
{
	struct reading best = {0, 0};
	uint64_t narrowest = UINT64_MAX;

	for (int i = 0; i < 8; i++) {
		uint64_t before = clock_ticks(true);
		uint64_t ns = clock_monotonic_ns();
		uint64_t width = clock_ticks(true) - before;

		if (width < narrowest) {
			narrowest = width;
			best = (struct reading){before + width / 2, ns};
		}
	}
	return best;
}

/* The kernel's own judgement: it uses the counter as its clock only while that is invariant and
 * synchronous. */
static bool is_counter_trusted(void)
{
#if defined(__x86_64__)
	static const char file[] =
		"/sys/devices/system/clocksource/clocksource0/current_clocksource";
	char text[8] = "";
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n >= 4 && strncmp(text, "tsc\n", 4) == 0;
#else
	return false;
#endif
}

__attribute__((constructor)) static void note_load(void)
{
	at_load = read_both();
}

static bool is_counter_unwanted(void)
{
	const char *value = secure_getenv("PROF_CLOCK");

	return value != NULL && strcmp(value, "monotonic") == 0;
}

static void calibrate(void)
{
	struct reading now;
	double rate = 1.0;

	clock_chosen.counter = !is_counter_unwanted() && is_counter_trusted();
	if (clock_chosen.counter) {
		do
			now = read_both();
		while (now.ns - at_load.ns < CALIBRATION_NS);
		rate = (double)(now.ns - at_load.ns) / (double)(now.ticks - at_load.ticks);
	}
	ns_per_tick = (uint64_t)llround(rate * (double)(UINT64_C(1) << FRACTION));
	clock_chosen.seconds = (double)ns_per_tick / (double)(UINT64_C(1) << FRACTION) * 1e-9;
}

void clock_start(void)
{
	pthread_once(&once, calibrate);
}

uint64_t clock_ns(uint64_t ticks)
{
	return (uint64_t)((unsigned __int128)ticks * ns_per_tick >> FRACTION);
}

uint64_t clock_ticks_of_ns(uint64_t ns)
{
	unsigned __int128 ticks;

	if (ns == UINT64_MAX)
		return ns;
	ticks = (((unsigned __int128)ns << FRACTION) + ns_per_tick - 1) / ns_per_tick;
	return ticks > UINT64_MAX ? UINT64_MAX : (uint64_t)ticks;
}
