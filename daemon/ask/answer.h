/*
 * Answers: what all have in common, and those that are made from the ledger and the counters of
 * profd's parts.
 */
#ifndef DAEMON_ASK_ANSWER_H
#define DAEMON_ASK_ANSWER_H

#include <stddef.h>
#include <stdint.h>

#include "proto/profd.pb-c.h"

struct keys;
struct ledger;
struct status_parts;

/* A packed message; `bytes` is owned, and NULL without memory. */
struct answer {
	uint8_t *bytes;
	size_t size;
};

/* The beginning of an answer, in the version of the question, and its end: a message packed. */
void answer_begin(Profd__Answer *message, const Profd__Question *q, Profd__Result result);
struct answer answer_pack(const Profd__Answer *message);

/* A result and perhaps a sentence (NULL: none). */
struct answer answer_result(const Profd__Question *q, Profd__Result result, const char *text);

/* That it is done, to a question that changes something. */
struct answer answer_number(const Profd__Question *q, uint64_t number);

/* What the present is read from. */
struct present {
	struct ledger *ledger;
	const struct keys *keys; /* by which keys are named; NULL: none */
	const struct status_parts *parts;
	int64_t wall_ns;
};

/* Rows of the table of questions. */
struct answer answer_summary(const struct present *p, const Profd__Question *q);
struct answer answer_stats(const struct present *p, const Profd__Question *q);
struct answer answer_events(const struct present *p, const Profd__Question *q);
struct answer answer_processes(const struct present *p, const Profd__Question *q);
struct answer answer_programs(const struct present *p, const Profd__Question *q);
struct answer answer_status(const struct present *p, const Profd__Question *q);

#endif
