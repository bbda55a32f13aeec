/*
 * What profd gives up by itself, whoever starts it: new privileges, and all system calls but those
 * of a table.
 */
#ifndef DAEMON_BASE_SANDBOX_H
#define DAEMON_BASE_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>

/*
 * For the calling thread and all that it starts from now on; there is no way back. `network`:
 * sockets of the internet are needed too. Gives, for people, what holds now. `why` gets a sentence
 * when that is less than this build can do, else it is empty.
 */
const char *sandbox_enter(bool network, char *why, size_t room);

/* What is said where nothing was given up. */
#define SANDBOX_OFF "off"

#endif
