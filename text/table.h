/*
 * Tables with aligned columns. Where memory runs out, table_print says so.
 */
#ifndef TEXT_TABLE_H
#define TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum side { SIDE_LEFT, SIDE_RIGHT };

struct column {
	const char *title; /* NULL in all columns: no line of titles */
	enum side side;
	bool shrinks; /* is made narrower where the terminal is too narrow */
};

struct table;

/* `columns` is lent until table_free. NULL, which all others take, without memory. */
struct table *table_new(const struct column *columns, size_t count);
void table_free(struct table *table);

/* Fills the next cell, row by row. table_name takes any text and makes it harmless. */
void table_cell(struct table *table, const char *text);
void table_name(struct table *table, const char *name);

/* Columns of the terminal that `out` is; 0 when it is none, and nothing needs to be cut. */
size_t table_terminal_width(FILE *out);

/* Prints in at most `width` columns where that is possible; 0: in any number of them. Without rows
 * there are no titles either. False, with nothing printed, when there was no memory for all of the
 * table. */
bool table_print(struct table *table, FILE *out, size_t width);

/* The same for documents. A vertical bar in a cell is up to the caller. */
bool table_print_markdown(const struct table *table, FILE *out);

#endif
