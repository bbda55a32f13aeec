/*
 * From a question to its answer.
 */
#include "daemon/ask/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/net/access.h"
#include "daemon/ask/answer.h"
#include "daemon/ask/read.h"
#include "daemon/base/clock.h"
#include "daemon/store/commit.h"
#include "daemon/push/refusals.h"
#include "daemon/ask/query.h"
#include "proto/limits.h"
#include "proto/name.h"

#define CLEAR_WAITS	(5 * CLOCK_SECOND)
#define LONGEST_STEP_NS (UINT64_C(1) << 60)
#define LONGEST_TEXT	4096 /* bytes of what is told of a benchmark */

void control_init(struct control *c)
{
	memset(c, 0, sizeof(*c));
	wire_arena_init(&c->arena, 4 * PROF_QUESTION_SIZE_MAX);
	once_init(&c->once);
}

void control_deinit(struct control *c)
{
	wire_arena_deinit(&c->arena);
}

static void send_answer(struct control *c, const struct route *route, struct answer a)
{
	if (a.bytes != NULL)
		server_send(c->server, SERVER_CONTROL, route, a.bytes, a.size);
	free(a.bytes);
}

static void refuse(struct control *c, const struct server_message *m, const Profd__Question *q,
		   Profd__Result result, const char *text)
{
	send_answer(c, &m->route, answer_result(q->id, result, text));
}

/* A text that may be left out, else a name or pattern as long as a name. */
static bool is_name(const char *text)
{
	return text[0] == '\0' || name_is_valid(text, strlen(text));
}

static bool is_selection(const Profd__Selection *of)
{
	return of == NULL || (is_name(of->name) && is_name(of->pattern) && is_name(of->program));
}

static bool is_text(const char *text)
{
	size_t length = strlen(text);

	return length <= LONGEST_TEXT && name_is_utf8(text, length);
}

static bool is_sound_save(const Profd__AskSave *ask)
{
	return ask->name[0] != '\0' && is_name(ask->name) && is_text(ask->command) &&
	       is_text(ask->machine) && is_text(ask->system) && is_text(ask->processor) &&
	       is_text(ask->compiler) && is_text(ask->revision) && is_text(ask->note) &&
	       answer_check_save(ask) == NULL;
}

static bool is_sound(const Profd__Question *q)
{
	switch (q->ask_case) {
	case PROFD__QUESTION__ASK_SUMMARY:
		return is_name(q->summary->pattern) && is_name(q->summary->program);
	case PROFD__QUESTION__ASK_STATS:
		return is_name(q->stats->name) && is_name(q->stats->program) &&
		       q->stats->name[0] != '\0';
	case PROFD__QUESTION__ASK_EVENTS:
		return is_name(q->events->pattern);
	case PROFD__QUESTION__ASK_CLEAR:
		return is_name(q->clear->name);
	case PROFD__QUESTION__ASK_PROCESSES:
	case PROFD__QUESTION__ASK_PROGRAMS:
	case PROFD__QUESTION__ASK_STATUS:
		return true;
	case PROFD__QUESTION__ASK_HISTORY:
		return is_selection(q->history->of) && q->history->step_ns <= LONGEST_STEP_NS;
	case PROFD__QUESTION__ASK_HISTOGRAMS:
		return is_selection(q->histograms->of);
	case PROFD__QUESTION__ASK_TREE:
		return is_name(q->tree->program) && q->tree->share >= 0.0 && q->tree->share <= 1.0;
	case PROFD__QUESTION__ASK_SAVE:
		return is_sound_save(q->save);
	case PROFD__QUESTION__ASK_SAVED:
		return is_name(q->saved->name) && is_name(q->saved->pattern);
	case PROFD__QUESTION__ASK_DELETE:
		return q->delete_->name[0] != '\0' && is_name(q->delete_->name);
	case PROFD__QUESTION__ASK__NOT_SET:
	case _PROFD__QUESTION__ASK__CASE_IS_INT_SIZE:
		break;
	}
	return false;
}

static bool is_allowed(const struct control *c, const struct peer *peer, const Profd__Question *q)
{
	return access_allows(c->may_ask, peer) &&
	       (q->ask_case != PROFD__QUESTION__ASK_CLEAR || access_allows(c->may_clear, peer));
}

static void deny(struct control *c, const struct server_message *m, const Profd__Question *q,
		 int64_t now_ns)
{
	bool clear = q->ask_case == PROFD__QUESTION__ASK_CLEAR;
	char why[64];

	snprintf(why, sizeof(why), "this %s may not %s", m->peer.key != NULL ? "key" : "user",
		 clear ? "clear statistics" : "ask");
	c->denied++;
	refuse(c, m, q, PROFD__RESULT__DENIED, why);
	refusals_note(c->refusals, &m->peer, why, now_ns);
}

