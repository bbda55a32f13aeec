/*
 * Sets the wall clock of one program, for tests only: loaded with LD_PRELOAD it adds to the real
 * one the nanoseconds (8 bytes) that stand in the file PROF_TEST_CLOCK, which may change at any
 * time.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

static const int64_t *shift;

__attribute__((constructor)) static void open_shift(void)
{
	const char *name = getenv("PROF_TEST_CLOCK");
	int file = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
	void *map = MAP_FAILED;

	if (file >= 0) {
		map = mmap(NULL, sizeof(*shift), PROT_READ, MAP_SHARED, file, 0);
		close(file);
	}
	shift = map == MAP_FAILED ? NULL : map;
}

static int64_t wall_ns(void)
{
	struct timespec t;

	syscall(SYS_clock_gettime, CLOCK_REALTIME, &t);
	return t.tv_sec * SECOND + t.tv_nsec +
	       (shift == NULL ? 0 : __atomic_load_n(shift, __ATOMIC_RELAXED));
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int64_t now_ns;

	if (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE)
		return (int)syscall(SYS_clock_gettime, id, t);
	now_ns = wall_ns();
	t->tv_sec = now_ns / SECOND;
	t->tv_nsec = now_ns % SECOND;
	return 0;
}

int gettimeofday(struct timeval *t, void *zone)
{
	int64_t now_ns = wall_ns();

	(void)zone;
	t->tv_sec = now_ns / SECOND;
	t->tv_usec = now_ns % SECOND / 1000;
	return 0;
}

time_t time(time_t *to)
{
	time_t now = wall_ns() / SECOND;

	if (to != NULL)
		*to = now;
	return now;
}
