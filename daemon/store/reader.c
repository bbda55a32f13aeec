/*
 * Who holds a transaction open in the database: as long as it does, the WAL only grows.
 */
#include "daemon/store/data.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define WAL_LARGE (UINT64_C(32) << 20) /* twice what it grows to when nobody reads */

/* Where SQLite locks what readers stand at, in the file NAME-shm (its "WAL-mode file format"). */
#define READ_LOCKS 123
#define READ_MARKS 5

static void name_process(char *to, size_t room, pid_t pid)
{
	char file[64], name[64] = "";
	int fd;
	ssize_t size;

	if (pid <= 0) {
		snprintf(to, room, "a process outside of profd's PID namespace");
		return;
	}
	snprintf(file, sizeof(file), "/proc/%d/comm", (int)pid);
	fd = open(file, O_RDONLY | O_CLOEXEC);
	size = fd < 0 ? 0 : read(fd, name, sizeof(name) - 1);
	if (fd >= 0)
		close(fd);
	name[size > 0 ? size : 0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	/* It may call itself anything. */
	for (char *c = name; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	snprintf(to, room, "%.40s (pid %d)", name[0] == '\0' ? "process" : name, (int)pid);
}

/*
 * Locks of our own process do not count here. The descriptor stays open: closing it would drop all
 * locks of this process on the file, SQLite's too.
 */
void store_find_reader(struct store *s, struct store_counts *counts)
{
	struct flock lock = {.l_type = F_WRLCK,
			     .l_whence = SEEK_SET,
			     .l_start = READ_LOCKS,
			     .l_len = READ_MARKS};
	char name[4096];

	if (counts->wal_bytes <= WAL_LARGE) {
		counts->wal_reader[0] = '\0';
		return;
	}
	if (s->shm_fd < 0 && (size_t)snprintf(name, sizeof(name), "%s-shm", s->file) < sizeof(name))
		s->shm_fd = open(name, O_RDONLY | O_CLOEXEC);
	if (s->shm_fd >= 0 && fcntl(s->shm_fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK)
		name_process(counts->wal_reader, sizeof(counts->wal_reader), lock.l_pid);
}
