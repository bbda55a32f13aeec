/*
 * Wakes the pushing thread while it waits for its link: others, who share no descriptor with it,
 * ring; a thread beside it hears that and writes an eventfd of theirs.
 */
#ifndef CLIENT_PUSH_WAKE_H
#define CLIENT_PUSH_WAKE_H

#include <stdbool.h>

/* Called by the pushing thread, as often as it likes. `fd` becomes readable at each ring from now
 * on. False when there is no descriptor or no thread for it. */
bool wake_open(int *fd);

/* By anyone, at any time; never waits for the pushing thread. */
void wake_ring(void);

/* In the child of a fork: the thread and the descriptor are the parent's. */
void wake_forget(void);

#endif
