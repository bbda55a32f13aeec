/*
 * Simulated processes, whose messages are really packed and unpacked.
 */
#include "tests/simulated.h"

#include <stdlib.h>
#include <string.h>

#include "proto/wire.h"
#include "tests/suite.h"

void simulated_init(struct simulated *p, const char *program, uint64_t seed)
{
	struct random random = {seed};

	memset(p, 0, sizeof(*p));
	for (unsigned i = 0; i < sizeof(p->key); i++)
		p->key[i] = (uint8_t)random_next(&random);
	p->program = program;
	p->peer = (struct peer){.uid = 1000, .gid = 1000, .pid = (int32_t)(seed % 30000) + 2};
}

void simulated_deinit(struct simulated *p)
{
	for (uint32_t i = 0; i < p->paths; i++) {
		tally_deinit(&p->path[i].returned);
		tally_deinit(&p->path[i].failed);
	}
	p->paths = 0;
}

uint32_t simulated_define(struct simulated *p, uint32_t parent, const char *function)
{
	struct simulated_path *path = &p->path[p->paths++];

	path->parent = parent;
	path->epoch = p->epoch;
	strncpy(path->function, function, sizeof(path->function) - 1);
	tally_init(&path->returned);
	tally_init(&path->failed);
	return p->paths;
}

/* As in the client: whoever first counts after the epoch was told, begins min and max anew. */
static void enter_epoch(const struct simulated *p, struct simulated_path *path)
{
	if (path->epoch == p->epoch)
		return;
	path->epoch = p->epoch;
	path->returned.min_ns = path->failed.min_ns = UINT64_MAX;
	path->returned.max_ns = path->failed.max_ns = 0;
}

void simulated_call(struct simulated *p, uint32_t id, uint64_t ns, bool failed, bool slow)
{
	struct simulated_path *path = &p->path[id - 1];

	enter_epoch(p, path);
	/* Each assertion writes a message to a file, which suites with small disks must not fill.
	 */
	if (!tally_add(failed ? &path->failed : &path->returned, ns, 1))
		ck_abort();
	path->slow += slow;
}

void simulated_learn_epoch(struct simulated *p, uint64_t epoch)
{
	p->epoch = epoch;
}

/* What the message lends while it is packed. */
struct parts {
	Profd__Path path[SIMULATED_PATHS], *paths[SIMULATED_PATHS];
	Profd__Standing standing[SIMULATED_PATHS], *standings[SIMULATED_PATHS];
	Profd__Tally tally[SIMULATED_PATHS][2];
	int32_t index[SIMULATED_PATHS][2][64];
	uint64_t count[SIMULATED_PATHS][2][64];
	Profd__Event *events[1];
};

static void write_tally(Profd__Tally *message, const struct tally *t, int32_t *index,
			uint64_t *count)
{
	if (t->histogram.used > 64)
		ck_abort();
	wire_write_tally(message, t, index, count);
	/* Nothing was seen in this epoch yet: the rule of the format asks for min <= max. */
	if (t->min_ns > t->max_ns)
		message->min_ns = message->max_ns = 0;
}

static void fill(const struct simulated *p, Profd__Push *push, struct parts *parts)
{
	for (uint32_t i = 0; i < p->paths; i++) {
		const struct simulated_path *path = &p->path[i];
		Profd__Standing *standing = &parts->standing[i];

		profd__path__init(&parts->path[i]);
		parts->path[i].id = i + 1;
		parts->path[i].parent = path->parent;
		parts->path[i].function = (char *)path->function;
		parts->paths[i] = &parts->path[i];
		profd__standing__init(standing);
		standing->path = i + 1;
		standing->epoch = path->epoch;
		standing->slow = path->slow;
		write_tally(&parts->tally[i][0], &path->returned, parts->index[i][0],
			    parts->count[i][0]);
		write_tally(&parts->tally[i][1], &path->failed, parts->index[i][1],
			    parts->count[i][1]);
		standing->returned = &parts->tally[i][0];
		standing->failed = &parts->tally[i][1];
		parts->standings[i] = standing;
	}
	push->n_paths = push->n_standings = p->paths;
	push->paths = parts->paths;
	push->standings = parts->standings;
}

struct simulated_message simulated_push(struct simulated *p, uint64_t since)
{
	struct simulated_message message = {NULL, 0, p->peer};
	struct parts *parts = malloc(sizeof(*parts));
	Profd__Push push = PROFD__PUSH__INIT;

	ck_assert_ptr_nonnull(parts);
	push.version = PROF_PROTOCOL;
	push.process = (ProtobufCBinaryData){sizeof(p->key), p->key};
	push.generation = ++p->generation;
	push.since = since;
	push.program = (char *)p->program;
	push.pid = p->peer.pid;
	push.started_at_ns = 1;
	push.epoch = p->epoch;
	push.goodbye = p->goodbye;
	push.span_ns = p->span_ns;
	fill(p, &push, parts);
	if (p->event.sequence != 0) {
		parts->events[0] = &p->event;
		push.events = parts->events;
		push.n_events = 1;
	}
	message.size = profd__push__get_packed_size(&push);
	message.bytes = malloc(message.size);
	ck_assert_ptr_nonnull(message.bytes);
	profd__push__pack(&push, message.bytes);
	free(parts);
	return message;
}

void simulated_message_free(struct simulated_message *message)
{
	free(message->bytes);
	message->bytes = NULL;
}

enum ledger_verdict simulated_deliver(struct ledger *l, const struct simulated_message *message,
				      int64_t now_ns)
{
	Profd__Push *push = profd__push__unpack(NULL, message->size, message->bytes);
	enum ledger_verdict verdict;
	const char *why = NULL;

	ck_assert_ptr_nonnull(push);
	verdict = ledger_merge(l, push, &message->peer, now_ns, NULL, NULL, &why);
	ck_assert_msg((verdict == LEDGER_REFUSED) == (why != NULL), "%s", why == NULL ? "" : why);
	profd__push__free_unpacked(push, NULL);
	return verdict;
}

enum ledger_verdict simulated_send(struct ledger *l, struct simulated *p, int64_t now_ns)
{
	struct simulated_message message = simulated_push(p, p->acked);
	enum ledger_verdict verdict = simulated_deliver(l, &message, now_ns);

	simulated_message_free(&message);
	return verdict;
}
