/*
 * From a question to its answer.
 */
#include "daemon/ask/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ask/query.h"
#include "daemon/base/clock.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/access.h"
#include "daemon/push/refusals.h"
#include "daemon/store/commit.h"

#define CLEAR_WAITS (5 * CLOCK_SECOND)

void control_init(struct control *c)
{
	memset(c, 0, sizeof(*c));
	once_init(&c->once);
}

void control_deinit(struct control *c)
{
	while (c->clears != 0)
		question_deinit(&c->clear[--c->clears].question);
}

/* Sends the answer, and is done with the question. */
static void finish(struct control *c, struct question *q, struct answer a)
{
	if (a.bytes != NULL)
		server_send(c->server, SERVER_CONTROL, &q->route, a.bytes, a.size);
	free(a.bytes);
	question_deinit(q);
}

static void refuse(struct control *c, struct question *q, Profd__Result result, const char *text)
{
	finish(c, q, answer_result(q->message, result, text));
}

static void deny(struct control *c, struct question *q, const struct peer *peer, int64_t now_ns)
{
	char why[64];

	snprintf(why, sizeof(why), "this %s may not %s", peer->key != NULL ? "key" : "user",
		 q->kind->clears ? "clear statistics" : "ask");
	c->denied++;
	refuse(c, q, PROFD__RESULT__RESULT_DENIED, why);
	refusals_note(c->refusals, peer, why, now_ns);
}

static void clear(struct control *c, struct question *q, int64_t now_ns)
{
	const char *name = q->message->clear->name;
	struct control_clear *waiting = &c->clear[c->clears];

	if (c->clears == CONTROL_CLEARS_MAX) {
		refuse(c, q, PROFD__RESULT__RESULT_FAILED, "too many clears wait for the disk");
		return;
	}
	waiting->functions = ledger_clear(c->present.ledger, name[0] == '\0' ? NULL : name,
					  q->asker.asked_at_ns);
	waiting->question = *q;
	waiting->batch = commit_next(c->commit);
	waiting->expires_ns = now_ns + CLEAR_WAITS;
	c->clears++;
	commit_note(c->commit, true, now_ns);
	control_release(c, now_ns); /* nothing to clear is done already */
}

void control_release(struct control *c, int64_t now_ns)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < c->clears; i++) {
		struct control_clear *w = &c->clear[i];

		if (w->batch <= c->commit->committed || commit_is_settled(c->commit))
			finish(c, &w->question, answer_number(w->question.message, w->functions));
		else if (w->expires_ns <= now_ns)
			refuse(c, &w->question, PROFD__RESULT__RESULT_FAILED,
			       "cleared in memory, but the disk refuses it");
		else
			c->clear[kept++] = *w;
	}
	c->clears = kept;
}

static void answer(struct control *c, struct question *q, int64_t now_ns)
{
	c->questions++;
	if (q->kind->present != NULL)
		finish(c, q, q->kind->present(&c->present, q->message));
	else if (q->kind->past == NULL)
		clear(c, q, now_ns);
	else if (c->query == NULL || !query_put(c->query, q))
		refuse(c, q, PROFD__RESULT__RESULT_BUSY, "too many questions wait to be answered");
}

static void judge(struct control *c, struct question *q, const struct peer *peer, int64_t now_ns)
{
	const struct question_kind *kind = q->kind;

	if (!wire_speaks(q->message->version))
		refuse(c, q, PROFD__RESULT__RESULT_WRONG_VERSION, "unsupported protocol version");
	else if (kind == NULL || (kind->is_sound != NULL && !kind->is_sound(q->message)))
		refuse(c, q, PROFD__RESULT__RESULT_BAD_QUESTION,
		       "unknown question, or an invalid name in it");
	else if (!access_allows(c->may_ask, peer) || (kind->clears && !q->asker.may_clear))
		deny(c, q, peer, now_ns);
	else if (kind->changes && !once_is_first(&c->once, q->message->once)) {
		c->repeated++; /* the first gets the answer */
		question_deinit(q);
	} else {
		answer(c, q, now_ns);
	}
}

void control_receive(struct control *c, unsigned most, int64_t now_ns, int64_t wall_ns)
{
	struct server_message m;
	struct question q;

	c->present.wall_ns = wall_ns;
	for (; most != 0; most--) {
		enum server_received received = server_receive(c->server, SERVER_CONTROL, &m);

		if (received == SERVER_NOTHING)
			return;
		if (received != SERVER_MESSAGE)
			continue;
		if (!question_init(&q, &m)) {
			c->bad++;
			continue;
		}
		q.asker = (struct asker){
			.uid = m.peer.uid,
			.may_clear = access_allows(c->may_clear, &m.peer),
			.asked_at_ns = wall_ns,
			.settled_ns = commit_is_settled(c->commit) ? wall_ns : 0,
		};
		judge(c, &q, &m.peer, now_ns);
	}
}

void control_send_past(struct control *c)
{
	struct question q;
	struct answer a;

	while (query_get(c->query, &q, &a))
		finish(c, &q, a);
}

int64_t control_due(const struct control *c)
{
	/* They expire in the order in which they came. */
	return c->clears == 0 ? CLOCK_NEVER : c->clear[0].expires_ns;
}
