/*
 * Asking the kernel for the processor's counters.
 */
#include "client/bench/counters.h"

#include <linux/perf_event.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	uint64_t config;
	unsigned known;
	size_t offset;
} kinds[COUNTERS] = {
	{PERF_COUNT_HW_CPU_CYCLES, PROF_BENCH_KNOWS_CYCLES,
	 offsetof(struct prof_bench_profile, cycles)},
	{PERF_COUNT_HW_INSTRUCTIONS, PROF_BENCH_KNOWS_INSTRUCTIONS,
	 offsetof(struct prof_bench_profile, instructions)},
	{PERF_COUNT_HW_CACHE_MISSES, PROF_BENCH_KNOWS_CACHE_MISSES,
	 offsetof(struct prof_bench_profile, cache_misses)},
	{PERF_COUNT_HW_BRANCH_MISSES, PROF_BENCH_KNOWS_BRANCH_MISSES,
	 offsetof(struct prof_bench_profile, branch_misses)},
};

void counters_open(struct counters *counters)
{
	struct perf_event_attr attr;

	for (int i = 0; i < COUNTERS; i++) {
		memset(&attr, 0, sizeof(attr));
		attr.size = sizeof(attr);
		attr.type = PERF_TYPE_HARDWARE;
		attr.config = kinds[i].config;
		attr.disabled = 1;
		attr.exclude_kernel = 1;
		attr.exclude_hv = 1;
		attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
		counters->fds[i] =
			(int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	}
}

void counters_start(struct counters *counters)
{
	for (int i = 0; i < COUNTERS; i++)
		if (counters->fds[i] >= 0)
			ioctl(counters->fds[i], PERF_EVENT_IOC_ENABLE, 0);
}

void counters_finish(struct counters *counters, struct prof_bench_profile *profile)
{
	struct {
		uint64_t value, enabled, running;
	} read_now;

	for (int i = 0; i < COUNTERS; i++)
		if (counters->fds[i] >= 0)
			ioctl(counters->fds[i], PERF_EVENT_IOC_DISABLE, 0);
	for (int i = 0; i < COUNTERS; i++) {
		if (counters->fds[i] < 0)
			continue;
		/* One that had to share its place in the processor has counted a part only. */
		if (read(counters->fds[i], &read_now, sizeof(read_now)) ==
			    (ssize_t)sizeof(read_now) &&
		    read_now.running > 0 && read_now.running == read_now.enabled) {
			memcpy((char *)profile + kinds[i].offset, &read_now.value,
			       sizeof(read_now.value));
			profile->known |= kinds[i].known;
		}
		close(counters->fds[i]);
	}
}
