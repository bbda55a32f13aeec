/*
 * Text in columns of a terminal.
 */
#ifndef TEXT_WIDTH_H
#define TEXT_WIDTH_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the locale shows more than ASCII. */
bool text_is_unicode(void);

/* Columns that UTF-8 text takes. What the locale cannot tell counts as one column a character. */
size_t text_width(const char *text);

/* Shortens text, in place, to at most `width` columns; three dots or their one character stand for
 * what was cut. */
void text_cut(char *text, size_t width);

#endif
