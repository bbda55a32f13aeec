/*
 * The folders where profd's sockets are.
 */
#include "proto/endpoint.h"

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
	       (size_t)length + sizeof(LONGEST_SOCKET) <= ENDPOINT_MAX;
}

bool endpoint_of_user(char *to, size_t room)
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

bool endpoint_is_tcp(const char *endpoint)
{
	return strncmp(endpoint, TCP, sizeof(TCP) - 1) == 0;
}

bool endpoint_address(char *to, size_t room, const char *endpoint, const char *socket)
{
	unsigned port;
	int length;

	if (!endpoint_is_tcp(endpoint)) {
		length = snprintf(to, room, "ipc://%s/%s", endpoint, socket);
	} else {
		port = port_of(endpoint) + (strcmp(socket, "control") == 0);
		length = snprintf(to, room, "%.*s:%u", (int)(strrchr(endpoint, ':') - endpoint),
				  endpoint, port);
	}
	return length > 0 && (size_t)length < room;
}

bool endpoint_parse(char *to, size_t room, const char *address)
{
	static const char scheme[] = "ipc://";
	size_t length;

	if (endpoint_is_tcp(address))
		return port_of(address) != 0 && fits(snprintf(to, room, "%s", address), room);

	if (strncmp(address, scheme, sizeof(scheme) - 1) != 0 || address[sizeof(scheme) - 1] != '/')
		return false;
	address += sizeof(scheme) - 1;
	length = strlen(address);
	while (length > 1 && address[length - 1] == '/')
		length--;
	return fits(snprintf(to, room, "%.*s", (int)length, address), room);
}

bool endpoint_default(char *to, size_t room)
{
	struct stat status;

	if (stat(ENDPOINT_SYSTEM "/control", &status) == 0 && S_ISSOCK(status.st_mode))
		return fits(snprintf(to, room, "%s", ENDPOINT_SYSTEM), room);
	return endpoint_of_user(to, room);
}
