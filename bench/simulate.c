/*
 * The messages of simulated processes: made once, and only what changes is filled in again.
 */
#include "bench/simulate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/profd.pb-c.h"

#define BUCKETS_MAX  64
#define NAME_ROOM    24
#define FIRST_BUCKET (-1275) /* 1 us */
#define BUCKET_STEP  5

struct simulation {
	struct shape shape;
	uint64_t random;
	char (*names)[NAME_ROOM];
	Profd__Path *path, **paths;
	Profd__Standing *standing, **standings;
	Profd__Tally tally; /* that of all paths */
	int32_t index[BUCKETS_MAX];
	uint64_t count[BUCKETS_MAX];
	uint8_t *bytes;
	size_t room;
};

static bool make_messages(struct simulation *s)
{
	const struct shape *shape = &s->shape;

	s->names = calloc(shape->functions, sizeof(*s->names));
	s->path = calloc(shape->paths, sizeof(*s->path));
	s->paths = calloc(shape->paths, sizeof(*s->paths));
	s->standing = calloc(shape->paths, sizeof(*s->standing));
	s->standings = calloc(shape->paths, sizeof(*s->standings));
	if (s->names == NULL || s->path == NULL || s->paths == NULL || s->standing == NULL ||
	    s->standings == NULL)
		return false;
	for (unsigned i = 0; i < shape->functions; i++)
		snprintf(s->names[i], NAME_ROOM, "load.%u", i);
	for (unsigned i = 0; i < shape->paths; i++) {
		profd__path__init(&s->path[i]);
		s->paths[i] = &s->path[i];
		s->path[i].id = i + 1;
		s->path[i].parent = i == 0 ? 0 : (i - 1) / 8 + 1;
		profd__standing__init(&s->standing[i]);
		s->standings[i] = &s->standing[i];
		s->standing[i].returned = &s->tally;
	}
	return true;
}

struct simulation *simulation_new(const struct shape *shape)
{
	struct simulation *s = calloc(1, sizeof(*s));
	struct timespec now;

	if (s == NULL)
		return NULL;
	clock_gettime(CLOCK_REALTIME, &now);
	s->random = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
	s->shape = *shape;
	if (s->shape.buckets > BUCKETS_MAX)
		s->shape.buckets = BUCKETS_MAX;
	if (s->shape.changed == 0)
		s->shape.changed = s->shape.paths;
	profd__tally__init(&s->tally);
	s->tally.index = s->index;
	s->tally.count = s->count;
	s->tally.n_index = s->tally.n_count = s->shape.buckets;
	for (unsigned i = 0; i < s->shape.buckets; i++)
		s->index[i] = i == 0 ? FIRST_BUCKET : BUCKET_STEP;
	s->tally.min_ns = 1000;
	s->tally.max_ns = 1000 + 100 * s->shape.buckets;
	if (!make_messages(s)) {
		simulation_free(s);
		return NULL;
	}
	return s;
}

void simulation_free(struct simulation *s)
{
	if (s == NULL)
		return;
	free(s->names);
	free(s->path);
	free(s->paths);
	free(s->standing);
	free(s->standings);
	free(s->bytes);
	free(s);
}

void simulation_begin(struct simulation *s, struct simulated *p, unsigned number)
{
	*p = (struct simulated){.number = number};
	for (unsigned i = 0; i < sizeof(p->key); i++) {
		s->random = s->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
		p->key[i] = (uint8_t)(s->random >> 56);
	}
}

static void fill_standings(struct simulation *s, struct simulated *p, Profd__Push *push)
{
	unsigned told = p->acked == 0 ? s->shape.paths : s->shape.changed;

	if (p->next == 0)
		p->rounds++;
	for (unsigned i = 0; i < s->shape.buckets; i++)
		s->count[i] = p->rounds;
	s->tally.sum_ns = p->rounds * s->shape.buckets * 1200;
	for (unsigned i = 0; i < told; i++) {
		s->standing[i].path = p->next + i + 1;
		s->standing[i].epoch = push->epoch;
	}
	p->next = (p->next + told) % s->shape.paths;
	push->standings = s->standings;
	push->n_standings = told;
}

static bool pack(struct simulation *s, const Profd__Push *push, size_t *size)
{
	*size = profd__push__get_packed_size(push);
	if (*size > s->room) {
		free(s->bytes);
		s->room = *size * 2;
		s->bytes = malloc(s->room);
		if (s->bytes == NULL)
			return false;
	}
	profd__push__pack(push, s->bytes);
	return true;
}

struct pushed simulation_push(struct simulation *s, struct simulated *p, bool flush, bool goodbye,
			      uint64_t span_ns)
{
	Profd__Push push = PROFD__PUSH__INIT;
	struct pushed pushed = {0};

	push.version = PROF_PROTOCOL;
	push.process = (ProtobufCBinaryData){sizeof(p->key), p->key};
	push.generation = ++p->generation;
	push.since = p->acked;
	push.program = (char *)"load";
	push.pid = 1;
	push.started_at_ns = 1;
	push.flush = flush;
	push.goodbye = goodbye;
	push.span_ns = span_ns;
	push.policy = 1;
	fill_standings(s, p, &push);
	if (p->acked == 0) {
		for (unsigned i = 0; i < s->shape.paths; i++)
			s->path[i].function =
				s->names[(p->number * s->shape.paths + i) % s->shape.functions];
		push.paths = s->paths;
		push.n_paths = s->shape.paths;
	}
	if (!pack(s, &push, &pushed.size))
		abort();
	pushed.bytes = s->bytes;
	pushed.standings = (unsigned)push.n_standings;
	pushed.calls = (uint64_t)push.n_standings * s->shape.buckets;
	return pushed;
}
