/*
 * A link to one of profd's sockets, over a Unix socket or tcp.
 *
 * A link belongs to one thread. After a fork it is of no use in the child: link_close then forgets
 * it.
 */
#ifndef CLIENT_LINK_LINK_H
#define CLIENT_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

struct link;

/*
 * Connects to the socket `name` ("records", "control") of a place (proto/endpoint.h).
 * PROF_UNREACHABLE, PROF_DENIED, PROF_NO_MEMORY; PROF_NOT_RUNNING without a descriptor, or over
 * tcp when libzmq cannot be loaded or the process has no room for it.
 */
prof_error link_open(struct link **link, const char *folder, const char *name);

/* Closes at once; what was not yet sent is dropped. NULL is fine. */
void link_close(struct link *link);

/* Hands over a copy of one message; never waits. PROF_UNREACHABLE when the peer is gone. */
prof_error link_send(struct link *link, const void *message, size_t size);

/*
 * Waits at most `timeout` seconds for a message, which is lent until the next call. PROF_TIMEOUT
 * when none came, PROF_DENIED when profd does not know our key, PROF_NO_HANDSHAKE when what listens
 * at tcp:// has another key or is no profd, PROF_UNREACHABLE when the peer is gone (the link is of
 * no more use: close it). With `wake` >= 0 it also returns, with PROF_OK and a
 * NULL message, when that descriptor is readable.
 */
prof_error link_receive(struct link *link, double timeout, int wake, const uint8_t **message,
			size_t *size);

/*
 * Around fork: a child that is made while libzmq is being loaded for tcp, or starts (it holds locks
 * of its own then), would inherit half of it. So the fork waits for that: a few milliseconds once
 * in the life of a process, later some 0.2 ms when a link is opened anew.
 */
void link_lock(void);
void link_unlock(void);

#endif
