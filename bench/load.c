/*
 * Many simulated processes in one program, which push to a real profd: each the next time when its
 * last push is acked, that is on disk, or once in an interval. Tells how many pushes and standings
 * were committed in a second, run by run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#include "bench/simulate.h"
#include "proto/profd.pb-c.h"

#define RUNS_MAX 64

struct process {
	struct simulated simulated;
	void *socket;
	unsigned standings; /* in the push that is under way */
	int64_t pushed_ns, due_ns;
};

struct load {
	struct shape shape;
	unsigned processes, runs;
	double seconds, interval;
	bool brief; /* each push is that of a new process, which says goodbye */
	const char *endpoint;

	void *context;
	struct simulation *simulation;
	struct process *process;
	zmq_pollitem_t *items;
	uint64_t pushes, standings, calls;
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void die(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, zmq_strerror(errno));
	exit(1);
}

static void push(struct load *l, struct process *p)
{
	bool at_once = l->interval == 0.0;
	int64_t now = now_ns();
	struct pushed m;

	if (l->brief)
		simulation_begin(l->simulation, &p->simulated, p->simulated.number);
	m = simulation_push(l->simulation, &p->simulated, at_once, l->brief,
			    p->pushed_ns == 0 ? 1 : (uint64_t)(now - p->pushed_ns));
	if (zmq_send(p->socket, m.bytes, m.size, ZMQ_DONTWAIT) < 0)
		die("send");
	p->standings = m.standings;
	p->pushed_ns = now;
	l->calls += m.calls;
	p->due_ns = p->due_ns == 0 ? now : p->due_ns;
	p->due_ns += (int64_t)(l->interval * 1e9);
}

/* An ack: what was under way counts, and the process may push again. */
static void take_ack(struct load *l, struct process *p)
{
	zmq_msg_t message;
	Profd__Ack *ack;

	zmq_msg_init(&message);
	if (zmq_msg_recv(&message, p->socket, ZMQ_DONTWAIT) < 0)
		die("receive");
	ack = profd__ack__unpack(NULL, zmq_msg_size(&message), zmq_msg_data(&message));
	if (ack == NULL || ack->verdict != PROFD__VERDICT__VERDICT_SAFE) {
		fprintf(stderr, "load: refused: %s\n", ack == NULL ? "no ack" : ack->text);
		exit(1);
	}
	if (p->standings != 0 && ack->generation == p->simulated.generation) {
		l->pushes++;
		l->standings += p->standings;
		p->standings = 0;
		p->simulated.acked = ack->generation;
	}
	profd__ack__free_unpacked(ack, NULL);
	zmq_msg_close(&message);
}

static bool may_push(const struct load *l, const struct process *p, int64_t now)
{
	return p->standings == 0 && (l->interval == 0.0 || p->due_ns <= now);
}

static void turn(struct load *l, bool more)
{
	int64_t now = now_ns();
	int n;

	for (unsigned i = 0; more && i < l->processes; i++) {
		if (may_push(l, &l->process[i], now))
			push(l, &l->process[i]);
	}
	n = zmq_poll(l->items, (int)l->processes, l->interval == 0.0 ? 1000 : 1);
	if (n < 0 && errno != EINTR)
		die("poll");
	for (unsigned i = 0; n > 0 && i < l->processes; i++) {
		if ((l->items[i].revents & ZMQ_POLLIN) != 0)
			take_ack(l, &l->process[i]);
	}
}

static bool is_settled(const struct load *l)
{
	for (unsigned i = 0; i < l->processes; i++) {
		if (l->process[i].standings != 0)
			return false;
	}
	return true;
}

static void start(struct load *l)
{
	int linger = 0, unlimited = 0;

	l->context = zmq_ctx_new();
	zmq_ctx_set(l->context, ZMQ_MAX_SOCKETS, (int)l->processes + 16);
	l->simulation = simulation_new(&l->shape);
	l->process = calloc(l->processes, sizeof(*l->process));
	l->items = calloc(l->processes, sizeof(*l->items));
	if (l->simulation == NULL || l->process == NULL || l->items == NULL)
		die("memory");
	for (unsigned i = 0; i < l->processes; i++) {
		struct process *p = &l->process[i];

		p->socket = zmq_socket(l->context, ZMQ_DEALER);
		if (p->socket == NULL)
			die("socket");
		zmq_setsockopt(p->socket, ZMQ_LINGER, &linger, sizeof(linger));
		zmq_setsockopt(p->socket, ZMQ_SNDHWM, &unlimited, sizeof(unlimited));
		if (zmq_connect(p->socket, l->endpoint) != 0)
			die(l->endpoint);
		simulation_begin(l->simulation, &p->simulated, i);
		l->items[i] = (zmq_pollitem_t){.socket = p->socket, .events = ZMQ_POLLIN};
	}
}

