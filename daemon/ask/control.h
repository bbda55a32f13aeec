/*
 * The socket `control`: questions and their answers.
 */
#ifndef DAEMON_ASK_CONTROL_H
#define DAEMON_ASK_CONTROL_H

#include <stdint.h>

#include "daemon/ask/answer.h"
#include "daemon/ask/once.h"
#include "daemon/ask/question.h"

struct access_list;
struct commit;
struct refusals;
struct query;

#define CONTROL_CLEARS_MAX 64

/* A clear that waits for the disk. */
struct control_clear {
	struct question question;
	uint64_t functions, batch; /* done when this batch is committed */
	int64_t expires_ns;
};

struct control {
	/* What it works with, owned elsewhere. */
	struct server *server;
	struct present present;
	struct commit *commit;
	struct refusals *refusals;
	struct query *query; /* NULL: what it would be asked is refused as too busy */
	const struct access_list *may_ask, *may_clear;

	struct once once;
	struct control_clear clear[CONTROL_CLEARS_MAX];
	unsigned clears;
	uint64_t bad, denied, questions, repeated;
};

void control_init(struct control *c);
void control_deinit(struct control *c);

/* Receives at most so many questions, and answers those that need not wait. */
void control_receive(struct control *c, unsigned most, int64_t now_ns, int64_t wall_ns);

/* Sends the answers of the query thread. */
void control_send_past(struct control *c);

/* Answers the clears that are on disk, and those that the disk refuses for too long. */
void control_release(struct control *c, int64_t now_ns);

/* When the first clear has waited too long; CLOCK_NEVER: none waits. */
int64_t control_due(const struct control *c);

#endif
