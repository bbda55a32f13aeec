/*
 * Counting timings into bars, and drawing them.
 */
#include "ctl/bench/histogram.h"

#include <string.h>

#include "ctl/bench/bench.h"

#define OUTER_FENCE 3.0

void histogram_count(struct histogram_of_runs *h, const double *timings, size_t count)
{
	double first = bench_percentile(timings, count, 25.0),
	       third = bench_percentile(timings, count, 75.0);
	double fence = third + OUTER_FENCE * (third - first);

	*h = (struct histogram_of_runs){.low = bench_percentile(timings, count, 0.0)};
	h->high = h->low;
	for (size_t i = 0; i < count; i++)
		if (timings[i] <= fence && timings[i] > h->high)
			h->high = timings[i];
	for (size_t i = 0; i < count; i++) {
		double slot = (timings[i] - h->low) / (h->high - h->low) * HISTOGRAM_BARS;

		if (timings[i] > h->high)
			h->beyond++;
		else if (h->high == h->low)
			h->bars[HISTOGRAM_BARS / 2]++;
		else
			h->bars[slot < HISTOGRAM_BARS ? (size_t)slot : HISTOGRAM_BARS - 1]++;
	}
}

void histogram_draw(char *to, const struct histogram_of_runs *h, bool unicode)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char *const plain[] = {" ", ".", ":", "-", "=", "+", "*", "#", "@"};
	const char *const *shades = unicode ? blocks : plain;
	const uint64_t steps = 8;
	uint64_t most = 1;

	for (size_t i = 0; i < HISTOGRAM_BARS; i++)
		if (h->bars[i] > most)
			most = h->bars[i];
	for (size_t i = 0; i < HISTOGRAM_BARS; i++)
		to = stpcpy(to, shades[(h->bars[i] * steps + most - 1) / most]);
}
