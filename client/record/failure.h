/*
 * Failures of open calls, kept until the calls end. They belong to the call and not to its place on
 * a thread's stack: other calls may have taken that meanwhile, as with coroutines.
 */
#ifndef CLIENT_RECORD_FAILURE_H
#define CLIENT_RECORD_FAILURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/record/thread.h"
#include "proto/limits.h"

/* Which call: where its scope or its slot is, and when it began. */
struct failure_key {
	uintptr_t where;
	uint64_t start;
};

/* Most that are kept for the calls of one thread. Calls that fail and are then left by longjmp
 * never fetch theirs: beyond this, the one that began first gives way. */
#define FAILURES_MAX 256

/*
 * Any thread may do this to a call of any other (`home`, on which it began): so a failure is taken
 * before it is read or written, and given back then.
 */
struct failure {
	uintptr_t where; /* of the key; FREE or TAKEN */
	uint64_t start;
	struct failure *next; /* does not change */
	char message[PROF_ERROR_TEXT_MAX + 1];
};

/* Keeps a failure of the call in place of an earlier one; message: NULL for none. `t`: this thread.
 * False without memory. */
bool failure_keep(struct thread *home, struct thread *t, struct failure_key key,
		  const char *message);

/* Takes the call's failure; NULL if there is none. To be given to failure_release. */
struct failure *failure_take(struct thread *home, struct failure_key key);

void failure_release(struct failure *f);

#endif
