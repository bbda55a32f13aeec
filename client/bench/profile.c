/*
 * One call, looked at from all sides. What costs time to look at is read outside of the wall time.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "client/bench/counters.h"
#include "client/bench/machine.h"
#include "client/base/clock.h"
#include "client/bench/heap.h"

/* Before and after the call. */
struct moment {
	struct rusage usage;
	struct timespec cpu;
	int64_t heap, resident;
	bool has_usage, has_resident, has_cpu;
};

struct look {
	unsigned wanted;
	struct moment before, after;
	struct counters counters;
	heap_end_function *heap_end; /* NULL: nobody counts */
	bool has_peak;		     /* the kernel set the peak of resident memory back */
	int64_t peak;
};

static int64_t heap_in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return (int64_t)(info.uordblks + info.hblkhd);
}

/* Reads without malloc, so that looking changes nothing. */
static bool read_status(const char *key, int64_t *bytes)
{
	char text[4096];
	const char *found;
	ssize_t length;
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	length = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	found = strstr(text, key);
	if (found == NULL)
		return false;
	*bytes = strtoll(found + strlen(key), NULL, 10) * 1024;
	return true;
}

/* "5" sets the peak back to what is resident now (proc(5)). */
static bool reset_peak(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, "5", 1) == 1;
	close(fd);
	return done;
}

static void look(struct moment *m, unsigned wanted)
{
	if (wanted & PROF_BENCH_HEAP)
		m->heap = heap_in_use();
	if (wanted & PROF_BENCH_RESIDENT)
		m->has_resident = read_status("\nVmRSS:", &m->resident);
	if (wanted & (PROF_BENCH_CPU | PROF_BENCH_FAULTS | PROF_BENCH_SWITCHES))
		m->has_usage = getrusage(RUSAGE_THREAD, &m->usage) == 0;
	if (wanted & PROF_BENCH_CPU)
		m->has_cpu = clock_gettime(CLOCK_THREAD_CPUTIME_ID, &m->cpu) == 0;
}

static void begin(struct look *l)
{
	heap_begin_function *heap_begin = NULL;
	heap_end_function *heap_end = NULL;

	if (l->wanted & PROF_BENCH_COUNTERS)
		counters_open(&l->counters);
	if (l->wanted & PROF_BENCH_HEAP) {
		heap_begin = (heap_begin_function *)dlsym(RTLD_DEFAULT, HEAP_BEGIN);
		heap_end = (heap_end_function *)dlsym(RTLD_DEFAULT, HEAP_END);
	}
	if (l->wanted & PROF_BENCH_RESIDENT)
		l->has_peak = reset_peak();
	look(&l->before, l->wanted);
	if (heap_begin != NULL && heap_end != NULL && heap_begin() != 0)
		l->heap_end = heap_end;
	if (l->wanted & PROF_BENCH_COUNTERS)
		counters_start(&l->counters);
}

static void end(struct look *l, struct prof_bench_profile *p)
{
	struct heap_counts counts;

	if (l->wanted & PROF_BENCH_COUNTERS)
		counters_finish(&l->counters, p);
	if (l->heap_end != NULL) {
		l->heap_end(&counts);
		p->heap_peak = counts.peak;
		p->known |= PROF_BENCH_KNOWS_HEAP_PEAK;
	}
	look(&l->after, l->wanted);
	if (l->has_peak)
		l->has_peak = read_status("\nVmHWM:", &l->peak);
	if (l->wanted & PROF_BENCH_HEAP) {
		p->heap_change = l->heap_end != NULL ? counts.now : l->after.heap - l->before.heap;
		p->known |= PROF_BENCH_KNOWS_HEAP;
	}
}

static double seconds(const struct timeval *before, const struct timeval *after)
{
	return (double)(after->tv_sec - before->tv_sec) +
	       1e-6 * (double)(after->tv_usec - before->tv_usec);
}

static void tell_usage(const struct look *l, struct prof_bench_profile *p)
{
	const struct rusage *before = &l->before.usage, *after = &l->after.usage;

	if (l->before.has_cpu && l->after.has_cpu) {
		p->cpu = (double)(l->after.cpu.tv_sec - l->before.cpu.tv_sec) +
			 1e-9 * (double)(l->after.cpu.tv_nsec - l->before.cpu.tv_nsec);
		p->user = seconds(&before->ru_utime, &after->ru_utime);
		p->system = seconds(&before->ru_stime, &after->ru_stime);
		p->known |= PROF_BENCH_KNOWS_CPU;
	}
	if (l->wanted & PROF_BENCH_FAULTS) {
		p->minor_faults = (uint64_t)(after->ru_minflt - before->ru_minflt);
		p->major_faults = (uint64_t)(after->ru_majflt - before->ru_majflt);
		p->known |= PROF_BENCH_KNOWS_FAULTS;
	}
	if (l->wanted & PROF_BENCH_SWITCHES) {
		p->voluntary_switches = (uint64_t)(after->ru_nvcsw - before->ru_nvcsw);
		p->involuntary_switches = (uint64_t)(after->ru_nivcsw - before->ru_nivcsw);
		p->known |= PROF_BENCH_KNOWS_SWITCHES;
	}
}

static void tell_resident(const struct look *l, struct prof_bench_profile *p)
{
	if (!l->before.has_resident || !l->after.has_resident)
		return;
	p->resident_change = l->after.resident - l->before.resident;
	p->known |= PROF_BENCH_KNOWS_RESIDENT;
	if (l->has_peak) {
		p->resident_peak = l->peak - l->before.resident;
		p->known |= PROF_BENCH_KNOWS_RESIDENT_PEAK;
	}
}

prof_error prof_bench_profile(prof_bench_function function, void *argument, unsigned wanted,
			      struct prof_bench_profile **profile)
{
	struct prof_bench_profile *p;
	struct look l = {.wanted = wanted};
	double cost = machine_clock_cost(), taken;
	uint64_t started, ended;

	if (function == NULL || profile == NULL)
		return PROF_BAD_ARGUMENT;
	if ((wanted & ~(unsigned)PROF_BENCH_ALL) != 0)
		return PROF_BAD_OPTION;
	p = calloc(1, sizeof(*p)); /* before the first look at the heap */
	if (p == NULL)
		return PROF_NO_MEMORY;
	begin(&l);
	started = clock_ticks(clock_chosen.counter);
	p->returned = function(argument);
	ended = clock_ticks(clock_chosen.counter);
	end(&l, p);
	taken = (double)(ended - started) * clock_chosen.seconds - cost;
	p->wall = taken > 0 ? taken : 0;
	if (l.before.has_usage && l.after.has_usage)
		tell_usage(&l, p);
	tell_resident(&l, p);
	*profile = p;
	return PROF_OK;
}
