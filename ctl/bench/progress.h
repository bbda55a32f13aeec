/*
 * How far the runs are, and how long the rest will take: a line on a terminal, written over and
 * over.
 */
#ifndef CTL_BENCH_PROGRESS_H
#define CTL_BENCH_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ctl/bench/bench.h"

/* Rounds: each runs every command of the group once; what comes later is other groups. */
struct progress {
	const struct bench_plan *plan;
	size_t commands; /* of the group */
	size_t later;	 /* groups that are still to be run */
	uint64_t done;	 /* rounds */
	double elapsed;	 /* seconds that they took */
	double drawn;	 /* when the line was written last; 0: it is not there */
};

/* Whether the rounds that were done are enough. */
bool progress_is_enough(const struct progress *progress);

/* How many rounds there will be in all, as it looks now; 0: that is not known. */
uint64_t progress_rounds(const struct progress *progress);

/* Seconds until all groups are done, as it looks now; negative: that is not known. */
double progress_remaining(const struct progress *progress);

/* Says that a run of this command begins; `timed`: after the warm-up. */
void progress_show(struct progress *progress, const char *name, bool timed);

/* Takes the line away. */
void progress_clear(struct progress *progress);

#endif
