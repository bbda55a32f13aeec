/*
 * The ledger and the store without sockets. `merge`: tallies merged in a second by the ledger
 * alone, and by both. `history`: makes a database of many functions and a long time, window by
 * window as profd would, for those who measure its size and how long profd takes to start with it.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/simulate.h"
#include "daemon/base/peer.h"
#include "daemon/ledger/batch.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/store.h"
#include "proto/wire.h"

#define RUNS_MAX 64
#define SECOND	 INT64_C(1000000000)

static int64_t now_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec;
}

static void die(const char *why)
{
	fprintf(stderr, "inside: %s\n", why);
	exit(1);
}

struct inside {
	struct ledger *ledger;
	struct store *store; /* NULL: what is collected counts as committed */
	struct simulation *simulation;
	struct simulated *process;
	unsigned processes;
	struct wire_arena arena;
	uint64_t standings;
};

static void open_inside(struct inside *in, const struct shape *shape, const char *database)
{
	struct ledger_limits limits;
	char why[512] = "";

	ledger_limits_init(&limits);
	in->ledger = ledger_new(&limits);
	in->simulation = simulation_new(shape);
	in->process = calloc(in->processes, sizeof(*in->process));
	wire_arena_init(&in->arena, SIZE_MAX / 2);
	if (in->ledger == NULL || in->simulation == NULL || in->process == NULL)
		die("no memory");
	for (unsigned i = 0; i < in->processes; i++)
		simulation_begin(in->simulation, &in->process[i], i);
	if (database == NULL)
		return;
	if (store_open(&in->store, database, in->ledger, why, sizeof(why)) > STORE_CREATED ||
	    !store_start(in->store))
		die(why);
}

static void close_inside(struct inside *in)
{
	if (in->store != NULL)
		store_close(in->store);
	ledger_free(in->ledger);
	simulation_free(in->simulation);
	wire_arena_deinit(&in->arena);
	free(in->process);
}

static void merge(struct inside *in, struct simulated *p, int64_t at_ns, uint64_t span_ns)
{
	static const struct peer peer = {.uid = 1000, .gid = 1000};
	struct pushed m = simulation_push(in->simulation, p, false, false, span_ns);
	const char *why = "";
	Profd__Push *push;

	push = profd__push__unpack(&in->arena.allocator, m.size, m.bytes);
	if (push == NULL ||
	    ledger_merge(in->ledger, push, &peer, at_ns, NULL, NULL, &why) != LEDGER_MERGED)
		die(why);
	wire_arena_reset(&in->arena);
	in->standings += m.standings;
	p->acked = p->generation;
}

static void finish_batch(struct inside *in)
{
	struct pollfd done = {.events = POLLIN};
	struct batch *batch;
	char why[512] = "";
	bool committed;

	if (in->store == NULL || !store_is_busy(in->store))
		return;
	done.fd = store_fd(in->store);
	while (poll(&done, 1, -1) < 0 && errno == EINTR)
		;
	batch = store_get(in->store, &committed, why, sizeof(why));
	if (!committed)
		die(why);
	ledger_committed(in->ledger, batch);
}

static void commit(struct inside *in, int64_t at_ns)
{
	struct batch *batch;

	finish_batch(in);
	batch = ledger_collect(in->ledger, at_ns);
	if (batch == NULL)
		return;
	if (in->store != NULL)
		store_put(in->store, batch);
	else
		ledger_committed(in->ledger, batch);
}

/* Tallies in a second; all processes push, then a batch is collected, over and over. */
static double merge_for(struct inside *in, double seconds)
{
	int64_t begin = now_ns(CLOCK_MONOTONIC), now = begin;
	uint64_t before = in->standings;

	while (now < begin + (int64_t)(seconds * 1e9)) {
		int64_t wall = now_ns(CLOCK_REALTIME);

		for (unsigned i = 0; i < in->processes; i++)
			merge(in, &in->process[i], wall, 1);
		commit(in, wall);
		now = now_ns(CLOCK_MONOTONIC);
	}
	finish_batch(in);
	return (double)(in->standings - before) * 1e9 / (double)(now_ns(CLOCK_MONOTONIC) - begin);
}

static void measure_merge(const char *name, unsigned processes, const struct shape *shape,
			  const char *database, unsigned runs, double seconds)
{
	struct inside in = {.processes = processes};

	open_inside(&in, shape, database);
	merge_for(&in, 0.0);
	printf("{\"name\": \"%s\", \"kept\": \"%s\", \"unit\": \"1/s\", \"values\": [", name,
	       database == NULL ? "in memory" : "committed");
	for (unsigned run = 0; run < runs; run++)
		printf("%s%.6g", run == 0 ? "" : ", ", merge_for(&in, seconds));
	printf("]}\n");
	fflush(stdout);
	close_inside(&in);
}

/* A push of all functions in each hour of the past, so that each has a window of each length. */
static void make_history(const char *database, unsigned functions, unsigned hours)
{
	struct shape shape = {.paths = functions, .functions = functions, .buckets = 32};
	struct inside in = {.processes = 1};
	int64_t hour = 3600 * SECOND, now = now_ns(CLOCK_REALTIME), begin = now - hours * hour;

	open_inside(&in, &shape, database);
	for (unsigned i = 0; i <= hours; i++) {
		int64_t at_ns = begin + i * hour;

		merge(&in, &in.process[0], at_ns, 10 * (uint64_t)SECOND);
		commit(&in, at_ns);
		if (isatty(2))
			fprintf(stderr, "\r%u of %u hours", i, hours);
	}
	finish_batch(&in);
	close_inside(&in);
	if (isatty(2))
		fprintf(stderr, "\n");
}

static void usage(void)
{
	fprintf(stderr, "usage: inside merge DATABASE PROCESSES PATHS RUNS SECONDS\n"
			"       inside history DATABASE FUNCTIONS HOURS\n");
	exit(2);
}

int main(int argc, char **argv)
{
	if (argc == 7 && strcmp(argv[1], "merge") == 0) {
		unsigned processes = (unsigned)atoi(argv[3]), paths = (unsigned)atoi(argv[4]);
		unsigned runs = (unsigned)atoi(argv[5]);
		struct shape shape = {.paths = paths, .functions = paths, .buckets = 8};

		measure_merge("inside.ledger", processes, &shape, NULL, runs, atof(argv[6]));
		measure_merge("inside.store", processes, &shape, argv[2], runs, atof(argv[6]));
	} else if (argc == 5 && strcmp(argv[1], "history") == 0) {
		make_history(argv[2], (unsigned)atoi(argv[3]), (unsigned)atoi(argv[4]));
	} else {
		usage();
	}
	return 0;
}
