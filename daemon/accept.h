/*
 * The guard at the door: connections are counted, limited and told apart before libzmq sees them.
 */
#ifndef DAEMON_ACCEPT_H
#define DAEMON_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Raises the limit of open descriptors as far as it goes and sets how many connections one user may
 * have: at most `per_user`, and at most `share` percent of those that other users leave. Before the
 * first socket is opened.
 */
void accept_guard(uint64_t per_user, uint64_t share);

/*
 * From now on each peer is asked, as it connects, whether it is in this group; `mark` is what
 * accept_groups tells of those that are. False when there are too many groups (64).
 */
bool accept_mark_group(gid_t group, uint64_t *mark);

/* The marks of the groups that the peer of this connection was in; 0 when it is not known. A
 * connection that was closed a short while ago is still known. */
uint64_t accept_groups(int fd, uid_t uid, pid_t pid);

struct accept_counts {
	uint64_t connections;	  /* open now */
	uint64_t per_user, share; /* as given to accept_guard */
	uint64_t refused_user;	  /* more than one user may have */
	uint64_t refused_full;	  /* no descriptors left */
};

void accept_count(struct accept_counts *counts);

#endif
