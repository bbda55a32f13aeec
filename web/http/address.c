/*
 * Reading, judging and opening addresses of the two kinds that there are.
 */
#include "web/http/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "view/value.h"

#define BACKLOG 128

static struct sockaddr_in *four(const struct address *a)
{
	return (struct sockaddr_in *)&a->socket;
}

static struct sockaddr_in6 *six(const struct address *a)
{
	return (struct sockaddr_in6 *)&a->socket;
}

static bool read_host(struct address *a, const char *host, size_t length, in_port_t port)
{
	char name[ADDRESS_ROOM];

	if (length == 0 || length >= sizeof(name))
		return false;
	memcpy(name, host, length);
	name[length] = '\0';
	*a = (struct address){.size = sizeof(struct sockaddr_in)};
	four(a)->sin_family = AF_INET;
	four(a)->sin_port = htons(port);
	if (strcmp(name, "localhost") == 0) {
		four(a)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		return true;
	}
	if (name[0] != '[')
		return inet_pton(AF_INET, name, &four(a)->sin_addr) == 1;
	if (name[length - 1] != ']')
		return false;
	name[length - 1] = '\0';
	*a = (struct address){.size = sizeof(struct sockaddr_in6)};
	six(a)->sin6_family = AF_INET6;
	six(a)->sin6_port = htons(port);
	return inet_pton(AF_INET6, name + 1, &six(a)->sin6_addr) == 1;
}

bool address_read(struct address *address, const char *text)
{
	const char *colon = strrchr(text, ':');
	struct address read;
	uint64_t port;

	if (colon == NULL || !value_number(colon + 1, UINT16_MAX, &port) ||
	    !read_host(&read, text, (size_t)(colon - text), (in_port_t)port))
		return false;
	*address = read;
	return true;
}

bool address_is_own(const struct address *a)
{
	if (a->socket.ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&six(a)->sin6_addr);
	return ntohl(four(a)->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

bool address_is_any(const struct address *a)
{
	if (a->socket.ss_family == AF_INET6)
		return IN6_IS_ADDR_UNSPECIFIED(&six(a)->sin6_addr);
	return four(a)->sin_addr.s_addr == htonl(INADDR_ANY);
}

const char *address_print(char *to, const struct address *a, bool with_port)
{
	bool is_six = a->socket.ss_family == AF_INET6;
	const void *number = is_six ? (const void *)&six(a)->sin6_addr : &four(a)->sin_addr;
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(a->socket.ss_family, number, text, sizeof(text));
	snprintf(to, ADDRESS_ROOM, is_six ? "[%s]" : "%s", text);
	if (with_port)
		snprintf(to + strlen(to), ADDRESS_ROOM - strlen(to), ":%u",
			 ntohs(is_six ? six(a)->sin6_port : four(a)->sin_port));
	return to;
}

int address_listen(struct address *a)
{
	int fd = socket(a->socket.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), why;

	if (fd < 0)
		return -1;
	/* So that profweb can be started again while connections of the one before it fade. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(fd, (struct sockaddr *)&a->socket, a->size) == 0 && listen(fd, BACKLOG) == 0 &&
	    getsockname(fd, (struct sockaddr *)&a->socket, &a->size) == 0)
		return fd;
	why = errno;
	close(fd);
	errno = why;
	return -1;
}
