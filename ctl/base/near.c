/*
 * Asking back.
 */
#include "ctl/base/near.h"

#include <stdarg.h>
#include <stdio.h>

#include "ctl/base/say.h"
#include "proto/name.h"

void near_complain(const struct near *near, const char *format, ...)
{
	char text[1024], name[NAME_PRINTED_MAX];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	complain("%s", text);
	for (size_t i = 0; i < near->count; i++) {
		name_print(name, sizeof(name), near->found[i]);
		fprintf(stderr, "%s%s%s", i == 0 ? "Did you mean " : " or ", name,
			i + 1 == near->count ? "?\n" : "");
	}
}
