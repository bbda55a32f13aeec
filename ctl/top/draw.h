/*
 * What the parts of top's screen draw with.
 */
#ifndef CTL_TOP_DRAW_H
#define CTL_TOP_DRAW_H

#include <ncurses.h>

#include "ctl/top/screen.h"

enum draw_color { DRAW_GOOD = 1, DRAW_BAD, DRAW_TITLE };

/* In at most `width` columns; 0: up to the edge. Lines outside of the screen are left out. */
void draw_text(int y, int x, int width, const char *format, ...)
	__attribute__((__format__(__printf__, 4, 5)));
void draw_name(int y, int x, int width, const char *name);

/* A bar of so great a part of the width. */
void draw_bar(int y, int x, int width, double part);

/* Values as a line of blocks, the greatest as high as a line. */
void draw_spark(int y, int x, const double *values, size_t count);

/* One function, between two lines of the screen. */
void draw_detail(int from, int until, const struct top_detail *detail);

#endif
