/*
 * Timings as a line of bars.
 */
#ifndef CTL_BENCH_HISTOGRAM_H
#define CTL_BENCH_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BARS 40

struct histogram_of_runs {
	double low, high; /* where the first bar begins and the last one ends */
	uint64_t bars[HISTOGRAM_BARS];
	uint64_t beyond; /* timings above the last bar */
};

/*
 * From the least to the greatest timing; without those far above the others, which would press all
 * that is of interest into the first bar: more than 3 interquartile ranges above the third
 * quartile (Tukey's outer fence).
 */
void histogram_count(struct histogram_of_runs *histogram, const double *timings, size_t count);

/* Room that the line needs, NUL included. */
#define HISTOGRAM_ROOM (HISTOGRAM_BARS * 3 + 1)

/* The bars as characters. The least that there is stays to be seen. */
void histogram_draw(char *to, const struct histogram_of_runs *histogram, bool unicode);

#endif
