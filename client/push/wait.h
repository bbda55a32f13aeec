/*
 * What others ask of the pushing thread, and how they wait for it: flushes, the goodbye.
 */
#ifndef CLIENT_PUSH_WAIT_H
#define CLIENT_PUSH_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "client/base/error.h"
#include "include/profclient.h"

/* Where things stand. */
struct wait_state {
	uint64_t asked, done; /* flushes */
	bool stop;	      /* say goodbye, until */
	double until;
};

/* ---------------------------------------------------------------- the others' side */

/* True when the caller has to start the thread, and to say so when it cannot. */
bool wait_starts(void);
void wait_cannot_start(void);

/* Until all that was recorded before is safe; PROF_NOT_RUNNING when there is no thread. */
prof_error wait_flush(double timeout, char said[REASON_MAX]);

/* Until the thread has said goodbye, and why it could not. It is not started again after this. */
prof_error wait_end(double timeout);

/* In the child of a fork: the thread is the parent's. */
void wait_forget(void);

/* ---------------------------------------------------------------- the thread's side */

struct wait_state wait_now(void);

/* The flushes up to this one are done, with this outcome, of which profd said this ("": nothing).
 */
void wait_complete(uint64_t flushes, prof_error outcome, const char *said);

/* Waits until the time has come (clock_seconds), or somebody asks for more than was heard of. */
void wait_for_others(uint64_t heard, bool stopping, double until);

/* The thread is gone. */
void wait_ended(prof_error outcome);

#endif
