/*
 * What the library takes of its host's memory: per function, per thread, per path of a thread, and
 * whether that grows with the calls.
 */
#include <profclient.h>

#include <pthread.h>

#include "measure.h"

#define MANY	1000
#define OCTAVES 4

/* Resident pages that belong to nobody else, in bytes. */
static double own_memory(void)
{
	long size = 0, resident = 0, shared = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%ld %ld %ld", &size, &resident, &shared) != 3)
		exit(1);
	fclose(f);
	return (double)(resident - shared) * (double)sysconf(_SC_PAGESIZE);
}

static void tell(const struct measure *m, const char *name, const char *kept, double bytes)
{
	measure_print(name, m->suffix, kept, "bytes", &bytes, 1);
}

static prof_function *function[MANY];

static void find_functions(void)
{
	char name[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "bench.memory%d", i);
		if (prof_lookup(name, &function[i]) != PROF_OK)
			exit(1);
	}
}

/* 1 us to 8 us and on: each octave is hit. */
static void call_all(void)
{
	for (int i = 0; i < MANY; i++) {
		for (int octave = 0; octave < OCTAVES; octave++)
			prof_function_record(function[i], 1.1e-6 * (double)(1 << octave), NULL);
	}
}

struct gates {
	pthread_barrier_t counted, measured;
};

static void *stay(void *data)
{
	struct gates *g = data;

	prof_function_record(function[0], 1e-6, NULL);
	pthread_barrier_wait(&g->counted);
	pthread_barrier_wait(&g->measured);
	return NULL;
}

static void *stay_plain(void *data)
{
	struct gates *g = data;

	pthread_barrier_wait(&g->counted);
	pthread_barrier_wait(&g->measured);
	return NULL;
}

#define THREADS 64

/* What so many threads take, which do `body` and wait. */
static double with_threads(void *body(void *))
{
	pthread_t thread[THREADS];
	struct gates gates;
	double before = own_memory(), taken;

	pthread_barrier_init(&gates.counted, NULL, THREADS + 1);
	pthread_barrier_init(&gates.measured, NULL, THREADS + 1);
	for (int i = 0; i < THREADS; i++) {
		if (pthread_create(&thread[i], NULL, body, &gates) != 0)
			exit(1);
	}
	pthread_barrier_wait(&gates.counted);
	taken = own_memory() - before;
	pthread_barrier_wait(&gates.measured);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	return taken;
}

static void call_often(long calls)
{
	for (long i = 0; i < calls; i++) {
		PROF_SCOPE("bench.often");
	}
}

int main(int argc, char **argv)
{
	struct measure m;
	double before, plain;

	measure_options(&m, argc, argv);
	prof_record("bench.first", 1e-6, NULL);
	before = own_memory();
	find_functions();
	tell(&m, "memory.function", "its name and number", (own_memory() - before) / MANY);
	before = own_memory();
	call_all();
	tell(&m, "memory.path", "tally of 4 octaves", (own_memory() - before) / MANY);
	plain = with_threads(stay_plain);
	before = with_threads(stay_plain);
	tell(&m, "memory.thread", "one path, its open calls",
	     (with_threads(stay) - (before < plain ? before : plain)) / THREADS);
	call_often(m.calls / 10);
	before = own_memory();
	call_often(m.calls - m.calls / 10);
	tell(&m, "memory.growth", "the same path", own_memory() - before);
	return 0;
}
