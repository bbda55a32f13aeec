/*
 * Where profd is found. An endpoint is the folder of its sockets, "/run/profd", or, from another
 * machine and with keys only, "tcp://HOST:PORT": `records` is at that port, `control` at the next.
 */
#ifndef PROTO_ENDPOINT_H
#define PROTO_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#define ENDPOINT_SYSTEM "/run/profd" /* the system's profd */
#define ENDPOINT_MAX	108	     /* room of sun_path, NUL included */

/*
 * The folder of this user's own profd: $XDG_RUNTIME_DIR/profd, or /run/user/UID/profd where that
 * folder exists. False when there is neither, or the path is too long for a socket in it.
 */
bool endpoint_of_user(char *to, size_t room);

/*
 * The endpoint that a base address names: "ipc:///run/profd", or "tcp://HOST:PORT". False unless it
 * is ipc:// and an absolute path that leaves room for a socket's name, or tcp:// with a host (a
 * name, a number, an IPv6 number in brackets) and a port from 1 to 65534.
 */
bool endpoint_parse(char *to, size_t room, const char *address);

bool endpoint_is_tcp(const char *endpoint);

/* ZeroMQ's address of the socket `records` or `control` of an endpoint. False when it does not fit.
 */
bool endpoint_address(char *to, size_t room, const char *endpoint, const char *socket);

/*
 * Where a client looks that was told nothing: the system's folder if a socket `control` is there,
 * else the user's. False when there is none.
 */
bool endpoint_default(char *to, size_t room);

#endif
