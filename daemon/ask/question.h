/*
 * Questions: one that is being answered, and the table of all that can be asked.
 */
#ifndef DAEMON_ASK_QUESTION_H
#define DAEMON_ASK_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ask/answer.h"
#include "daemon/net/server.h"
#include "proto/wire.h"

struct past;
struct present;

/* Who asks, and when. */
struct asker {
	uint64_t uid; /* as in struct peer */
	bool may_clear;
	int64_t asked_at_ns, settled_ns; /* settled: the same when all that the ledger knows is on
					    disk, else 0 */
};

struct question {
	const Profd__Question *message; /* in the arena */
	const struct question_kind *kind;
	struct asker asker;
	struct route route;
	struct wire_arena arena;
};

/*
 * What profd knows of one kind of question. It is answered in one of three ways: at once from the
 * ledger (`present`), by the query thread from the database (`past`), or, where neither is set,
 * when what it has changed in the ledger is on disk.
 */
struct question_kind {
	bool (*is_sound)(const Profd__Question *q); /* NULL: always */
	struct answer (*present)(const struct present *p, const Profd__Question *q);
	struct answer (*past)(struct past *p, const Profd__Question *q);
	bool changes; /* done once, however many copies of the message arrive */
	bool clears;  /* takes the right to clear beside that to ask */
};

/* NULL when it asks for nothing that this profd knows. */
const struct question_kind *question_kind(const Profd__Question *q);

/* Its message unpacked. False when it is none; the question needs no deinit then. */
bool question_init(struct question *q, const struct server_message *message);
void question_deinit(struct question *q);

#endif
