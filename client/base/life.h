/*
 * The turns in the library's life in a process, which one part announces and all others heed. What
 * follows from them is in client/life.c, above all rooms: so what records need not know what
 * pushes.
 */
#ifndef CLIENT_BASE_LIFE_H
#define CLIENT_BASE_LIFE_H

/* From now on forks find no lock of the library held, and their children forget what is the
 * parent's. Any thread, any number of times; before anything that a fork would tear. */
void life_watch_forks(void);

/* A thread records from now on, with a block of its own. Never waits. */
void life_thread_attached(void);

#endif
