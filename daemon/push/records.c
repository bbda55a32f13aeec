/*
 * From a push to its ack.
 */
#include "daemon/push/records.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/access.h"
#include "daemon/net/keys.h"
#include "daemon/push/alert.h"
#include "daemon/push/policy.h"
#include "daemon/push/refusals.h"
#include "daemon/store/commit.h"
#include "proto/limits.h"

/* An unpacked message is larger than a packed one: a count of 1 byte takes 8. Beyond this factor it
 * is made to take memory, not to tell anything. */
#define UNPACKED_FACTOR 24
#define UNPACKED_LEAST	(64u << 10)
#define ARENA_KEPT	(8u << 20)

#define TURN_NS (3 * CLOCK_MILLISECOND)

void records_init(struct records *r, size_t processes)
{
	memset(r, 0, sizeof(*r));
	waiting_init(&r->waiting, processes);
	wire_arena_init(&r->arena, UNPACKED_LEAST);
	r->complained_ns = -60 * CLOCK_SECOND;
}

void records_deinit(struct records *r)
{
	waiting_deinit(&r->waiting);
	wire_arena_deinit(&r->arena);
	free(r->out);
	r->out = NULL;
}

/* The log hears of those who misbehave, but not as often as they like. */
static bool may_complain(struct records *r)
{
	if (r->now_ns - r->complained_ns < 60 * CLOCK_SECOND)
		return false;
	r->complained_ns = r->now_ns;
	return true;
}

static bool send_ack(struct records *r, const struct route *route, Profd__Ack *ack,
		     uint64_t known_policy)
{
	size_t size;

	ack->epoch = ledger_epoch(r->ledger);
	if (known_policy != r->policy->message.generation)
		ack->policy = (Profd__Policy *)&r->policy->message;
	size = profd__ack__get_packed_size(ack);
	if (size > r->out_room) {
		uint8_t *more = realloc(r->out, size);

		if (more == NULL)
			return true; /* the process pushes again */
		r->out = more;
		r->out_room = size;
	}
	profd__ack__pack(ack, r->out);
	return server_send(r->server, SERVER_RECORDS, route, r->out, size);
}

static void reply(struct records *r, const struct server_message *m, const Profd__Push *push,
		  Profd__Verdict verdict, const char *why)
{
	Profd__Ack ack = PROFD__ACK__INIT;

	ack.version = wire_speaks(push->version) ? push->version : PROF_PROTOCOL;
	ack.process = push->process;
	ack.verdict = verdict;
	/* Who is refused may be somebody else than the process that it names. */
	if (verdict != PROFD__VERDICT__VERDICT_REFUSED)
		ack.generation = ledger_safe_generation(r->ledger, push->process.data);
	if (why != NULL)
		ack.text = (char *)why;
	send_ack(r, &m->route, &ack, push->policy);
}

static void refuse(struct records *r, const struct server_message *m, const Profd__Push *push,
		   const char *why)
{
	reply(r, m, push, PROFD__VERDICT__VERDICT_REFUSED, why);
	refusals_note(r->refusals, &m->peer, why, r->now_ns);
}

static void hear(void *context, const struct ledger_event *event)
{
	struct records *r = context;

	alerts_add(r->alerts, event, r->now_ns);
}

static void merge(struct records *r, const struct server_message *m, const Profd__Push *push,
		  int64_t wall_ns)
{
	const char *why = NULL;

	switch (ledger_merge(r->ledger, push, &m->peer, wall_ns, hear, r, &why)) {
	case LEDGER_MERGED:
		if (push->generation <= ledger_safe_generation(r->ledger, push->process.data)) {
			reply(r, m, push, PROFD__VERDICT__VERDICT_SAFE, NULL);
			break;
		}
		waiting_put(&r->waiting, push->process.data,
			    &(struct waiter){.version = push->version,
					     .generation = push->generation,
					     .policy = push->policy,
					     .uid = m->peer.uid,
					     .leaving = push->goodbye,
					     .route = m->route});
		commit_note(r->commit, push->flush || push->goodbye, r->now_ns);
		break;
	case LEDGER_SEND_ALL:
		reply(r, m, push, PROFD__VERDICT__VERDICT_SEND_ALL, NULL);
		break;
	case LEDGER_REFUSED:
		refuse(r, m, push, why);
		break;
	case LEDGER_NO_MEMORY:
		if (may_complain(r))
			log_write(LOG_ERR, "no memory for a push of process %d", m->peer.pid);
		break;
	}
}

