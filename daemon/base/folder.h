/*
 * Where profd's files are: the folders by default, making them, and the lock on the sockets.
 */
#ifndef DAEMON_BASE_FOLDER_H
#define DAEMON_BASE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether this is the system's profd (root, or systemd's service) and not one of a user's own. */
bool folder_is_system(void);

/* The default folders. False when the environment leaves none. */
bool folder_config(char *to, size_t room);
bool folder_database(char *to, size_t room);
bool folder_runtime(char *to, size_t room);

/* The group of this name, or (gid_t)-1 when there is none. */
gid_t folder_group(const char *name);

/*
 * Makes a folder and what leads to it, as far as they are missing, with this mode and group
 * ((gid_t)-1: as it comes). False with a sentence in `why`.
 */
bool folder_make(const char *path, mode_t mode, gid_t group, char *why, size_t room);

/* The same for the folder that a file is in. */
bool folder_make_for(const char *file, mode_t mode, gid_t group, char *why, size_t room);

/* Takes the lock that keeps a second profd from the sockets in a folder, until the process ends. */
bool folder_lock(const char *path, char *why, size_t room);

#endif
