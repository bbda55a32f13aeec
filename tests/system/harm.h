/*
 * A host program in two builds: timed with the library, and without it (-DPROF_DISABLE, not
 * linked). Both must do and say the same.
 */
#ifndef TESTS_SYSTEM_HARM_H
#define TESTS_SYSTEM_HARM_H

#include <profclient.h>

struct behaviour {
	const char *name;
	int (*run)(const char *argument);
};

/* The end of each table has no name. */
extern const struct behaviour signal_behaviours[], process_behaviours[], thread_behaviours[],
	limit_behaviours[], descriptor_behaviours[], state_behaviours[];

/* Timed calls of all kinds, nested, failing, new and known ones. */
void work(int rounds);

/* The library, where there is one, has started, and talked to profd if there is one that talks. */
void settle(void);

/* A line on standard output, at once. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