static void judge_push(struct records *r, const struct server_message *m, const Profd__Push *push,
		       int64_t wall_ns)
{
	if (push->process.len != PROF_PROCESS_ID) {
		r->bad++;
	} else if (!wire_speaks(push->version)) {
		reply(r, m, push, PROFD__VERDICT__VERDICT_WRONG_VERSION,
		      "unsupported protocol version");
	} else if (!access_allows(r->access, &m->peer)) {
		r->denied++;
		refuse(r, m, push,
		       m->peer.key != NULL ? "this key may not push" : "this user may not push");
	} else {
		merge(r, m, push, wall_ns);
	}
}

static void read_push(struct records *r, const struct server_message *m, int64_t wall_ns)
{
	Profd__Push *push;

	r->arena.limit = UNPACKED_LEAST + m->size * UNPACKED_FACTOR;
	push = profd__push__unpack(&r->arena.allocator, m->size, m->data);
	if (push == NULL)
		r->bad++;
	else
		judge_push(r, m, push, wall_ns);
	/* One large message must not hold its memory for good. */
	if (r->arena.used > ARENA_KEPT) {
		wire_arena_deinit(&r->arena);
		wire_arena_init(&r->arena, UNPACKED_LEAST);
	} else {
		wire_arena_reset(&r->arena);
	}
}

unsigned records_receive(struct records *r, unsigned most, int64_t now_ns, int64_t wall_ns)
{
	struct server_message m;
	unsigned taken = 0;

	r->now_ns = now_ns;
	for (; taken < most; taken++) {
		/* Large pushes count for more than one: a question must not wait for many. */
		if (taken != 0 && clock_monotonic() - now_ns >= TURN_NS)
			return most;
		switch (server_receive(r->server, SERVER_RECORDS, &m)) {
		case SERVER_NOTHING:
			return taken;
		case SERVER_MESSAGE:
			read_push(r, &m, wall_ns);
			break;
		case SERVER_LARGE:
			if (may_complain(r))
				log_write(LOG_WARNING,
					  "a push of %zu bytes of process %d is larger than "
					  "push_size_limit: dropped",
					  m.size, m.peer.pid);
			break;
		case SERVER_BAD:
			break;
		}
	}
	return taken;
}

/* Who has lost the right to push is told nothing more, not even the policy. */
static bool is_revoked(const struct records *r, uint64_t uid)
{
	const struct keys_client *client;

	if (uid <= UINT32_MAX)
		return false;
	client = keys_find_number(r->keys, uid);
	return client == NULL || (client->rights & KEY_PUSH) == 0;
}

static bool tell(void *context, const struct waiter *w)
{
	struct records *r = context;
	Profd__Ack ack = PROFD__ACK__INIT;

	if (is_revoked(r, w->uid))
		return false;
	ack.version = w->version;
	ack.process = (ProtobufCBinaryData){PROF_PROCESS_ID, (uint8_t *)w->process};
	ack.verdict = PROFD__VERDICT__VERDICT_SAFE;
	ack.generation = ledger_safe_generation(r->ledger, w->process);
	return send_ack(r, &w->route, &ack, w->policy);
}

/* Tells it again what it has been told: only sending shows whether somebody is there. One that is
 * stopped does not read, but is. */
bool records_reach(struct records *r, const uint8_t process[PROF_PROCESS_ID])
{
	const struct waiter *w = waiting_find(&r->waiting, process);

	return w != NULL && (tell(r, w) || errno == EAGAIN);
}

static bool release(void *context, const struct waiter *w)
{
	struct records *r = context;

	if (ledger_safe_generation(r->ledger, w->process) < w->generation)
		return false;
	tell(r, w);
	return true;
}

void records_release(struct records *r)
{
	waiting_release(&r->waiting, release, r);
}

void records_send_news(struct records *r)
{
	uint64_t epoch = ledger_epoch(r->ledger), policy = r->policy->message.generation;

	if (epoch != r->sent_epoch || policy != r->sent_policy)
		waiting_visit(&r->waiting, tell, r);
	r->sent_epoch = epoch;
	r->sent_policy = policy;
}
