/*
 * The pushing thread: the one thread of ours in the host. It reads what was counted, pushes what
 * changed and learns from the acks what is safe, which epoch it is, and what is slow.
 */
#ifndef CLIENT_PUSH_PUSH_H
#define CLIENT_PUSH_PUSH_H

#include "client/base/error.h"
#include "include/profclient.h"

/* Starts the thread if it is not running. Never waits. */
void push_start(void);

/* Waits until all that was recorded before is safe; as prof_flush. `said` gets what profd said
 * where it refused. */
prof_error push_flush(double timeout, char said[REASON_MAX]);

/* The last push, with a goodbye; as prof_end. */
prof_error push_end(double timeout);

/* At exit: the last push, for which it waits a bounded time. */
void push_finish(void);

/* In the child of a fork: the thread and its link are the parent's. */
void push_forget_all(void);

#endif
