/*
 * What the files that ask share: how names go into questions, and results come out of answers.
 */
#ifndef CLIENT_ASK_ASK_H
#define CLIENT_ASK_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/ask/block.h"
#include "include/profclient.h"
#include "client/ask/question.h"
#include "proto/quantile.h"

static inline double ask_seconds(uint64_t ns)
{
	return (double)ns * 1e-9;
}

/* Divided: whole seconds stay whole. */
static inline double ask_moment(int64_t ns)
{
	return (double)ns / 1e9;
}

/* A name that may be left out: NULL and "" stand for all. */
prof_error ask_take_name(const char *name, char **to);

/* In QUANTILE_LIST: where `to` holds it. */
#define ASK_QUANTILE(member, name, share) &to->member

/* prof_stats.doubtful of so many calls. */
unsigned ask_doubtful(uint64_t calls);

/* How an answer becomes one block of memory. */
struct ask_kind {
	size_t head, row; /* bytes of the result, and of each of its rows */
	size_t count_at;  /* where the message in the answer tells how many rows, as a size_t */
	size_t (*room)(const Profd__Answer *from); /* for what the rows take with block_take; NULL:
						      nothing */
	/* Fills the head and its rows, b->rows, all zeroed; false when the answer makes no sense.
	 */
	bool (*read)(struct block *b, const Profd__Answer *from, void *head);
};

/* Asks, and points `result`, the address of a pointer, to what was read. */
prof_error ask_for(Profd__Question *question, double timeout, const struct ask_kind *kind,
		   void *result);

#endif
