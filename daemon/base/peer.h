/*
 * Who is on the other side: by the kernel's word, or by the key that its messages are encrypted
 * with.
 */
#ifndef DAEMON_BASE_PEER_H
#define DAEMON_BASE_PEER_H

#include <stdint.h>

struct peer {
	uint64_t uid; /* of a user; above UINT32_MAX: the number of a key */
	uint32_t gid;
	int32_t pid;	 /* a hint: 0 from another PID namespace, or another machine */
	uint64_t groups; /* marks of those that it is in, of the groups that matter */
	const char *key; /* over tcp: the name of its key, lent; else NULL */
	unsigned rights; /* of the key, enum key_right */
};

#endif
