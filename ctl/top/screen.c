/*
 * The list of functions, and the frame around everything that top shows.
 */
#include "ctl/top/screen.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/base/say.h"
#include "text/width.h"
#include "ctl/top/draw.h"
#include "ctl/base/units.h"
#include "proto/name.h"

#define HEADER_LINES 4
#define FOOTER_LINES 1
#define FIGURES	     66 /* columns of figures behind a name */
#define LEAST_NAME   12

static SCREEN *screen;

bool top_screen_open(void)
{
	const char *no = getenv("NO_COLOR");

	if (!isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO)) {
		complain("top needs a terminal; in a pipe, use profctl list");
		return false;
	}
	screen = newterm(NULL, stdout, stdin);
	if (screen == NULL) {
		complain("cannot draw on this terminal; TERM is '%s'",
			 getenv("TERM") == NULL ? "" : getenv("TERM"));
		return false;
	}
	set_escdelay(25);
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	curs_set(0);
	if ((no == NULL || no[0] == '\0') && has_colors()) {
		start_color();
		use_default_colors();
		init_pair(DRAW_GOOD, COLOR_GREEN, -1);
		init_pair(DRAW_BAD, COLOR_RED, -1);
		init_pair(DRAW_TITLE, COLOR_CYAN, -1);
	}
	return true;
}

void top_screen_close(void)
{
	if (screen == NULL)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
}

size_t top_screen_lines(void)
{
	return LINES > HEADER_LINES + FOOTER_LINES ? (size_t)(LINES - HEADER_LINES - FOOTER_LINES)
						   : 0;
}

void draw_text(int y, int x, int width, const char *format, ...)
{
	char text[2048];
	va_list list;

	if (y < 0 || y >= LINES || x >= COLS)
		return;
	if (width <= 0 || width > COLS - x)
		width = COLS - x;
	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	text_cut(text, (size_t)width);
	mvaddstr(y, x, text);
}

void draw_name(int y, int x, int width, const char *name)
{
	char harmless[NAME_PRINTED_MAX];

	name_print(harmless, sizeof(harmless), name);
	draw_text(y, x, width, "%s", harmless);
}

void draw_bar(int y, int x, int width, double part)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	int whole = (int)(part * width), eighth = (int)(8.0 * (part * width - whole));

	move(y, x);
	for (int i = 0; i < whole; i++)
		addstr(text_is_unicode() ? "█" : "#");
	if (text_is_unicode() && whole < width)
		addstr(eighths[eighth]);
}

void draw_spark(int y, int x, const double *values, size_t count)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char letters[] = " __..--^^";
	double most = 0.0;

	for (size_t i = 0; i < count; i++)
		most = fmax(most, values[i]);
	move(y, x);
	for (size_t i = 0; i < count; i++) {
		int level = values[i] > 0.0 ? 1 + (int)(7.0 * values[i] / most) : 0;

		if (text_is_unicode())
			addstr(blocks[level]);
		else
			addch((chtype)letters[level]);
	}
}

static void draw_totals(const struct top_model *m, const struct top_view *v)
{
	char rate[UNITS_ROOM], calls[UNITS_ROOM], errors[UNITS_ROOM], slow[UNITS_ROOM],
		functions[UNITS_ROOM];

	attron(A_BOLD);
	draw_text(0, 0, 0, "profctl top");
	attroff(A_BOLD);
	if (v->program != NULL) {
		draw_text(0, 13, 0, "program ");
		draw_name(0, 21, 0, v->program);
	}
	if (v->filter[0] != '\0' && !v->typing)
		draw_text(0, COLS / 2, COLS / 2 - 8, "filter: %s", v->filter);
	if (v->paused)
		draw_text(0, COLS - 7, 0, "paused");
	draw_text(1, 0, 0, "%s functions, %s calls, %s errors, %s slow",
		  units_count(functions, m->functions), units_short_count(calls, m->calls),
		  units_short_count(errors, m->errors), units_short_count(slow, m->slow));
	if (v->trouble != NULL) {
		attron(COLOR_PAIR(DRAW_BAD) | A_BOLD);
		draw_text(2, 0, 0, "profd: %s; trying again", v->trouble);
		attroff(COLOR_PAIR(DRAW_BAD) | A_BOLD);
	} else {
		draw_text(2, 0, 0, "now: %s calls/s, %.3g s of calls a second",
			  units_short_count(rate, (uint64_t)m->rate), m->busy);
	}
}

static void draw_footer(const struct top_view *v)
{
	if (v->typing) {
		draw_text(LINES - 1, 0, 0, "filter: %s_", v->filter);
		return;
	}
	attron(A_REVERSE);
	mvhline(LINES - 1, 0, ' ', COLS);
	draw_text(LINES - 1, 0, 0,
		  " q quit  / filter  s order  Enter details  Space pause  P program  ? help");
	attroff(A_REVERSE);
}

static int name_width(void)
{
	int spark = COLS > FIGURES + LEAST_NAME + TOP_SPARKS + 10 ? TOP_SPARKS + 1 : 0;
	int width = COLS - FIGURES - spark;

	return width < LEAST_NAME ? LEAST_NAME : width;
}

static int column(int number)
{
	static const int at[] = {0, 8, 16, 25, 34, 43, 52, 60, FIGURES};

	return name_width() + at[number];
}

