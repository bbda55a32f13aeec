/*
 * Answers to questions, made from the ledger alone. Clearing is not among them: it changes the
 * ledger and waits for the disk.
 */
#ifndef DAEMON_ASK_ANSWER_H
#define DAEMON_ASK_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "proto/profd.pb-c.h"

struct keys;
struct ledger;
struct status;

/* A packed message; `bytes` is owned, and NULL without memory. */
struct answer {
	uint8_t *bytes;
	size_t size;
};

/* Answers summary, stats, events, processes (whose keys are named as in `keys`, which may be NULL)
 * and status (which is read for that question only). */
struct answer answer_make(struct ledger *ledger, const struct keys *keys,
			  const struct status *status, const Profd__Question *question,
			  int64_t wall_ns);

/* An answer that is a result and perhaps a sentence (NULL: none). */
struct answer answer_result(uint64_t id, Profd__Result result, const char *text);

/* The beginning of an answer, and its end: a message packed. */
void answer_begin(Profd__Answer *message, uint64_t id, Profd__Result result);
struct answer answer_pack(const Profd__Answer *message);

/* That so many functions were cleared. */
struct answer answer_cleared(uint64_t id, uint64_t functions);

#endif
