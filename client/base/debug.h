/*
 * What the library does and why it does not push, in sentences for whoever sets PROF_DEBUG: "1"
 * for standard error, else the name of a file that they are appended to.
 */
#ifndef CLIENT_BASE_DEBUG_H
#define CLIENT_BASE_DEBUG_H

#include <stdbool.h>

/* Things that have a state. */
enum debug_topic {
	DEBUG_START,
	DEBUG_ENDPOINT,
	DEBUG_LINK,
	DEBUG_PUSH,
	DEBUG_END,
	DEBUG_TOPICS /* how many */
};

/* Whether sentences go anywhere. Looks at the environment: not for what is hot. */
bool debug_is_on(void);

/* Whether they go to standard error. */
bool debug_needs_stderr(void);

/*
 * One line, unless it is what this thread said of the topic last: so only changes are told. Takes
 * no lock and no memory, never waits, keeps errno, which a %m in the format means. Never give it
 * a key.
 */
void debug_say(enum debug_topic topic, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));

#endif
