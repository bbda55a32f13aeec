/*
 * Drawing with text. Blocks where the locale has them, ASCII elsewhere.
 */
#include "ctl/base/chart.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text/table.h"
#include "text/width.h"
#include "ctl/base/units.h"

#define LEAST_SECONDS 1e-9
#define SHADES	      5
#define WIDEST	      200
#define USUAL	      70 /* where there is no terminal */

size_t chart_room(FILE *out)
{
	size_t width = table_terminal_width(out);

	if (width == 0)
		return USUAL;
	if (width < CHART_MARGIN + CHART_LEAST)
		return 0;
	return width - CHART_MARGIN > WIDEST ? WIDEST : width - CHART_MARGIN;
}

static void margin(FILE *out, const char *label)
{
	fprintf(out, "%*s%s ", (int)(CHART_MARGIN - 2 - text_width(label)), "", label);
	fputs(text_is_unicode() ? "│" : "|", out);
}

static void axis_line(FILE *out, size_t columns, const struct chart_axis *axis)
{
	size_t left = text_width(axis->left), right = text_width(axis->right);

	fprintf(out, "%*s%s", CHART_MARGIN - 1, "", text_is_unicode() ? "└" : "+");
	for (size_t i = 0; i < columns; i++)
		fputs(text_is_unicode() ? "─" : "-", out);
	fprintf(out, "\n%*s%s", CHART_MARGIN, "", axis->left);
	if (left + 1 + right <= columns)
		fprintf(out, "%*s%s", (int)(columns - left - right), "", axis->right);
	fputc('\n', out);
}

/* The scale: log of the shortest and the longest duration drawn. */
static bool scale_of(const struct chart_bar *bars, size_t count, double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (size_t i = 0; i < count; i++) {
		if (bars[i].high <= 0.0)
			continue;
		*low = fmin(*low, log(fmax(bars[i].low, LEAST_SECONDS)));
		*high = fmax(*high, log(fmax(bars[i].top, LEAST_SECONDS)));
	}
	if (*low > *high)
		return false;
	if (*high - *low < 0.1) { /* a flat line still gets a scale to stand on */
		*low -= 0.1;
		*high += 0.1;
	}
	return true;
}

static const char *bar_mark(const struct chart_bar *b, double from, double to)
{
	bool unicode = text_is_unicode();

	if (b->high <= 0.0)
		return " ";
	if (log(fmax(b->high, LEAST_SECONDS)) >= from && log(fmax(b->low, LEAST_SECONDS)) < to)
		return unicode ? "█" : "#";
	if (log(fmax(b->top, LEAST_SECONDS)) >= from && log(fmax(b->high, LEAST_SECONDS)) < to)
		return unicode ? "│" : "|";
	return " ";
}

void chart_bars(FILE *out, const struct chart_bar *bars, size_t count, unsigned height,
		const struct chart_axis *axis)
{
	char label[UNITS_ROOM];
	double low, high;

	if (!scale_of(bars, count, &low, &high))
		return;
	for (unsigned row = height; row-- > 0;) {
		double from = low + (high - low) * row / height;
		double to = row + 1 == height ? INFINITY : low + (high - low) * (row + 1) / height;

		margin(out, row % 2 == 0 ? units_seconds(label, exp(from)) : "");
		for (size_t i = 0; i < count; i++)
			fputs(bar_mark(&bars[i], row == 0 ? -INFINITY : from, to), out);
		fputc('\n', out);
	}
	axis_line(out, count, axis);
}

/* 0: no calls; 1 ... shades: on a logarithmic scale, so that single calls are seen beside millions.
 */
static unsigned shade(uint64_t calls, uint64_t most, unsigned shades)
{
	double part;

	if (calls == 0)
		return 0;
	part = most <= 1 ? 1.0 : log((double)calls) / log((double)most);
	return 1 + (unsigned)fmin(part * shades, shades - 1);
}

static void map_cell(FILE *out, unsigned level, int color)
{
	static const char *const blocks[SHADES + 1] = {" ", "·", "░", "▒", "▓", "█"};
	static const char *const letters[SHADES + 1] = {" ", ".", ":", "+", "#", "@"};
	static const int colors[SHADES + 1] = {0, 18, 55, 126, 202, 226};

	if (color && level != 0)
		fprintf(out, "\033[48;5;%dm \033[0m", colors[level]);
	else
		fputs(text_is_unicode() ? blocks[level] : letters[level], out);
}

void chart_map(FILE *out, const struct chart_map *map, int color, const struct chart_axis *axis)
{
	size_t cells = map->columns * map->rows;
	char label[UNITS_ROOM];
	uint64_t most = 0;

	for (size_t i = 0; i < cells; i++)
		most = map->calls[i] > most ? map->calls[i] : most;
	for (size_t row = map->rows; row-- > 0;) {
		margin(out,
		       (map->rows - 1 - row) % 2 == 0 ? units_seconds(label, map->upper[row]) : "");
		for (size_t i = 0; i < map->columns; i++)
			map_cell(out, shade(map->calls[row * map->columns + i], most, SHADES),
				 color);
		fputc('\n', out);
	}
	axis_line(out, map->columns, axis);
	fprintf(out, "%*s", CHART_MARGIN, "");
	for (unsigned level = 1; level <= SHADES; level++)
		map_cell(out, level, color);
	fprintf(out, " 1 to %s calls\n", units_count(label, most));
}

int chart_color(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(out)) && (no == NULL || no[0] == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}
