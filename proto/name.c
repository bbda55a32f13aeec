/*
 * UTF-8: judge it, cut it, make it harmless.
 */
#include "proto/name.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "proto/limits.h"

/* Decodes one character; its length, or 0 where the bytes are not UTF-8. */
static size_t decode(const unsigned char *s, size_t length, uint32_t *character)
{
	static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
	size_t size;
	uint32_t c;

	if (length == 0)
		return 0;
	if (s[0] < 0x80) {
		*character = s[0];
		return 1;
	}
	if (s[0] >= 0xf8 || s[0] < 0xc0)
		return 0;
	size = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (size > length)
		return 0;
	c = s[0] & (0x7fu >> size);
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[size] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return size;
}

/* No byte of a character but the first is NUL, so decoding stops there. */
size_t name_character(const char *text)
{
	uint32_t c;

	return *text == '\0' ? 0 : decode((const unsigned char *)text, 4, &c);
}

bool name_is_utf8(const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t c;

	for (size_t at = 0, size; at < length; at += size) {
		size = decode(s + at, length - at, &c);
		if (size == 0 || c == 0)
			return false;
	}
	return true;
}

bool name_is_valid(const char *text, size_t length)
{
	return length >= 1 && length <= PROF_NAME_MAX && name_is_utf8(text, length);
}

size_t name_copy(char *to, size_t room, const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t written = 0;
	uint32_t c;

	for (size_t at = 0, size; at < length; at += size) {
		size = decode(s + at, length - at, &c);
		if (written + (size == 0 ? 1 : size) >= room)
			break;
		if (size == 0 || c == 0) {
			to[written++] = '?';
			size = 1;
		} else {
			memcpy(to + written, s + at, size);
			written += size;
		}
	}
	to[written] = '\0';
	return written;
}

static bool is_harmful(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0x061c ||
	       c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0x200b || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

size_t name_print(char *to, size_t room, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t length = strlen(text), written = 0;
	char piece[16];
	uint32_t c = 0;

	for (size_t at = 0, size; at < length; at += size) {
		int n;

		size = decode(s + at, length - at, &c);
		if (size == 0)
			n = snprintf(piece, sizeof(piece), "\\x%02x", s[at]);
		else if (c == '\\')
			n = snprintf(piece, sizeof(piece), "\\\\");
		else if (is_harmful(c))
			n = snprintf(piece, sizeof(piece), c < 0x80 ? "\\x%02x" : "\\u{%x}", c);
		else
			n = snprintf(piece, sizeof(piece), "%.*s", (int)size, text + at);
		if (written + (size_t)n >= room)
			break;
		memcpy(to + written, piece, (size_t)n);
		written += (size_t)n;
		if (size == 0)
			size = 1;
	}
	to[written] = '\0';
	return written;
}
