/*
 * What the pushing thread sees of single calls: events, and calls that have not returned.
 */
#ifndef CLIENT_PUSH_WATCH_H
#define CLIENT_PUSH_WATCH_H

struct snapshot;
struct thread;

/* Queues the thread's events, and once each the open calls that have become slow. */
void watch_thread(struct snapshot *s, struct thread *t);

#endif
