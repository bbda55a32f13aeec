/*
 * accept4(), recv() and close() of this executable, which libzmq calls in place of the C library's.
 *
 * libzmq aborts when accept fails for want of descriptors. So some are kept in reserve: a
 * connection that takes one of them is closed again, and libzmq is told ECONNABORTED, which it
 * takes for a peer that gave up. The same is done to a user who has too many.
 *
 * SO_PEERCRED, which libzmq passes on, names a peer's primary group only. The others are asked for
 * here; a mark for each group that a list of the configuration names is all that is kept.
 *
 * libzmq's own limits count messages of one connection and bytes of one frame: they bound neither
 * what many connections hold nor a message whose frames never end. So messages are read along as
 * they come in. A user of whom too much waits is not read until profd has taken some of it, which
 * the user's processes see as a socket that is full; a message that is begun may always be ended,
 * but no other be begun in the same breath.
 */
#include "daemon/net/accept.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/net/frames.h"

#define RESERVE	   32
#define LIMIT_MAX  (1 << 20)
#define GROUPS_MAX 64
#define GONE_MAX   1024 /* connections remembered after their descriptor was used again */

/* What is counted as one user: a user, or, above this, an address of tcp. */
#define OVER_TCP (UINT64_C(1) << 63)
#define IPV4	 (UINT64_C(1) << 62)

struct connection {
	bool known, open;
	bool local; /* not tcp, whose peers are no users */
	uint64_t uid;
	pid_t pid;
	uint64_t groups; /* marks */
	struct frames frames;
};

struct user {
	uint64_t uid;
	uint32_t connections;
	uint64_t waiting, begun; /* bytes of messages that are complete, and that are not */
};

/* The signatures of accept4 and close leave no room for a context. */
static struct {
	pthread_mutex_t lock;
	struct connection *connection; /* by descriptor */
	int limit, top;		       /* no connection at or above `top` */
	struct user *user;	       /* those that have connections */
	uint32_t users, users_room, connections;
	struct accept_limits limits;
	uint64_t tcp; /* connections over it */
	gid_t group[GROUPS_MAX];
	unsigned groups;
	struct connection gone[GONE_MAX];
	unsigned next_gone;
	struct accept_counts counts;
} guard = {.lock = PTHREAD_MUTEX_INITIALIZER};

void accept_guard(const struct accept_limits *limits)
{
	struct rlimit limit = {1024, 1024};

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max < LIMIT_MAX ? limit.rlim_max : LIMIT_MAX;
		setrlimit(RLIMIT_NOFILE, &limit);
		getrlimit(RLIMIT_NOFILE, &limit);
	}
	pthread_mutex_lock(&guard.lock);
	guard.limits = *limits;
	guard.top = 0;
	guard.users = guard.connections = 0;
	guard.tcp = 0;
	guard.limit = limit.rlim_cur < LIMIT_MAX ? (int)limit.rlim_cur : LIMIT_MAX;
	free(guard.connection);
	guard.connection = calloc((size_t)guard.limit, sizeof(*guard.connection));
	pthread_mutex_unlock(&guard.lock);
}

/* ------------------------------------------------- groups */

static uint64_t marks_of(const gid_t *list, size_t count)
{
	uint64_t marks = 0;

	for (size_t i = 0; i < count; i++)
		for (unsigned at = 0; at < guard.groups; at++)
			marks |= list[i] == guard.group[at] ? UINT64_C(1) << at : 0;
	return marks;
}

/* A peer can be in 65,536 groups; most are in a few. */
static uint64_t ask_groups(int fd)
{
	gid_t few[64], *all;
	socklen_t size = sizeof(few);
	uint64_t marks = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, few, &size) == 0)
		return marks_of(few, size / sizeof(gid_t));
	if (errno != ERANGE || (all = malloc(size)) == NULL)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, all, &size) == 0)
		marks = marks_of(all, size / sizeof(gid_t));
	free(all);
	return marks;
}

bool accept_mark_group(gid_t group, uint64_t *mark)
{
	unsigned at = 0;

	pthread_mutex_lock(&guard.lock);
	while (at < guard.groups && guard.group[at] != group)
		at++;
	if (at == guard.groups && at < GROUPS_MAX) {
		guard.group[guard.groups++] = group;
		for (int fd = 0; fd < guard.top; fd++)
			if (guard.connection[fd].open)
				guard.connection[fd].groups = ask_groups(fd);
	}
	pthread_mutex_unlock(&guard.lock);
	if (at == GROUPS_MAX)
		return false;
	*mark = UINT64_C(1) << at;
	return true;
}

