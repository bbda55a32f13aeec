/*
 * Where profd is found. A place is the folder of its sockets, "/run/profd", or, from another
 * machine and with keys only, "tcp://HOST:PORT": `records` is at that port, `control` at the next.
 */
#ifndef PROTO_PLACE_H
#define PROTO_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#define PLACE_SYSTEM   "/run/profd" /* the system's profd */
#define PLACE_PATH_MAX 108	    /* room of sun_path, NUL included */

/*
 * The folder of this user's own profd: $XDG_RUNTIME_DIR/profd, or /run/user/UID/profd where that
 * folder exists. False when there is neither, or the path is too long for a socket in it.
 */
bool place_of_user(char *to, size_t room);

/*
 * The place that a base address names: "ipc:///run/profd", or "tcp://HOST:PORT". False unless it is
 * ipc:// and an absolute path that leaves room for a socket's name, or tcp:// with a host (a name,
 * a number, an IPv6 number in brackets) and a port from 1 to 65534.
 */
bool place_of_endpoint(char *to, size_t room, const char *endpoint);

bool place_is_tcp(const char *place);

/* ZeroMQ's address of the socket `records` or `control` of a place. False when it does not fit. */
bool place_address(char *to, size_t room, const char *place, const char *socket);

/*
 * Where a client looks that was told nothing: the system's folder if a socket `control` is there,
 * else the user's. False when there is none.
 */
bool place_default(char *to, size_t room);

#endif
