/*
 * Tables: cells are collected, then measured, then printed.
 */
#include "text/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "proto/name.h"
#include "text/width.h"

#define GAP		       2  /* blanks between columns */
#define LEAST		       12 /* what a column that shrinks keeps */
#define DEFAULT_TERMINAL_WIDTH 80

struct table {
	const struct column *columns;
	size_t width; /* columns */
	char **cells;
	size_t used, room;
	bool failed; /* a cell is missing */
};

struct table *table_new(const struct column *columns, size_t count)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t != NULL)
		*t = (struct table){.columns = columns, .width = count};
	return t;
}

void table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->used; i++)
		free(t->cells[i]);
	free(t->cells);
	free(t);
}

static bool make_room(struct table *t)
{
	size_t room = t->room == 0 ? 64 : t->room * 2;
	char **cells;

	if (t->used < t->room)
		return true;
	cells = reallocarray(t->cells, room, sizeof(*cells));
	if (cells == NULL)
		return false;
	t->cells = cells;
	t->room = room;
	return true;
}

void table_cell(struct table *t, const char *text)
{
	char *copy = strdup(text);

	if (copy != NULL && t != NULL && !t->failed && make_room(t)) {
		t->cells[t->used++] = copy;
		return;
	}
	free(copy);
	if (t != NULL)
		t->failed = true;
}

void table_name(struct table *t, const char *name)
{
	char harmless[NAME_PRINTED_MAX];

	name_print(harmless, sizeof(harmless), name);
	table_cell(t, harmless);
}

size_t table_terminal_width(FILE *out)
{
	struct winsize size;

	if (!isatty(fileno(out)))
		return 0;
	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return DEFAULT_TERMINAL_WIDTH;
	return size.ws_col;
}

static void measure(const struct table *t, size_t *widths)
{
	for (size_t c = 0; c < t->width; c++)
		widths[c] = t->columns[c].title == NULL ? 0 : text_width(t->columns[c].title);
	for (size_t i = 0; i < t->used; i++) {
		size_t width = text_width(t->cells[i]), c = i % t->width;

		if (widths[c] < width)
			widths[c] = width;
	}
}

/* Takes from the widest column that shrinks, one by one, so that several end up equal. */
static void shrink(const struct table *t, size_t *widths, size_t limit)
{
	size_t total = GAP * (t->width - 1);

	for (size_t c = 0; c < t->width; c++)
		total += widths[c];
	for (; total > limit; total--) {
		size_t widest = t->width;

		for (size_t c = 0; c < t->width; c++)
			if (t->columns[c].shrinks && widths[c] > LEAST &&
			    (widest == t->width || widths[c] > widths[widest]))
				widest = c;
		if (widest == t->width)
			return;
		widths[widest]--;
	}
}

/* Blanks wait in `blanks` for text behind them, so that none end a line. */
static void print_cell(const struct table *t, size_t c, char *text, const size_t *widths,
		       size_t *blanks, FILE *out)
{
	size_t pad;

	text_cut(text, widths[c]);
	pad = widths[c] - text_width(text);
	*blanks = c == 0 ? 0 : *blanks + GAP;
	if (t->columns[c].side == SIDE_RIGHT)
		*blanks += pad;
	if (text[0] != '\0') {
		fprintf(out, "%*s%s", (int)*blanks, "", text);
		*blanks = 0;
	}
	if (t->columns[c].side == SIDE_LEFT)
		*blanks += pad;
}

bool table_print(struct table *t, FILE *out, size_t width)
{
	size_t *widths = t == NULL || t->failed ? NULL : calloc(t->width, sizeof(*widths));
	size_t blanks = 0;

	if (widths == NULL)
		return false;
	if (t->used == 0) {
		free(widths);
		return true;
	}
	measure(t, widths);
	if (width != 0)
		shrink(t, widths, width);
	for (size_t c = 0; c < t->width && t->columns[c].title != NULL; c++) {
		char title[64];

		snprintf(title, sizeof(title), "%s", t->columns[c].title);
		print_cell(t, c, title, widths, &blanks, out);
		if (c + 1 == t->width)
			fputc('\n', out);
	}
	for (size_t i = 0; i < t->used; i++) {
		print_cell(t, i % t->width, t->cells[i], widths, &blanks, out);
		if (i % t->width + 1 == t->width)
			fputc('\n', out);
	}
	free(widths);
	return true;
}

bool table_print_markdown(const struct table *t, FILE *out)
{
	if (t == NULL || t->failed)
		return false;
	for (size_t c = 0; c < t->width; c++)
		fprintf(out, "| %s ", t->columns[c].title);
	fputs("|\n", out);
	for (size_t c = 0; c < t->width; c++)
		fputs(t->columns[c].side == SIDE_LEFT ? "| :--- " : "| ---: ", out);
	fputs("|\n", out);
	for (size_t i = 0; i < t->used; i++)
		fprintf(out, "| %s %s", t->cells[i], i % t->width + 1 == t->width ? "|\n" : "");
	return true;
}
