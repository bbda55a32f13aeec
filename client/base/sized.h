/*
 * Structs that callers pass in: of today's size, of yesterday's or of tomorrow's.
 */
#ifndef CLIENT_BASE_SIZED_H
#define CLIENT_BASE_SIZED_H

#include <stddef.h>

#include "include/profclient.h"

#define SIZED_END(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))

/*
 * Reads what `from` has over the defaults in *to, a struct that begins with its size. `least`: the
 * last member that the shortest acceptable struct has; it never changes once released. NULL leaves
 * the defaults. Afterwards to->size is ours.
 */
#define sized_read(to, least, from)                                               \
	sized_read_from((to), sizeof(*(to)), SIZED_END(__typeof__(*(to)), least), \
			(const __typeof__(*(to)) *){(from)})

/* PROF_BAD_ARGUMENT: shorter than `least`. PROF_BAD_OPTION: longer than ours, and what we do not
 * know is not zero. */
prof_error sized_read_from(void *to, size_t size, size_t least, const void *from);

#endif
