/*
 * The one place that honours the size of a struct that is passed in.
 */
#include "client/base/sized.h"

#include <string.h>

prof_error sized_read_from(void *to, size_t size, size_t least, const void *from)
{
	const unsigned char *bytes = from;
	size_t told;

	if (from == NULL)
		return PROF_OK;
	memcpy(&told, from, sizeof(told));
	if (told < least)
		return PROF_BAD_ARGUMENT;
	for (size_t i = size; i < told; i++)
		if (bytes[i] != 0)
			return PROF_BAD_OPTION;
	memcpy(to, from, told < size ? told : size);
	memcpy(to, &size, sizeof(size));
	return PROF_OK;
}