/* Titles in the order of enum top_order, as far as they are columns of figures. */
static void draw_titles(const struct top_view *v)
{
	static const char *const titles[] = {"SHARE", "CALLS/S", "AVG",	  "P50",
					     "P99",   "MAX",	 "ERRORS"};

	attron(COLOR_PAIR(DRAW_TITLE) | A_BOLD);
	if (v->order == TOP_BY_NAME)
		attron(A_UNDERLINE);
	draw_text(HEADER_LINES - 1, 0, name_width(), "FUNCTION");
	attroff(A_UNDERLINE);
	for (int i = 0; i < 7; i++) {
		int width = column(i + 1) - column(i) - 1;

		if ((int)v->order == i)
			attron(A_UNDERLINE);
		draw_text(HEADER_LINES - 1, column(i) + width - (int)strlen(titles[i]), 0, "%s",
			  titles[i]);
		attroff(A_UNDERLINE);
	}
	if (column(8) + TOP_SPARKS <= COLS)
		draw_text(HEADER_LINES - 1, column(8), 0, "P99, LAST %d MIN",
			  (int)(TOP_SPARKS * TOP_SPARK_SECONDS / 60));
	attroff(COLOR_PAIR(DRAW_TITLE) | A_BOLD);
}

static void draw_figure(int y, int number, const char *text)
{
	int width = column(number + 1) - column(number) - 1;

	draw_text(y, column(number) + width - (int)text_width(text), 0, "%s", text);
}

static void draw_function(int y, const struct top_function *f)
{
	char text[UNITS_ROOM];

	draw_name(y, 0, name_width() - 1, f->name);
	snprintf(text, sizeof(text), f->share > 0.0 ? "%.1f %%" : "-", 100.0 * f->share);
	draw_figure(y, 0, text);
	draw_figure(y, 1, f->rate > 0.0 ? units_short_count(text, (uint64_t)ceil(f->rate)) : "-");
	draw_figure(y, 2, units_seconds(text, f->stats.avg_seconds));
	draw_figure(y, 3, units_seconds(text, f->stats.p50));
	draw_figure(y, 4, units_seconds(text, f->stats.p99));
	draw_figure(y, 5, units_seconds(text, f->stats.max_seconds));
	if (f->new_errors != 0)
		attron(COLOR_PAIR(DRAW_BAD) | A_BOLD);
	draw_figure(y, 6, units_short_count(text, f->stats.error_count));
	attroff(COLOR_PAIR(DRAW_BAD) | A_BOLD);
	if (column(8) + TOP_SPARKS <= COLS)
		draw_spark(y, column(8), f->spark, TOP_SPARKS);
}

static void keep_in_sight(const struct top_model *m, struct top_view *v)
{
	size_t lines = top_screen_lines();

	if (v->selected >= m->shown_count)
		v->selected = m->shown_count == 0 ? 0 : m->shown_count - 1;
	if (v->selected < v->first)
		v->first = v->selected;
	if (lines > 0 && v->selected >= v->first + lines)
		v->first = v->selected - lines + 1;
}

static void draw_help(void)
{
	static const char *const lines[] = {
		"Up, Down, PgUp, PgDn   select a function",
		"Enter                  its histogram, callers, callees and slow calls",
		"Escape, Backspace      back to the list",
		"/                      show only names that contain what is typed; Escape ends it",
		"s, S                   order by the next, the previous column",
		"t c a 5 9 m e n        by share of time, calls/s, average, p50, p99, max, errors, "
		"name",
		"P                      only the next program, and after the last all again",
		"Space                  pause, and go on",
		"q                      quit",
		"",
		"SHARE and CALLS/S tell of the last second; the other figures of all calls",
		"since the last clear.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		draw_text(HEADER_LINES + (int)i, 2, 0, "%s", lines[i]);
}

/* Whether there is no line for anything; says so where that fits. */
static bool is_too_small(void)
{
	if (top_screen_lines() != 0)
		return false;
	draw_text(0, 0, 0, "too small for top");
	refresh();
	return true;
}

void top_screen_list(const struct top_model *m, struct top_view *v)
{
	size_t lines = top_screen_lines();

	keep_in_sight(m, v);
	erase();
	if (is_too_small())
		return;
	draw_totals(m, v);
	draw_titles(v);
	if (v->help)
		draw_help();
	for (size_t i = 0; !v->help && i < lines && v->first + i < m->shown_count; i++) {
		if (v->first + i == v->selected)
			attron(A_REVERSE);
		mvhline(HEADER_LINES + (int)i, 0, ' ', COLS);
		draw_function(HEADER_LINES + (int)i, m->shown[v->first + i]);
		attroff(A_REVERSE);
	}
	if (m->shown_count == 0 && !v->help && v->trouble == NULL)
		draw_text(HEADER_LINES, 2, 0,
			  m->count == 0 ? "no calls yet" : "no function fits the filter");
	draw_footer(v);
	refresh();
}

void top_screen_detail(const struct top_model *m, const struct top_view *v,
		       const struct top_detail *d)
{
	erase();
	if (is_too_small())
		return;
	draw_totals(m, v);
	draw_detail(HEADER_LINES - 1, LINES - FOOTER_LINES, d);
	attron(A_REVERSE);
	mvhline(LINES - 1, 0, ' ', COLS);
	draw_text(LINES - 1, 0, 0, " q quit  Escape back  Space pause");
	attroff(A_REVERSE);
	refresh();
}
