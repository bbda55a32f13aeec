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
#define TCP	       "tcp://"
#define PORT_MAX       65534 /* the next is that of `control` */

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

/* ZeroMQ gives a meaning to other characters, such as ';'. */
static bool is_host(const char *text, size_t length)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_*";
	static const char number[] = "0123456789abcdefABCDEF:.%";

	if (length > 2 && text[0] == '[' && text[length - 1] == ']')
		return strspn(text + 1, number) == length - 2;
	return length > 0 && strspn(text, plain) >= length;
}

/* The port of "tcp://HOST:PORT"; 0: it is not written like that. */
static unsigned port_of(const char *endpoint)
{
	const char *host = endpoint + sizeof(TCP) - 1, *colon = strrchr(host, ':');
	unsigned port = 0;

	if (colon == NULL || !is_host(host, (size_t)(colon - host)))
		return 0;
	for (const char *at = colon + 1; *at != '\0'; at++) {
		if (*at < '0' || *at > '9' || port > PORT_MAX)
			return 0;
		port = port * 10 + (unsigned)(*at - '0');
	}
	return port > PORT_MAX ? 0 : port;
}

bool place_is_tcp(const char *place)
{
	return strncmp(place, TCP, sizeof(TCP) - 1) == 0;
}

bool place_address(char *to, size_t room, const char *place, const char *socket)
{
	unsigned port;
	int length;

	if (!place_is_tcp(place)) {
		length = snprintf(to, room, "ipc://%s/%s", place, socket);
	} else {
		port = port_of(place) + (strcmp(socket, "control") == 0);
		length = snprintf(to, room, "%.*s:%u", (int)(strrchr(place, ':') - place), place,
				  port);
	}
	return length > 0 && (size_t)length < room;
}

bool place_of_endpoint(char *to, size_t room, const char *endpoint)
{
	static const char scheme[] = "ipc://";
	size_t length;

	if (place_is_tcp(endpoint))
		return port_of(endpoint) != 0 && fits(snprintf(to, room, "%s", endpoint), room);

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
