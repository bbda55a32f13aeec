/*
 * Threads of ours that stand aside from the host: no signal of it lands on them, and they have a
 * table of descriptors of their own.
 */
#ifndef CLIENT_LINK_ASIDE_H
#define CLIENT_LINK_ASIDE_H

#include <stdbool.h>

/*
 * Starts a thread that nobody joins. Its table of descriptors is empty but for 0, 1 and 2, which
 * lead nowhere (2 is the host's with PROF_DEBUG=1), and threads that it makes share it. So the host
 * may close whatever it finds, run out of descriptors, fork or exec: none of ours is touched; the
 * numbers that it gets from open() are those that it would get without us; nothing that it closes
 * is kept open by us. Where the kernel does not allow that (before Linux 5.9, or a filter of system
 * calls), the thread shares the host's table.
 */
bool aside_start(const char *name, void (*run)(void));

/* The same beside a thread of ours, which calls this: both share its table. */
bool aside_start_beside(const char *name, void (*run)(void));

#endif
