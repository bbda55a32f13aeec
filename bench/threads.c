/*
 * Whether threads that time the same function slow each other down: one thread alone, then one on
 * each core, in turn.
 */
#include <profclient.h>

#include <pthread.h>
#include <sched.h>

#include "measure.h"

#define CORES_MAX 64

struct worker {
	pthread_t thread;
	pthread_barrier_t *gate;
	void (*work)(long calls);
	long calls;
	int core;
	double ns; /* a call */
};

static int cores[CORES_MAX], core_count;

static void empty(long calls)
{
	for (long i = 0; i < calls; i++) {
		PROF_SCOPE("bench.shared");
	}
}

static void *run(void *data)
{
	struct worker *w = data;
	cpu_set_t set;
	double begin;

	CPU_ZERO(&set);
	CPU_SET(w->core, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	w->work(w->calls / 10);
	pthread_barrier_wait(w->gate);
	begin = measure_now();
	w->work(w->calls);
	w->ns = (measure_now() - begin) / (double)w->calls;
	return NULL;
}

/* The cost of a call, on the thread that it cost most. */
static double with_threads(void (*work)(long calls), long calls, int threads)
{
	struct worker worker[CORES_MAX];
	pthread_barrier_t gate;
	double most = 0.0;

	pthread_barrier_init(&gate, NULL, (unsigned)threads);
	for (int i = 0; i < threads; i++) {
		worker[i] = (struct worker){
			.gate = &gate, .work = work, .calls = calls, .core = cores[i]};
		if (pthread_create(&worker[i].thread, NULL, run, &worker[i]) != 0)
			exit(1);
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(worker[i].thread, NULL);
		if (worker[i].ns > most)
			most = worker[i].ns;
	}
	pthread_barrier_destroy(&gate);
	return most;
}

static void find_cores(void)
{
	cpu_set_t set;

	sched_getaffinity(0, sizeof(set), &set);
	for (int i = 0; i < CPU_SETSIZE && core_count < CORES_MAX; i++) {
		if (CPU_ISSET(i, &set))
			cores[core_count++] = i;
	}
}

int main(int argc, char **argv)
{
	static double floor_of[8][MEASURE_RUNS_MAX], scope_of[8][MEASURE_RUNS_MAX];
	struct measure m;
	char name[32];

	measure_options(&m, argc, argv);
	find_cores();
	for (unsigned run_at = 0; run_at < m.runs; run_at++) {
		for (int i = 0; i < 7 && 1 << i <= core_count; i++) {
			floor_of[i][run_at] = with_threads(measure_floor, m.calls, 1 << i);
			scope_of[i][run_at] = with_threads(empty, m.calls, 1 << i);
		}
	}
	for (int i = 0; i < 7 && 1 << i <= core_count; i++) {
		snprintf(name, sizeof(name), i == 0 ? "floor" : "threads.floor.%d", 1 << i);
		measure_print(name, m.suffix, "nothing", "ns", floor_of[i], m.runs);
		snprintf(name, sizeof(name), "threads.%d", 1 << i);
		measure_print(name, m.suffix, "histogram and path", "ns", scope_of[i], m.runs);
	}
	for (unsigned run_at = 0; core_count > 1 && run_at < m.runs; run_at++)
		scope_of[7][run_at] = scope_of[1][run_at] / scope_of[0][run_at];
	if (core_count > 1)
		measure_print("threads.two_to_one", m.suffix, "histogram and path", "ratio",
			      scope_of[7], m.runs);
	return 0;
}
