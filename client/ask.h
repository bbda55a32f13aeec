/*
 * What the files that ask share: how names go into questions, and figures come out of answers.
 */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include <stdint.h>

#include "client/profclient.h"

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

/* prof_stats.doubtful of so many calls. */
unsigned ask_doubtful(uint64_t calls);

#endif
