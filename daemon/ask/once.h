/*
 * Questions that change something are heeded once: each carries a random number, and a copy of one
 * whose number was seen does nothing.
 */
#ifndef DAEMON_ASK_ONCE_H
#define DAEMON_ASK_ONCE_H

#include <stdbool.h>
#include <stdint.h>

/* So many numbers are remembered: a copy is late by seconds, and so many questions that change
 * something do not come in between. */
#define ONCE_NUMBERS 1024

struct once {
	uint64_t number[ONCE_NUMBERS]; /* a ring; 0: none yet */
	unsigned next;
};

void once_init(struct once *o);

/* Whether the number comes for the first time, and remembers it. 0, of an asker that gives none,
 * always does. */
bool once_is_first(struct once *o, uint64_t number);

#endif