/* All have told their paths; those with an interval are spread over it from here on. */
static void warm_up(struct load *l)
{
	int64_t now;
	double interval = l->interval;

	l->interval = 0.0;
	for (unsigned i = 0; i < l->processes; i++)
		push(l, &l->process[i]);
	while (!is_settled(l))
		turn(l, false);
	l->interval = interval;
	now = now_ns();
	for (unsigned i = 0; i < l->processes; i++)
		l->process[i].due_ns = now + (int64_t)(interval * 1e9 * (i + 1) / l->processes);
	printf("{\"ready\": true}\n");
	fflush(stdout);
}

static void print_runs(const char *name, const char *unit, const double *value, unsigned runs)
{
	printf("{\"name\": \"%s\", \"kept\": \"committed\", \"unit\": \"%s\", \"values\": [", name,
	       unit);
	for (unsigned i = 0; i < runs; i++)
		printf("%s%.6g", i == 0 ? "" : ", ", value[i]);
	printf("]}\n");
}

static void measure(struct load *l)
{
	double pushes[RUNS_MAX], standings[RUNS_MAX];

	for (unsigned run = 0; run < l->runs; run++) {
		int64_t begin = now_ns(), end = begin + (int64_t)(l->seconds * 1e9), now;
		uint64_t pushes_before = l->pushes, standings_before = l->standings;

		while ((now = now_ns()) < end)
			turn(l, true);
		pushes[run] = (double)(l->pushes - pushes_before) * 1e9 / (double)(now - begin);
		standings[run] =
			(double)(l->standings - standings_before) * 1e9 / (double)(now - begin);
	}
	while (!is_settled(l))
		turn(l, false);
	print_runs("pushes", "1/s", pushes, l->runs);
	print_runs("tallies", "1/s", standings, l->runs);
	printf("{\"calls\": %llu}\n", (unsigned long long)l->calls);
}

static void usage(void)
{
	fprintf(stderr,
		"usage: load ENDPOINT [--processes N] [--paths N] [--functions N] [--buckets N] "
		"[--changed N]\n            [--runs N] [--seconds S] [--interval S] [--brief 1]\n");
	exit(2);
}

static void read_option(struct load *l, const char *name, const char *value)
{
	const struct {
		const char *name;
		unsigned *to;
	} numbers[] = {{"--processes", &l->processes},	     {"--paths", &l->shape.paths},
		       {"--functions", &l->shape.functions}, {"--buckets", &l->shape.buckets},
		       {"--changed", &l->shape.changed},     {"--runs", &l->runs}};

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(name, numbers[i].name) == 0) {
			*numbers[i].to = (unsigned)atoi(value);
			return;
		}
	}
	if (strcmp(name, "--seconds") == 0)
		l->seconds = atof(value);
	else if (strcmp(name, "--interval") == 0)
		l->interval = atof(value);
	else if (strcmp(name, "--brief") == 0)
		l->brief = atoi(value) != 0;
	else
		usage();
}

int main(int argc, char **argv)
{
	struct load l = {.shape = {.paths = 1000, .functions = 1000, .buckets = 8},
			 .processes = 100,
			 .runs = 5,
			 .seconds = 1.0};

	if (argc < 2 || argc % 2 != 0)
		usage();
	l.endpoint = argv[1];
	for (int i = 2; i < argc; i += 2)
		read_option(&l, argv[i], argv[i + 1]);
	if (l.runs > RUNS_MAX || l.shape.paths == 0 || l.shape.functions == 0)
		usage();
	start(&l);
	warm_up(&l);
	measure(&l);
	for (unsigned i = 0; i < l.processes; i++)
		zmq_close(l.process[i].socket);
	zmq_ctx_term(l.context);
	simulation_free(l.simulation);
	free(l.process);
	free(l.items);
	return 0;
}
