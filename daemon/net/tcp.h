/*
 * Sockets of the server on tcp: CURVE, and the handler that ZeroMQ asks whether a key is known.
 */
#ifndef DAEMON_NET_TCP_H
#define DAEMON_NET_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

struct keys;
struct peer;
struct tcp;

/*
 * Binds the handler in the context, before any socket is bound: without one libzmq lets in every
 * key. False with a sentence in `why`, also when libzmq has no CURVE.
 */
bool tcp_open(struct tcp **tcp, void *context, const char *server_key, char *why, size_t room);

/* After the sockets that it lets peers in to. NULL is fine. */
void tcp_close(struct tcp *tcp);

/* Binds one more address to a socket that is bound to ipc already. */
bool tcp_bind(struct tcp *tcp, void *socket, const char *address, char *why, size_t room);

/* The ZeroMQ socket on which tcp_answer is due when it is readable. */
void *tcp_handler(struct tcp *tcp);

/* Answers those who knock. `keys` may be NULL: nobody is let in over tcp. */
void tcp_answer(struct tcp *tcp, const struct keys *keys);

/*
 * Whom the key of a message names, as the keys are now: without any right when it is no longer
 * among them. False when it did not come over tcp.
 */
bool tcp_read_peer(const struct keys *keys, zmq_msg_t *frame, struct peer *peer);

/* Connections that were turned away since their key was not known. */
uint64_t tcp_refused(const struct tcp *tcp);

#endif
