/*
 * accept4() of this executable, which libzmq calls in place of the C library's.
 *
 * libzmq aborts when accept fails for want of descriptors. So some are kept in reserve: a
 * connection that takes one of them is closed again, and libzmq is told ECONNABORTED, which it
 * takes for a peer that gave up. The same is done to a user who has too many. Closing is not seen
 * here: whether a connection still is there is looked up (by inode, since numbers are used again)
 * only when its user is at the limit.
 */
#include "daemon/accept.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define RESERVE	  32
#define LIMIT_MAX (1 << 20)

struct connection {
	ino_t inode; /* 0: none */
	uid_t uid;
};

/* The signature of accept4 leaves no room for a context. */
static struct {
	pthread_mutex_t lock;
	struct connection *connection; /* by descriptor */
	int limit, top;		       /* no connection at or above `top` */
	uint64_t per_user;
	struct accept_counts counts;
} guard = {.lock = PTHREAD_MUTEX_INITIALIZER};

void accept_guard(uint64_t per_user)
{
	struct rlimit limit = {1024, 1024};

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < LIMIT_MAX ? limit.rlim_max : LIMIT_MAX;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	pthread_mutex_lock(&guard.lock);
	guard.per_user = per_user;
	guard.top = 0;
	guard.limit = limit.rlim_cur < LIMIT_MAX ? (int)limit.rlim_cur : LIMIT_MAX;
	free(guard.connection);
	guard.connection = calloc((size_t)guard.limit, sizeof(*guard.connection));
	pthread_mutex_unlock(&guard.lock);
}

static bool is_open(int fd, const struct connection *c)
{
	struct stat status;

	return c->inode != 0 && fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode) &&
	       status.st_ino == c->inode;
}

/* Counts what the user has, and forgets on the way what was closed. */
static uint64_t count_open(uid_t uid)
{
	uint64_t count = 0;

	for (int fd = 0; fd < guard.top; fd++) {
		struct connection *c = &guard.connection[fd];

		if (c->inode == 0 || c->uid != uid)
			continue;
		if (is_open(fd, c))
			count++;
		else
			c->inode = 0;
	}
	return count;
}

static uint64_t count_known(uid_t uid)
{
	uint64_t count = 0;

	for (int fd = 0; fd < guard.top; fd++)
		count += guard.connection[fd].inode != 0 && guard.connection[fd].uid == uid;
	return count;
}

/* Whether the connection may stay. Its descriptor is the lowest free one, and so shows how many are
 * left. */
static bool admit(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);
	struct stat status;

	if (guard.connection == NULL || fd >= guard.limit - RESERVE) {
		guard.counts.refused_full++;
		return false;
	}
	guard.connection[fd].inode = 0;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || fstat(fd, &status) != 0)
		return true;
	if (count_known(peer.uid) >= guard.per_user && count_open(peer.uid) >= guard.per_user) {
		guard.counts.refused_user++;
		return false;
	}
	guard.connection[fd] = (struct connection){status.st_ino, peer.uid};
	if (guard.top <= fd)
		guard.top = fd + 1;
	return true;
}

int accept4(int listener, struct sockaddr *address, socklen_t *size, int flags)
{
	int fd = (int)syscall(SYS_accept4, listener, address, size, flags);
	bool stays;

	if (fd < 0) {
		/* Descriptors or buffers ran out all the same: to libzmq that too is a peer that
		 * gave up. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			errno = ECONNABORTED;
		return -1;
	}
	pthread_mutex_lock(&guard.lock);
	stays = admit(fd);
	pthread_mutex_unlock(&guard.lock);
	if (stays)
		return fd;
	close(fd);
	errno = ECONNABORTED;
	return -1;
}

void accept_count(struct accept_counts *counts)
{
	pthread_mutex_lock(&guard.lock);
	*counts = guard.counts;
	pthread_mutex_unlock(&guard.lock);
}