static bool is_of(const struct connection *c, uid_t uid, pid_t pid)
{
	return c->known && c->uid == uid && c->pid == pid;
}

uint64_t accept_groups(int fd, uid_t uid, pid_t pid)
{
	const struct connection *found = NULL;
	uint64_t groups;

	pthread_mutex_lock(&guard.lock);
	if (fd >= 0 && fd < guard.top && is_of(&guard.connection[fd], uid, pid))
		found = &guard.connection[fd];
	for (unsigned i = 0; i < GONE_MAX && found == NULL; i++)
		if (is_of(&guard.gone[i], uid, pid))
			found = &guard.gone[i];
	groups = found == NULL ? 0 : found->groups;
	pthread_mutex_unlock(&guard.lock);
	return groups;
}

/* ------------------------------------------------- connections */

static struct user *find_user(uint64_t uid)
{
	for (uint32_t i = 0; i < guard.users; i++)
		if (guard.user[i].uid == uid)
			return &guard.user[i];
	return NULL;
}

/* NULL without memory. */
static struct user *get_user(uint64_t uid)
{
	struct user *user = find_user(uid), *more;

	if (user != NULL)
		return user;
	if (guard.users == guard.users_room) {
		more = realloc(guard.user, (guard.users_room * 2 + 16) * sizeof(*more));
		if (more == NULL)
			return NULL;
		guard.user = more;
		guard.users_room = guard.users_room * 2 + 16;
	}
	user = &guard.user[guard.users++];
	*user = (struct user){.uid = uid};
	return user;
}

static bool is_too_many(const struct user *user)
{
	uint64_t others = guard.connections - user->connections;
	uint64_t left = (uint64_t)(guard.limit - RESERVE) - others;

	uint64_t most = guard.limits.connections;

	if ((user->uid & OVER_TCP) != 0) {
		if (guard.tcp >= guard.limits.tcp)
			return true;
		most = guard.limits.address;
	}
	return user->connections >= most || user->connections >= left * guard.limits.share / 100;
}

/* The number of a connection that was closed is used again. What it sent may still be unread. */
static void remember(struct connection *c)
{
	if (c->known && c->groups != 0) {
		guard.gone[guard.next_gone] = *c;
		guard.next_gone = (guard.next_gone + 1) % GONE_MAX;
	}
	c->known = false;
}

static uint64_t address_of(const struct sockaddr_storage *at)
{
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)at;
	uint64_t network = 0;

	if (at->ss_family == AF_INET)
		return OVER_TCP | IPV4 | ntohl(((const struct sockaddr_in *)at)->sin_addr.s_addr);
	if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		for (int i = 12; i < 16; i++)
			network = network << 8 | v6->sin6_addr.s6_addr[i];
		return OVER_TCP | IPV4 | network;
	}
	for (int i = 0; i < 8; i++)
		network = network << 8 | v6->sin6_addr.s6_addr[i];
	return OVER_TCP | (network & (IPV4 - 1));
}

/* Whose connection it is. False when that cannot be told any more. */
static bool identify(int fd, struct connection *c)
{
	struct sockaddr_storage at = {0};
	struct ucred peer;
	socklen_t at_size = sizeof(at), size = sizeof(peer);

	*c = (struct connection){.known = true, .open = true};
	if (getsockname(fd, (struct sockaddr *)&at, &at_size) != 0)
		return false;
	c->local = at.ss_family == AF_UNIX;
	if (c->local) {
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
			return false;
		c->uid = peer.uid;
		c->pid = peer.pid;
		c->groups = ask_groups(fd);
		return true;
	}
	at_size = sizeof(at);
	if (getpeername(fd, (struct sockaddr *)&at, &at_size) != 0)
		return false;
	c->uid = address_of(&at);
	return true;
}

/* Whether the connection may stay. Its descriptor is the lowest free one, and so shows how many are
 * left. */
static bool admit(int fd)
{
	struct connection *c, fresh;
	struct user *user;

	if (guard.connection == NULL || fd >= guard.limit - RESERVE) {
		guard.counts.refused_full++;
		return false;
	}
	c = &guard.connection[fd];
	remember(c);
	if (!identify(fd, &fresh))
		return false;
	user = get_user(fresh.uid);
	if (user == NULL || is_too_many(user)) {
		guard.counts.refused_user++;
		return false;
	}
	user->connections++;
	guard.connections++;
	guard.tcp += (fresh.uid & OVER_TCP) != 0;
	*c = fresh;
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
	syscall(SYS_close, fd);
	errno = ECONNABORTED;
	return -1;
}

