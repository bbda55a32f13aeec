/*
 * The lines of the log about those who were refused something: a user's first at once, of further
 * ones the number.
 */
#ifndef DAEMON_PUSH_REFUSALS_H
#define DAEMON_PUSH_REFUSALS_H

#include <stdint.h>

#include "proto/key.h"

struct peer;

#define REFUSALS_USERS 32

/* A user's line was written at `since_ns`; `more` refusals have come since. */
struct refusal {
	uint64_t uid, more;
	char key[KEY_NAME_MAX + 1]; /* "": a user of this machine */
	int64_t since_ns;	    /* 0: free */
};

/* All zero at the start. */
struct refusals {
	struct refusal user[REFUSALS_USERS];
	struct refusal others; /* all users beyond these together */
};

/* Writes to the log that the peer was refused and why, at most once a minute for each user. */
void refusals_note(struct refusals *r, const struct peer *peer, const char *why, int64_t now_ns);

/* Tells what has been held back for a minute. */
void refusals_run(struct refusals *r, int64_t now_ns);

/* When refusals_run has something to tell; CLOCK_NEVER: nothing. */
int64_t refusals_due(const struct refusals *r);

#endif
