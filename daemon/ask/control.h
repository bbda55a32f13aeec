/*
 * The socket `control`: questions and their answers. A clear is answered once it is on disk.
 */
#ifndef DAEMON_ASK_CONTROL_H
#define DAEMON_ASK_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ask/once.h"
#include "daemon/net/server.h"
#include "proto/wire.h"

struct access_list;
struct keys;
struct commit;
struct refusals;
struct reader;
struct status;

#define CONTROL_CLEARS_MAX 64

struct control_clear {
	uint64_t id, functions, batch; /* done when this batch is committed */
	int64_t expires_ns;
	struct route route;
};

struct control {
	/* What it works with, owned elsewhere. */
	struct server *server;
	const struct keys *keys; /* NULL: none */
	struct ledger *ledger;
	struct commit *commit;
	struct refusals *refusals;
	struct reader *reader; /* NULL: what it would be asked is refused as too busy */
	const struct access_list *may_ask, *may_clear;

	struct wire_arena arena;
	struct once once;
	struct control_clear clear[CONTROL_CLEARS_MAX];
	unsigned clears;
	uint64_t bad, denied, questions, repeated;
};

void control_init(struct control *c);
void control_deinit(struct control *c);

/*
 * The next question that is to be answered, with its sender in `message`; lent until the next call.
 * What is no question, or may not be asked, is dealt with on the way. NULL: there are none, or
 * `most` messages have been seen.
 */
const Profd__Question *control_receive(struct control *c, struct server_message *message,
				       unsigned *most, int64_t now_ns);

/* Answers it; `status` is needed for that question only. */
void control_answer(struct control *c, const struct server_message *message,
		    const Profd__Question *question, const struct status *status, int64_t now_ns,
		    int64_t wall_ns);

/* Sends the answers that were read from the database. */
void control_send_read(struct control *c);

/* Answers the clears that are on disk, and those that the disk refuses for too long. */
void control_release(struct control *c, int64_t now_ns);

/* When the first clear has waited too long; CLOCK_NEVER: none waits. */
int64_t control_due(const struct control *c);

#endif
