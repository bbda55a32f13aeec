/*
 * What is known of the machine.
 */
#include "client/bench/machine.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "client/base/clock.h"
#include "include/profbench.h"
#include "proto/name.h"

#define READINGS 1000
#define TRIES	 9

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "gcc " __VERSION__
#endif

static pthread_once_t once = PTHREAD_ONCE_INIT;
static double clock_cost;

/* The shortest of a few tries: what is longer was interrupted. */
static void measure_clock(void)
{
	uint64_t least = UINT64_MAX;

	clock_start();
	for (int try = 0; try < TRIES; try++) {
		uint64_t begin = clock_ticks(clock_chosen.counter), end = begin;

		for (int i = 0; i < READINGS; i++)
			end = clock_ticks(clock_chosen.counter);
		if (end - begin < least)
			least = end - begin;
	}
	clock_cost = (double)least * clock_chosen.seconds / READINGS;
}

double machine_clock_cost(void)
{
	pthread_once(&once, measure_clock);
	return clock_cost;
}

/* The first line of a file, or what follows `key` and a colon in it. "" if there is none. */
static void read_line(char *to, size_t room, const char *path, const char *key)
{
	FILE *file = fopen(path, "re");
	char line[512];

	to[0] = '\0';
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		const char *value = line;

		if (key != NULL) {
			value = strchr(line, ':');
			if (value == NULL || strncmp(line, key, strlen(key)) != 0)
				continue;
			value++;
		}
		value += strspn(value, " \t");
		name_copy(to, room, value, strcspn(value, "\n"));
		break;
	}
	fclose(file);
}

static double read_load(void)
{
	double load;

	return getloadavg(&load, 1) == 1 ? load : -1;
}

static unsigned processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : (unsigned)count;
}

static void read_governor(char *to, size_t room)
{
	read_line(to, room, "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", NULL);
}

static unsigned judge(const char *governor, double load, unsigned count)
{
	unsigned doubts = 0;

	if (governor[0] != '\0' && strcmp(governor, "performance") != 0)
		doubts |= 1u << PROF_BENCH_GOVERNOR;
	if (load - 1 > 0.5 * count)
		doubts |= 1u << PROF_BENCH_LOADED;
	return doubts;
}

unsigned machine_doubts(void)
{
	char governor[32];

	read_governor(governor, sizeof(governor));
	return judge(governor, read_load(), processors());
}

/* A machine with room for its texts, so that both are freed as one. */
struct described {
	struct prof_bench_machine machine;
	char name[256], kernel[128], architecture[64], processor[128], governor[32];
};

static void read_texts(struct described *d)
{
	struct utsname names;

	if (uname(&names) == 0) {
		name_copy(d->name, sizeof(d->name), names.nodename, strlen(names.nodename));
		snprintf(d->kernel, sizeof(d->kernel), "%.60s %.64s", names.sysname, names.release);
		name_copy(d->architecture, sizeof(d->architecture), names.machine,
			  strlen(names.machine));
	}
	read_line(d->processor, sizeof(d->processor), "/proc/cpuinfo", "model name");
	read_governor(d->governor, sizeof(d->governor));
}

prof_error prof_bench_get_machine(struct prof_bench_machine **machine)
{
	struct prof_bench_machine *m;
	struct described *d;

	if (machine == NULL)
		return PROF_BAD_ARGUMENT;
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return PROF_NO_MEMORY;
	read_texts(d);
	m = &d->machine;
	m->name = d->name;
	m->kernel = d->kernel;
	m->architecture = d->architecture;
	m->processor = d->processor;
	m->governor = d->governor;
	m->processors = processors();
	m->load = read_load();
	m->clock_cost = machine_clock_cost();
	m->clock = clock_chosen.counter ? "tsc" : "monotonic";
	m->compiler = COMPILER;
	m->doubts = judge(m->governor, m->load, m->processors);
	*machine = m;
	return PROF_OK;
}