static bool changes_something(const Profd__Question *q)
{
	return q->ask_case == PROFD__QUESTION__ASK_CLEAR ||
	       q->ask_case == PROFD__QUESTION__ASK_SAVE ||
	       q->ask_case == PROFD__QUESTION__ASK_DELETE;
}

static const Profd__Question *read_question(struct control *c, const struct server_message *m,
					    int64_t now_ns)
{
	Profd__Question *q;

	wire_arena_reset(&c->arena);
	q = profd__question__unpack(&c->arena.allocator, m->size, m->data);
	if (q == NULL) {
		c->bad++;
	} else if (q->version != PROF_PROTOCOL) {
		refuse(c, m, q, PROFD__RESULT__WRONG_VERSION,
		       "this profd speaks another version of the protocol");
	} else if (!is_sound(q)) {
		c->bad++;
		refuse(c, m, q, PROFD__RESULT__BAD_QUESTION,
		       "not a question that this profd knows, or a name in it is not valid");
	} else if (!is_allowed(c, &m->peer, q)) {
		deny(c, m, q, now_ns);
	} else if (changes_something(q) && !once_is_first(&c->once, q->once)) {
		c->repeated++; /* the first gets the answer */
	} else {
		return q;
	}
	return NULL;
}

const Profd__Question *control_receive(struct control *c, struct server_message *m, unsigned *most,
				       int64_t now_ns)
{
	const Profd__Question *q = NULL;

	while (q == NULL && *most != 0) {
		enum server_received received = server_receive(c->server, SERVER_CONTROL, m);

		if (received == SERVER_NOTHING)
			return NULL;
		--*most;
		if (received == SERVER_MESSAGE)
			q = read_question(c, m, now_ns);
	}
	return q;
}

void control_release(struct control *c, int64_t now_ns)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < c->clears; i++) {
		struct control_clear *w = &c->clear[i];

		if (w->batch <= c->commit->committed || commit_is_settled(c->commit))
			send_answer(c, &w->route, answer_cleared(w->id, w->functions));
		else if (w->expires_ns <= now_ns)
			send_answer(c, &w->route,
				    answer_result(w->id, PROFD__RESULT__FAILED,
						  "cleared in memory, but the disk refuses it"));
		else
			c->clear[kept++] = *w;
	}
	c->clears = kept;
}

static void clear(struct control *c, const struct server_message *m, const Profd__Question *q,
		  int64_t now_ns, int64_t wall_ns)
{
	const char *name = q->clear->name[0] == '\0' ? NULL : q->clear->name;
	struct control_clear *waiting = &c->clear[c->clears];

	if (c->clears == CONTROL_CLEARS_MAX) {
		refuse(c, m, q, PROFD__RESULT__FAILED, "too many clears wait for the disk");
		return;
	}
	waiting->functions = ledger_clear(c->ledger, name, wall_ns);
	waiting->id = q->id;
	waiting->route = m->route;
	waiting->batch = commit_next(c->commit);
	waiting->expires_ns = now_ns + CLEAR_WAITS;
	c->clears++;
	commit_note(c->commit, true, now_ns);
	control_release(c, now_ns); /* nothing to clear is done already */
}

/* For the reading thread: what is read from the database must not hold up this one. */
static void read_answer(struct control *c, const struct server_message *m, const Profd__Question *q,
			int64_t wall_ns)
{
	struct asker asker = {
		.uid = m->peer.uid,
		.may_clear = access_allows(c->may_clear, &m->peer),
		.asked_at_ns = wall_ns,
		.settled_ns = commit_is_settled(c->commit) ? wall_ns : 0,
	};

	if (c->reader == NULL || !reader_ask(c->reader, m, &asker))
		refuse(c, m, q, PROFD__RESULT__BUSY, "too many questions wait to be answered");
}

void control_send_read(struct control *c)
{
	struct answer answer;
	struct route route;

	while (reader_take(c->reader, &answer, &route))
		send_answer(c, &route, answer);
}

void control_answer(struct control *c, const struct server_message *m, const Profd__Question *q,
		    const struct status *status, int64_t now_ns, int64_t wall_ns)
{
	c->questions++;
	if (q->ask_case == PROFD__QUESTION__ASK_CLEAR)
		clear(c, m, q, now_ns, wall_ns);
	else if (answer_is_read(q))
		read_answer(c, m, q, wall_ns);
	else
		send_answer(c, &m->route, answer_make(c->ledger, c->keys, status, q, wall_ns));
}

int64_t control_due(const struct control *c)
{
	/* They expire in the order in which they came. */
	return c->clears == 0 ? CLOCK_NEVER : c->clear[0].expires_ns;
}
