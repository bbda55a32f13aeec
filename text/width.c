/*
 * Widths of text. Names are UTF-8 whatever the locale is.
 */
#include "text/width.h"

#include <langinfo.h>
#include <string.h>
#include <wchar.h>

bool text_is_unicode(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Bytes and columns of the first character; never 0 bytes. */
static size_t step(const char *text, size_t *columns)
{
	size_t size = 1;
	int width = -1;
	wchar_t c;

	while ((text[size] & 0xc0) == 0x80)
		size++;
	if (text_is_unicode()) {
		mbstate_t state = {0};
		size_t taken = mbrtowc(&c, text, size, &state);

		if (taken == size)
			width = wcwidth(c);
	}
	*columns = width < 0 ? 1 : (size_t)width;
	return size;
}

size_t text_width(const char *text)
{
	size_t width = 0, columns;

	while (*text != '\0') {
		text += step(text, &columns);
		width += columns;
	}
	return width;
}

void text_cut(char *text, size_t width)
{
	const char *dots = text_is_unicode() ? "…" : "...";
	size_t dots_width = text_width(dots), columns, used = 0, at = 0, size;

	if (text_width(text) <= width)
		return;
	if (dots_width > width)
		dots = "", dots_width = 0;
	for (;;) {
		size = step(text + at, &columns);
		if (used + columns + dots_width > width)
			break;
		used += columns;
		at += size;
	}
	/* The text is wider than what stays of it, but may have fewer bytes than the dots. */
	if (strlen(text + at) >= strlen(dots))
		strcpy(text + at, dots);
	else
		text[at] = '\0';
}
