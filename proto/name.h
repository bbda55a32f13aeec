/*
 * Text that comes from outside: names of functions and programs, messages of failures. All of it
 * may be hostile.
 */
#ifndef PROTO_NAME_H
#define PROTO_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/limits.h"

/* Bytes of the first character of a text that NUL ends; 0 where they are not UTF-8. */
size_t name_character(const char *text);

/* Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates), without NUL. */
bool name_is_utf8(const char *text, size_t length);

/* Whether this may name a function or program: 1 to PROF_NAME_MAX bytes of UTF-8. */
bool name_is_valid(const char *text, size_t length);

/*
 * Copies what fits into `to` (always ended by NUL) and cuts at a character, never within one. What
 * is not UTF-8 becomes '?'. Returns the length written.
 */
size_t name_copy(char *to, size_t room, const char *text, size_t length);

/*
 * Copies text for a log or a terminal: control characters (C0, DEL, C1, line and paragraph
 * separators, and the characters that turn the direction of text) are written as \xNN or \u{NNNN},
 * a backslash doubled, bytes that are not UTF-8 as \xNN. Cuts at a whole escape. Returns the length
 * written.
 */
size_t name_print(char *to, size_t room, const char *text);

/* Room that name_print needs for a name of PROF_NAME_MAX bytes, NUL included. */
#define NAME_PRINTED_MAX (PROF_NAME_MAX * 4 + 1)

#endif
