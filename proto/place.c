/*
 * The folders where profd's sockets are.
 */
#include "proto/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST_SOCKET "/records"

/* Whether the snprintf that returned `length` fits, with a socket's name behind it. */
static bool fits(int length, size_t room)
{
	return length > 0 && (size_t)length < room &&
	       (size_t)length + sizeof(LONGEST_SOCKET) <= PLACE_PATH_MAX;
}

bool place_of_user(char *to, size_t room)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	char standard[32];
	struct stat status;

	if (base == NULL || base[0] != '/') {
		snprintf(standard, sizeof(standard), "/run/user/%u", (unsigned)geteuid());
		if (stat(standard, &status) != 0)
			return false;
		base = standard;
	}
	return fits(snprintf(to, room, "%s/profd", base), room);
}

bool place_of_endpoint(char *to, size_t room, const char *endpoint)
{
	static const char scheme[] = "ipc://";
	size_t length;

	if (strncmp(endpoint, scheme, sizeof(scheme) - 1) != 0 ||
	    endpoint[sizeof(scheme) - 1] != '/')
		return false;
	endpoint += sizeof(scheme) - 1;
	length = strlen(endpoint);
	while (length > 1 && endpoint[length - 1] == '/')
		length--;
	return fits(snprintf(to, room, "%.*s", (int)length, endpoint), room);
}

bool place_default(char *to, size_t room)
{
	struct stat status;

	if (stat(PLACE_SYSTEM "/control", &status) == 0 && S_ISSOCK(status.st_mode))
		return fits(snprintf(to, room, "%s", PLACE_SYSTEM), room);
	return place_of_user(to, room);
}