static void forget_unused(struct user *user)
{
	if (user->connections == 0 && user->waiting == 0)
		*user = guard.user[--guard.users];
}

static void leave(struct connection *c)
{
	struct user *user = find_user(c->uid);

	c->open = false;
	guard.connections--;
	guard.tcp -= (c->uid & OVER_TCP) != 0;
	user->connections--;
	user->begun -= c->frames.message;
	forget_unused(user);
}

/* Closed below the lock: the number must not be given to a new connection before. */
int close(int fd)
{
	int result;

	pthread_mutex_lock(&guard.lock);
	if (fd >= 0 && fd < guard.top && guard.connection[fd].open)
		leave(&guard.connection[fd]);
	result = (int)syscall(SYS_close, fd);
	pthread_mutex_unlock(&guard.lock);
	return result;
}

bool accept_has(pid_t pid)
{
	bool found = false;

	pthread_mutex_lock(&guard.lock);
	for (int fd = 0; fd < guard.top && !found; fd++)
		found = guard.connection[fd].open && guard.connection[fd].pid == pid;
	pthread_mutex_unlock(&guard.lock);
	return found;
}

/* ------------------------------------------------- messages */

static struct connection *find_local(int fd)
{
	if (fd < 0 || fd >= guard.top || !guard.connection[fd].open || !guard.connection[fd].local)
		return NULL;
	return &guard.connection[fd];
}

/* Of `room` bytes so many may be read now. */
static size_t limit_read(int fd, size_t room)
{
	const struct connection *c;
	const struct user *user;
	size_t rest;

	pthread_mutex_lock(&guard.lock);
	c = find_local(fd);
	user = c == NULL ? NULL : find_user(c->uid);
	if (user != NULL && user->waiting + user->begun >= guard.limits.waiting) {
		rest = frames_rest(&c->frames);
		room = rest < room ? rest : room;
		guard.counts.held_back += room == 0;
	}
	pthread_mutex_unlock(&guard.lock);
	return room;
}

static bool read_along(int fd, const void *bytes, size_t size)
{
	struct connection *c;
	struct user *user;
	bool fits = true;

	pthread_mutex_lock(&guard.lock);
	c = find_local(fd);
	if (c != NULL) {
		user = find_user(c->uid);
		user->begun -= c->frames.message;
		fits = frames_read(&c->frames, bytes, size, guard.limits.message, &user->waiting);
		user->begun += c->frames.message;
		guard.counts.refused_message += !fits;
	}
	pthread_mutex_unlock(&guard.lock);
	return fits;
}

ssize_t recv(int fd, void *buffer, size_t room, int flags)
{
	ssize_t size;

	room = limit_read(fd, room);
	if (room == 0) {
		errno = EAGAIN;
		return -1;
	}
	size = syscall(SYS_recvfrom, fd, buffer, room, flags, NULL, NULL);
	if (size > 0 && !read_along(fd, buffer, (size_t)size)) {
		errno = ECONNRESET;
		return -1;
	}
	return size;
}

void accept_release(uid_t uid, uint64_t bytes)
{
	struct user *user;

	pthread_mutex_lock(&guard.lock);
	user = find_user(uid);
	if (user != NULL) {
		user->waiting -= bytes < user->waiting ? bytes : user->waiting;
		forget_unused(user);
	}
	pthread_mutex_unlock(&guard.lock);
}

/* What a connection had not handed on when it was closed is never taken. */
void accept_settle(void)
{
	pthread_mutex_lock(&guard.lock);
	for (uint32_t i = guard.users; i-- > 0;) {
		guard.user[i].waiting = 0;
		forget_unused(&guard.user[i]);
	}
	pthread_mutex_unlock(&guard.lock);
}

void accept_count(struct accept_counts *counts)
{
	pthread_mutex_lock(&guard.lock);
	*counts = guard.counts;
	counts->connections = guard.connections;
	counts->limits = guard.limits;
	for (uint32_t i = 0; i < guard.users; i++)
		counts->waiting += guard.user[i].waiting + guard.user[i].begun;
	pthread_mutex_unlock(&guard.lock);
}
