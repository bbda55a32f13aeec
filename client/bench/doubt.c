/*
 * Doubts: when they arise, and their sentences.
 */
#include "client/bench/doubt.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define TREND_SHOWN	  0.01
#define DRIFT_MATTERS	  0.01
#define OUTLIERS_ARE_MANY 0.1
#define CLOCK_READINGS	  100

unsigned doubt_timings(const struct prof_bench_result *r)
{
	double outliers = (double)(r->mild_outliers + r->severe_outliers);
	unsigned doubts = 0;

	if (r->iterations == 1)
		doubts |= 1u << PROF_BENCH_SINGLE;
	/* Comparisons with NAN are false: what cannot be told raises no doubt. */
	if (r->trend_p < TREND_SHOWN && fabs(r->drift) > DRIFT_MATTERS)
		doubts |= 1u << PROF_BENCH_DRIFT;
	if (outliers > OUTLIERS_ARE_MANY * (double)r->iterations)
		doubts |= 1u << PROF_BENCH_OUTLIERS;
	return doubts;
}

unsigned doubt_clock(const struct prof_bench_result *r, double clock_cost)
{
	return r->median * (double)r->batch < CLOCK_READINGS * clock_cost ? 1u << PROF_BENCH_COARSE
									  : 0;
}

static int drift_text(const struct prof_bench_result *r, char *text, size_t size)
{
	return snprintf(text, size, "the timings %s: the last third is %.1f %% %s than the first",
			r->drift > 0 ? "rise" : "fall", fabs(r->drift) * 100,
			r->drift > 0 ? "slower" : "faster");
}

static int failed_text(const struct prof_bench_result *r, char *text, size_t size)
{
	return snprintf(text, size,
			"%" PRIu64 " calls failed, the first with %d; their timings are among "
			"the others",
			r->failures, r->error);
}

size_t prof_bench_doubt_text(const struct prof_bench_result *r, enum prof_bench_doubt doubt,
			     char *text, size_t size)
{
	int length = 0;

	if (size > 0 && text != NULL)
		text[0] = '\0';
	else
		size = 0;
	if (r == NULL || (unsigned)doubt >= PROF_BENCH_DOUBTS || (r->doubts >> doubt & 1) == 0)
		return 0;
	switch (doubt) {
	case PROF_BENCH_SINGLE:
		length = snprintf(text, size, "one timing only: nothing tells how far it can vary");
		break;
	case PROF_BENCH_DRIFT:
		length = drift_text(r, text, size);
		break;
	case PROF_BENCH_OUTLIERS:
		length = snprintf(text, size,
				  "%" PRIu64 " of %zu timings are outliers, %" PRIu64 " of them "
				  "severe",
				  r->mild_outliers + r->severe_outliers, r->iterations,
				  r->severe_outliers);
		break;
	case PROF_BENCH_COARSE:
		length = snprintf(text, size, "the clock is too coarse: reading it takes %.3g ns",
				  r->clock_cost * 1e9);
		break;
	case PROF_BENCH_GOVERNOR:
		length = snprintf(text, size,
				  "the processor may change its frequency: its governor is not "
				  "\"performance\"");
		break;
	case PROF_BENCH_LOADED:
		length = snprintf(text, size, "the machine had other work to do");
		break;
	case PROF_BENCH_FAILED:
		length = failed_text(r, text, size);
		break;
	case PROF_BENCH_DOUBTS:
		break;
	}
	return length < 0 ? 0 : (size_t)length;
}
