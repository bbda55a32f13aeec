/*
 * The guard at the door: connections are counted and refused before libzmq sees them.
 */
#ifndef DAEMON_ACCEPT_H
#define DAEMON_ACCEPT_H

#include <stdint.h>

/*
 * Raises the limit of open descriptors as far as it goes and sets how many connections one user may
 * have. Before the first socket is opened.
 */
void accept_guard(uint64_t per_user);

struct accept_counts {
	uint64_t refused_user; /* more than one user may have */
	uint64_t refused_full; /* no descriptors left */
};

void accept_count(struct accept_counts *counts);

#endif
