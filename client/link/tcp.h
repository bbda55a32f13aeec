/*
 * A link over tcp with CURVE keys: the only part of the library that knows libzmq, which is loaded
 * when the first such link is opened, so that nobody else pays for it or meets its aborts.
 */
#ifndef CLIENT_LINK_TCP_H
#define CLIENT_LINK_TCP_H

#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

struct tcp;

/*
 * As link_open, link_close, link_send and link_receive; `address` is "tcp://HOST:PORT". Before
 * libzmq is asked it is made sure that the process has descriptors, memory and threads to spare,
 * since libzmq aborts where it has not.
 */
prof_error tcp_open(struct tcp **tcp, const char *address);
void tcp_close(struct tcp *tcp);
prof_error tcp_send(struct tcp *tcp, const void *message, size_t size);
prof_error tcp_receive(struct tcp *tcp, double timeout, int wake, const uint8_t **message,
		       size_t *size);

/* As link_lock and link_unlock. */
void tcp_lock(void);
void tcp_unlock(void);

#endif
