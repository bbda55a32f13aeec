/*
 * The guard at the door: connections are counted, limited and told apart before libzmq sees them.
 */
#ifndef DAEMON_NET_ACCEPT_H
#define DAEMON_NET_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct accept_limits {
	uint64_t connections; /* of one user */
	uint64_t tcp;	      /* connections over tcp, of all */
	uint64_t address;     /* of one address, or of one network /64 of IPv6 */
	uint64_t share;	      /* percent of the descriptors that other users leave, for one user */
	uint64_t message;     /* bytes of one message, all frames together */
	uint64_t waiting;     /* bytes of one user's messages that profd has not taken yet */
};

/*
 * Raises the limit of open descriptors as far as it goes and sets the other limits. Before the
 * first socket is opened.
 */
void accept_guard(const struct accept_limits *limits);

/*
 * From now on each peer is asked, as it connects, whether it is in this group; `mark` is what
 * accept_groups tells of those that are. False when there are too many groups (64).
 */
bool accept_mark_group(gid_t group, uint64_t *mark);

/* The marks of the groups that the peer of this connection was in; 0 when it is not known. A
 * connection that was closed a short while ago is still known. */
uint64_t accept_groups(int fd, uid_t uid, pid_t pid);

/* Whether this process has a connection. */
bool accept_has(pid_t pid);

/* A message of this user, which took so much (frames.h), is no longer waiting. */
void accept_release(uid_t uid, uint64_t bytes);

/* No message at all is waiting. */
void accept_settle(void);

struct accept_counts {
	struct accept_limits limits;
	uint64_t connections;  /* open now */
	uint64_t waiting;      /* bytes of messages that have not been taken yet */
	uint64_t refused_user; /* more than one user may have */
	uint64_t refused_full; /* no descriptors left */
	uint64_t
		refused_message; /* connections closed for a message that is too large or endless */
	uint64_t held_back;	 /* times that a user was not read, having too much waiting */
};

void accept_count(struct accept_counts *counts);

#endif
