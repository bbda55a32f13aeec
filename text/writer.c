/*
 * The form of JSON: brackets, commas, lines, escapes.
 */
#include "text/writer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "proto/name.h"
#include "text/number.h"

#define INDENT 2 /* blanks a level */

static void flush(struct writer *w)
{
	if (!w->failed)
		w->failed = fwrite_unlocked(w->held, 1, w->size, w->to) != w->size;
	w->size = 0;
}

/* A stream takes many short pieces slowly. Nothing is held back when a document is whole. */
static void put(struct writer *w, const char *bytes, size_t size)
{
	if (w->size + size > sizeof(w->held))
		flush(w);
	if (size > sizeof(w->held)) {
		w->failed = w->failed || fwrite_unlocked(bytes, 1, size, w->to) != size;
		return;
	}
	memcpy(w->held + w->size, bytes, size);
	w->size += size;
	if (w->depth == 0)
		flush(w);
}

static void put_char(struct writer *w, char c)
{
	if (w->size == sizeof(w->held))
		flush(w);
	w->held[w->size++] = c;
	if (w->depth == 0)
		flush(w);
}

static void put_word(struct writer *w, const char *word)
{
	put(w, word, strlen(word));
}

static void put_line(struct writer *w)
{
	static const char blanks[INDENT * WRITER_DEEPEST + 1] = "                                ";

	put_char(w, '\n');
	put(w, blanks, INDENT * w->depth);
}

/* How many bytes stand for themselves. */
static size_t plain_size(const char *text)
{
	const char *at = text;
	size_t size;

	do {
		while ((signed char)*at >= ' ' && *at != '"' && *at != '\\')
			at++;
		size = (unsigned char)*at >= 0x80 ? name_character(at) : 0;
		at += size;
	} while (size != 0);
	return (size_t)(at - text);
}

static void put_escape(struct writer *w, unsigned char c)
{
	static const char special[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = strchr(special, c);
	char code[8];

	if (c >= 0x80)
		put_char(w, '?');
	else if (found != NULL)
		put(w, (char[]){'\\', letters[found - special]}, 2);
	else
		put(w, code, (size_t)snprintf(code, sizeof(code), "\\u%04X", c));
}

static void put_string(struct writer *w, const char *text)
{
	put_char(w, '"');
	while (*text != '\0') {
		size_t plain = plain_size(text);

		put(w, text, plain);
		text += plain;
		if (*text != '\0')
			put_escape(w, (unsigned char)*text++);
	}
	put_char(w, '"');
}

/* What stands before a value: a comma, its line, its name. */
static void put_name(struct writer *w, const char *name)
{
	if (w->begun)
		put_char(w, ',');
	if (w->indented && w->depth > 0 && w->flat == 0)
		put_line(w);
	else if (w->indented && w->begun)
		put_char(w, ' ');
	w->begun = w->depth > 0;
	if (name == NULL)
		return;
	put_string(w, name);
	put(w, ": ", w->indented ? 2 : 1);
}

static void open_bracket(struct writer *w, const char *name, char begin, char end)
{
	assert(w->depth < WRITER_DEEPEST);
	put_name(w, name);
	put_char(w, begin);
	w->ends[w->depth++] = end;
	w->begun = false;
}

void writer_object(struct writer *w, const char *name)
{
	open_bracket(w, name, '{', '}');
}

void writer_array(struct writer *w, const char *name)
{
	open_bracket(w, name, '[', ']');
}

void writer_flat(struct writer *w)
{
	if (w->flat == 0)
		w->flat = w->depth;
}

void writer_end(struct writer *w)
{
	assert(w->depth > 0);
	w->depth--;
	if (w->begun && w->indented && w->flat == 0)
		put_line(w);
	put_char(w, w->ends[w->depth]);
	w->begun = w->depth > 0;
	if (w->depth < w->flat)
		w->flat = 0;
	if (w->depth == 0 && w->indented)
		put_char(w, '\n');
}

void writer_text(struct writer *w, const char *name, const char *text)
{
	put_name(w, name);
	if (text == NULL)
		put_word(w, "null");
	else
		put_string(w, text);
}

void writer_count(struct writer *w, const char *name, uint64_t count)
{
	writer_integer(w, name, count > INT64_MAX ? INT64_MAX : (int64_t)count);
}

/* Large answers have many of them: printf would take ten times as long. */
void writer_integer(struct writer *w, const char *name, int64_t number)
{
	uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	if (number < 0)
		*--at = '-';
	put_name(w, name);
	put(w, at, (size_t)(digits + sizeof(digits) - at));
}

/* A sign that it is a real number, and an exponent without what it does not need. */
void writer_real(struct writer *w, const char *name, double number)
{
	char digits[NUMBER_ROOM], *exponent;

	number_real(digits, isfinite(number) ? number : 0.0,
		    w->exact ? NUMBER_EXACT : NUMBER_DIGITS);
	exponent = strchr(digits, 'e');
	if (exponent != NULL) {
		exponent += exponent[1] == '-' ? 2 : 1;
		memmove(exponent, exponent + strspn(exponent, "+0"),
			strlen(exponent + strspn(exponent, "+0")) + 1);
	} else if (strchr(digits, '.') == NULL) {
		strcat(digits, ".0");
	}
	put_name(w, name);
	put_word(w, digits);
}

void writer_figure(struct writer *w, const char *name, double number)
{
	if (isfinite(number))
		writer_real(w, name, number);
	else
		writer_null(w, name);
}

void writer_bool(struct writer *w, const char *name, bool yes)
{
	put_name(w, name);
	put_word(w, yes ? "true" : "false");
}

void writer_null(struct writer *w, const char *name)
{
	put_name(w, name);
	put_word(w, "null");
}
