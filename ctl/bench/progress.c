/*
 * When there are enough runs, what that means for the rest, and showing it.
 */
#include "ctl/bench/progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text/table.h"
#include "text/width.h"
#include "ctl/base/units.h"
#include "proto/name.h"

#define BAR	    20
#define BETWEEN	    0.1 /* seconds from one writing of the line to the next */
#define USUAL_WIDTH 80

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

bool progress_is_enough(const struct progress *p)
{
	return p->done >= p->plan->max_runs ||
	       (p->done >= p->plan->min_runs &&
		p->elapsed >= p->plan->budget * (double)p->commands);
}

uint64_t progress_rounds(const struct progress *p)
{
	double budget = p->plan->budget * (double)p->commands, rounds;

	if (p->plan->min_runs == p->plan->max_runs)
		return p->plan->max_runs;
	if (p->done == 0)
		return 0;
	rounds = ceil(budget * (double)p->done / p->elapsed);
	rounds = fmax(rounds, (double)p->plan->min_runs);
	return (uint64_t)fmin(rounds, fmin((double)p->plan->max_runs, 0x1p53));
}

double progress_remaining(const struct progress *p)
{
	double round, group;

	if (p->done == 0)
		return -1.0;
	round = p->elapsed / (double)p->done;
	group = round * (double)progress_rounds(p);
	return fmax(group - p->elapsed, 0.0) + group * (double)p->later;
}

/* "run 3 of about 120, 2.50 s remain" */
static void describe(char *to, size_t room, const struct progress *p, bool timed)
{
	uint64_t rounds = progress_rounds(p);
	double remaining = progress_remaining(p);
	char number[UNITS_ROOM], all[UNITS_ROOM], rest[UNITS_ROOM];
	int length;

	if (!timed) {
		snprintf(to, room, "warm-up");
		return;
	}
	length = snprintf(to, room, "run %s", units_count(number, p->done + 1));
	if (rounds > 0)
		length += snprintf(to + length, room - (size_t)length, " of %s%s",
				   p->plan->min_runs == p->plan->max_runs ? "" : "about ",
				   units_count(all, rounds));
	if (remaining >= 0.0)
		snprintf(to + length, room - (size_t)length, ", %s remain",
			 units_seconds(rest, remaining));
}

static double share_done(const struct progress *p)
{
	double remaining = progress_remaining(p);

	return remaining < 0.0 ? 0.0 : p->elapsed / (p->elapsed + remaining);
}

void progress_show(struct progress *p, const char *name, bool timed)
{
	char state[160], shown[NAME_PRINTED_MAX];
	size_t width = table_terminal_width(stderr), taken;
	double moment = now();
	int filled;

	if (!p->plan->progress || moment - p->drawn < BETWEEN)
		return;
	p->drawn = moment;
	filled = (int)(share_done(p) * BAR);
	describe(state, sizeof(state), p, timed);
	name_print(shown, sizeof(shown), name);
	taken = BAR + strlen("[] , ") + strlen(state);
	text_cut(shown, width == 0 ? USUAL_WIDTH - taken : width > taken ? width - taken : 0);
	fprintf(stderr, "\r\033[K[%.*s%.*s] %s, %s", filled, "####################", BAR - filled,
		"....................", state, shown);
	fflush(stderr);
}

void progress_clear(struct progress *p)
{
	if (p->drawn != 0.0)
		fputs("\r\033[K", stderr);
	p->drawn = 0.0;
}
