/*
 * The numbers that were seen last.
 */
#include "daemon/ask/once.h"

#include <string.h>

void once_init(struct once *o)
{
	memset(o, 0, sizeof(*o));
}

bool once_is_first(struct once *o, uint64_t number)
{
	if (number == 0)
		return true;
	for (unsigned i = 0; i < ONCE_NUMBERS; i++)
		if (o->number[i] == number)
			return false;
	o->number[o->next] = number;
	o->next = (o->next + 1) % ONCE_NUMBERS;
	return true;
}
