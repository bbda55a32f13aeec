/*
 * Folders and the lock in one of them.
 */
#include "daemon/base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/endpoint.h"

#define SYSTEM_STATE "/var/lib/profd"

bool folder_is_system(void)
{
	const char *state = getenv("STATE_DIRECTORY"); /* set by systemd for StateDirectory= */

	return geteuid() == 0 || (state != NULL && strcmp(state, SYSTEM_STATE) == 0);
}

static bool fits(int length, size_t room)
{
	return length > 0 && (size_t)length < room;
}

/* A folder of the XDG specification, by its variable or below the home folder. */
static bool find_xdg(char *to, size_t room, const char *variable, const char *standard,
		     const char *file)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	const struct passwd *user;

	if (base != NULL && base[0] == '/')
		return fits(snprintf(to, room, "%s/profd/%s", base, file), room);
	if (home == NULL || home[0] != '/') {
		user = getpwuid(geteuid());
		home = user == NULL ? NULL : user->pw_dir;
	}
	return home != NULL &&
	       fits(snprintf(to, room, "%s/%s/profd/%s", home, standard, file), room);
}

bool folder_config(char *to, size_t room)
{
	if (folder_is_system())
		return fits(snprintf(to, room, "/etc/profd/profd.conf"), room);
	return find_xdg(to, room, "XDG_CONFIG_HOME", ".config", "profd.conf");
}

bool folder_database(char *to, size_t room)
{
	if (folder_is_system())
		return fits(snprintf(to, room, SYSTEM_STATE "/profd.db"), room);
	return find_xdg(to, room, "XDG_STATE_HOME", ".local/state", "profd.db");
}

bool folder_runtime(char *to, size_t room)
{
	if (folder_is_system())
		return fits(snprintf(to, room, ENDPOINT_SYSTEM), room);
	return endpoint_of_user(to, room);
}

gid_t folder_group(const char *name)
{
	const struct group *group = name[0] == '\0' ? NULL : getgrnam(name);

	return group == NULL ? (gid_t)-1 : group->gr_gid;
}

static bool complain(char *why, size_t room, const char *what, const char *path)
{
	snprintf(why, room, "cannot %s %s: %s", what, path, strerror(errno));
	return false;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool folder_make(const char *path, mode_t mode, gid_t group, char *why, size_t room)
{
	if (is_folder(path))
		return true;
	if (!folder_make_for(path, mode, group, why, room))
		return false;
	if (mkdir(path, mode & 0700) != 0)
		return (errno == EEXIST && is_folder(path)) ||
		       complain(why, room, "make the folder", path);
	if (group != (gid_t)-1 && lchown(path, (uid_t)-1, group) != 0)
		return complain(why, room, "give to its group", path);
	return chmod(path, mode) == 0 || complain(why, room, "set the mode of", path);
}

bool folder_make_for(const char *file, mode_t mode, gid_t group, char *why, size_t room)
{
	char parent[4096];
	const char *slash = strrchr(file, '/');

	if (slash == NULL || slash == file)
		return true;
	if (!fits(snprintf(parent, sizeof(parent), "%.*s", (int)(slash - file), file),
		  sizeof(parent))) {
		errno = ENAMETOOLONG;
		return complain(why, room, "use", file);
	}
	return folder_make(parent, mode, group, why, room);
}

bool folder_lock(const char *path, char *why, size_t room)
{
	char file[4096];
	int fd;

	snprintf(file, sizeof(file), "%s/lock", path);
	fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return complain(why, room, "open the lock", file);
	/* Never closed: the lock is held until the process ends. */
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno == EWOULDBLOCK)
		snprintf(why, room, "another profd is running in %s", path);
	else
		complain(why, room, "lock", file);
	close(fd);
	return false;
}
