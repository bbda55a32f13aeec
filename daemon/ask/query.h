/*
 * The query thread: answers questions from the database, one after the other, so that none of them
 * holds up a push or another question. It also writes and deletes saved benchmarks.
 */
#ifndef DAEMON_ASK_QUERY_H
#define DAEMON_ASK_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answer;
struct query;
struct question;

/* NULL with a sentence in `why`. The database must be open already. */
struct query *query_start(const char *database, char *why, size_t room);

/* Ends the thread, at once even when it is at a question. NULL is fine. */
void query_end(struct query *t);

/* Becomes readable when an answer is ready; in the daemon's poll. */
int query_fd(const struct query *t);

/* Hands over a question, which belongs to the thread then. False when too many wait, or without
 * memory. */
bool query_put(struct query *t, const struct question *q);

/* The next answer that is ready, and its question, both the caller's from here on. */
bool query_get(struct query *t, struct question *q, struct answer *answer);

struct query_counts {
	uint64_t answered, refused; /* questions */
	double longest_seconds;
};

void query_count(struct query *t, struct query_counts *counts);

#endif
