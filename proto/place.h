/*
 * Where profd is found: the folder of its sockets, and the two addresses in it.
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
 * Takes the folder out of a base address "ipc:///run/profd". False unless it is ipc:// and an
 * absolute path that leaves room for a socket's name.
 */
bool place_of_endpoint(char *to, size_t room, const char *endpoint);

/*
 * Where a client looks that was told nothing: the system's folder if a socket `control` is there,
 * else the user's. False when there is none.
 */
bool place_default(char *to, size_t room);

#endif
