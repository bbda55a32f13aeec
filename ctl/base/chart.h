/*
 * Charts drawn with text: how long calls took over time, on a logarithmic scale.
 */
#ifndef CTL_BASE_CHART_H
#define CTL_BASE_CHART_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* One column. No calls: high is 0. */
struct chart_bar {
	double low, high, top; /* drawn full from low to high, and as a line from there to top */
};

struct chart_axis {
	const char *left, *right; /* what stands below the first and the last column */
};

#define CHART_MARGIN 10 /* columns that the scale takes on the left */
#define CHART_LEAST  20 /* columns without which there is nothing to see */

/* How many columns a chart may have here, but for its margin; 0: the terminal is too narrow. */
size_t chart_room(FILE *out);

void chart_bars(FILE *out, const struct chart_bar *bars, size_t count, unsigned height,
		const struct chart_axis *axis);

/* How many calls there were at each time (column) and of each duration (row, from the shortest on).
 */
struct chart_map {
	size_t columns, rows;
	const uint64_t *calls; /* [row * columns + column] */
	const double *upper;   /* of each row, in seconds */
};

/* color: in 256 colours, else in shades of characters. */
void chart_map(FILE *out, const struct chart_map *map, int color, const struct chart_axis *axis);

/* Whether a terminal shows colours: it is one, and neither NO_COLOR nor a dumb TERM says otherwise.
 */
int chart_color(FILE *out);

#endif
