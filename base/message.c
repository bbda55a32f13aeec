/*
 * Printing messages.
 */
#include "base/message.h"

#include <stdio.h>

#include "proto/name.h"

void message_list(const char *program, const char *format, va_list list)
{
	char text[2048], harmless[4096];

	vsnprintf(text, sizeof(text), format, list);
	name_print(harmless, sizeof(harmless), text);
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", program, harmless);
}

void message(const char *program, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	message_list(program, format, list);
	va_end(list);
}

void message_suggest(const struct near *near)
{
	char name[NAME_PRINTED_MAX];

	for (size_t i = 0; i < near->count; i++) {
		name_print(name, sizeof(name), near->found[i]);
		fprintf(stderr, "%s%s%s", i == 0 ? "Did you mean " : " or ", name,
			i + 1 == near->count ? "?\n" : "");
	}
}
