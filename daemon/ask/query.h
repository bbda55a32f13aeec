/*
 * The reading thread: questions whose answers are read from the database, one after the other, so
 * that none of them holds up a push or another question.
 */
#ifndef DAEMON_ASK_QUERY_H
#define DAEMON_ASK_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ask/answer.h"
#include "daemon/net/server.h"

#define READER_WAITING_MAX  128			 /* questions that wait, of all who ask */
#define READER_WAITING_EACH 8			 /* of one connection */
#define READER_BYTES_MAX    (32u << 20)		 /* of all that wait */
#define READER_LIMIT_NS	    INT64_C(30000000000) /* how long one may be read */

struct reader;
struct asker;

/* NULL with a sentence in `why`. The database must be open already. */
struct reader *reader_start(const char *database, char *why, size_t room);

/* Ends the thread, at once even when it is reading. NULL is fine. */
void reader_end(struct reader *r);

/* Becomes readable when an answer is ready; in the daemon's poll. */
int reader_fd(const struct reader *r);

/* Hands over a question, packed as it came. False when too many wait, or without memory. */
bool reader_ask(struct reader *r, const struct server_message *message, const struct asker *asker);

/* The next answer that is ready, its bytes owned by the caller, and where it goes. */
bool reader_take(struct reader *r, struct answer *answer, struct route *route);

struct reader_counts {
	uint64_t read, refused; /* questions */
	double longest_seconds;
};

void reader_count(struct reader *r, struct reader_counts *counts);

#endif
