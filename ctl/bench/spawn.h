/*
 * One run of one command: started, waited for, timed; killed where it takes too long, or where
 * profctl itself is to end.
 */
#ifndef CTL_BENCH_SPAWN_H
#define CTL_BENCH_SPAWN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "ctl/bench/bench.h"

struct spawner {
	const struct bench_plan *plan; /* lent */
	int signals;   /* told through a descriptor: those of children, and to end */
	sigset_t mask; /* as it was, and as commands get it */
	struct sigaction child_action;
	int drain; /* what they write through a pipe is read from here; -1: there is none */
};

enum spawn_kind {
	SPAWN_TIMED, /* with the plan's input, output and limit */
	SPAWN_STEP   /* set-up and the like: without input, output and limit; errors are shown */
};

/* How a run ended. */
struct spawn_end {
	struct bench_sample sample;
	int error;	      /* errno: it could not be run */
	const char *culprit;  /* what that was about; NULL: the command itself */
	int signal;	      /* that profctl got meanwhile, and passed on; 0: none */
	bool wanted_terminal; /* killed since it stood still for that */
};

/* From here to spawn_close signals wait until a run looks for them. False: errno tells why. */
bool spawn_open(struct spawner *spawner, const struct bench_plan *plan);
void spawn_close(struct spawner *spawner);

/* Runs a list of words that ends with NULL, in a group of processes of its own. */
void spawn_run(struct spawner *spawner, char *const *words, enum spawn_kind kind,
	       struct spawn_end *end);

/* Whether it ended as a command should. */
bool spawn_was_well(const struct spawn_end *end);

#endif
