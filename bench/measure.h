/*
 * How every program here measures: its figures in turn, run after run, so that what disturbs the
 * machine disturbs all of them alike; then one line of JSON for each. The floor, two bare readings
 * of the clock, is measured in the same runs.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MEASURE_RUNS_MAX 64

struct figure {
	const char *name;
	const char *kept;	  /* what it keeps of each call */
	void (*work)(long calls); /* does it so often */
	unsigned per;		  /* calls of the figure in one of these; 0: 1 */
	const char *added_to; /* what it costs more than this figure before it is a figure too */
	double value[MEASURE_RUNS_MAX];
};

struct measure {
	unsigned runs;
	long calls;
	const char *suffix; /* of the names: where the same program is run under other conditions */
};

static inline double measure_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The library's own choice of a clock: the counter where the kernel uses it as its clock. */
static inline bool measure_has_counter(void)
{
#if defined(__x86_64__)
	const char *file = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
	char text[8] = "";
	const char *choice = getenv("PROF_CLOCK");
	int fd = open(file, O_RDONLY);
	bool counter = fd >= 0 && read(fd, text, 4) == 4 && strcmp(text, "tsc\n") == 0;

	if (fd >= 0)
		close(fd);
	return counter && (choice == NULL || strcmp(choice, "monotonic") != 0);
#else
	return false;
#endif
}

static volatile uint64_t measure_sink;

__attribute__((noinline)) static void measure_floor(long calls)
{
	uint64_t sum = 0;
	struct timespec a, b;

#if defined(__x86_64__)
	if (measure_has_counter()) {
		for (long i = 0; i < calls; i++) {
			uint64_t begin = __builtin_ia32_rdtsc();

			sum += __builtin_ia32_rdtsc() - begin;
		}
		measure_sink = sum;
		return;
	}
#endif
	for (long i = 0; i < calls; i++) {
		clock_gettime(CLOCK_MONOTONIC, &a);
		clock_gettime(CLOCK_MONOTONIC, &b);
		sum += (uint64_t)(b.tv_nsec - a.tv_nsec);
	}
	measure_sink = sum;
}

static inline void measure_print(const char *name, const char *suffix, const char *kept,
				 const char *unit, const double *value, unsigned runs)
{
	printf("{\"name\": \"%s%s\", \"kept\": \"%s\", \"unit\": \"%s\", \"values\": [", name,
	       suffix, kept, unit);
	for (unsigned i = 0; i < runs; i++)
		printf("%s%.6g", i == 0 ? "" : ", ", value[i]);
	printf("]}\n");
	fflush(stdout);
}

/* --runs N, --calls N, --suffix TEXT; gives the index of the first other argument. */
static inline int measure_options(struct measure *m, int argc, char **argv)
{
	int i = 1;

	*m = (struct measure){5, 2000000, ""};
	for (; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--runs") == 0)
			m->runs = (unsigned)atoi(argv[i + 1]);
		else if (strcmp(argv[i], "--calls") == 0)
			m->calls = atol(argv[i + 1]);
		else if (strcmp(argv[i], "--suffix") == 0)
			m->suffix = argv[i + 1];
		else
			break;
	}
	if (m->runs > MEASURE_RUNS_MAX)
		m->runs = MEASURE_RUNS_MAX;
	return i;
}

static inline double measure_once(const struct figure *f, long calls)
{
	unsigned per = f->per == 0 ? 1 : f->per;
	long times = calls / per;
	double begin = measure_now();

	f->work(times);
	return (measure_now() - begin) / ((double)times * per);
}

static inline void measure_print_added(const struct measure *m, const struct figure *all,
				       const struct figure *f)
{
	double added[MEASURE_RUNS_MAX];
	char name[128];

	while (strcmp(all->name, f->added_to) != 0)
		all++;
	for (unsigned run = 0; run < m->runs; run++)
		added[run] = f->value[run] - all->value[run];
	snprintf(name, sizeof(name), "%s.added", f->name);
	measure_print(name, m->suffix, f->kept, "ns", added, m->runs);
}

/* Measures all figures, ended by one without a name, and the floor with them. */
static inline void measure_all(const struct measure *m, struct figure *figures)
{
	struct figure floor = {.name = "floor", .kept = "nothing", .work = measure_floor};

	for (struct figure *f = figures; f->name != NULL; f++)
		measure_once(f, m->calls / 10 + 1000);
	for (unsigned run = 0; run < m->runs; run++) {
		floor.value[run] = measure_once(&floor, m->calls);
		for (struct figure *f = figures; f->name != NULL; f++)
			f->value[run] = measure_once(f, m->calls);
	}
	measure_print(floor.name, m->suffix, floor.kept, "ns", floor.value, m->runs);
	for (struct figure *f = figures; f->name != NULL; f++) {
		measure_print(f->name, m->suffix, f->kept, "ns", f->value, m->runs);
		if (f->added_to != NULL)
			measure_print_added(m, figures, f);
	}
}

/*
 * The main of a program of figures. `--only NAME --calls N` does that figure N times and measures
 * nothing: for those who count instructions.
 */
static inline int measure_main(int argc, char **argv, struct figure *figures)
{
	struct measure m;
	int i = measure_options(&m, argc, argv);

	if (i == argc) {
		measure_all(&m, figures);
		return 0;
	}
	for (struct figure *f = figures; i + 1 < argc && f->name != NULL; f++) {
		if (strcmp(argv[i], "--only") == 0 && strcmp(argv[i + 1], f->name) == 0) {
			f->work(m.calls / (f->per == 0 ? 1 : f->per));
			return 0;
		}
	}
	fprintf(stderr, "usage: %s [--runs N] [--calls N] [--suffix TEXT] [--only FIGURE]\n",
		argv[0]);
	return 2;
}

#endif
