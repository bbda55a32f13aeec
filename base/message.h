/*
 * Messages on standard error, made harmless for a terminal whatever they quote.
 */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include <stdarg.h>

#include "base/near.h"

/* "PROGRAM: ...", as one line. */
void message(const char *program, const char *format, ...)
	__attribute__((__format__(__printf__, 2, 3)));
void message_list(const char *program, const char *format, va_list list)
	__attribute__((__format__(__printf__, 2, 0)));

/* "Did you mean A or B?"; nothing where no name is near. */
void message_suggest(const struct near *near);

#endif
