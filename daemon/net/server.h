/*
 * The two sockets of profd. The only part that knows ZeroMQ: it hands out messages with the sender
 * that the kernel vouches for, and sends answers back.
 */
#ifndef DAEMON_NET_SERVER_H
#define DAEMON_NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/base/peer.h"

struct keys;
struct server;

enum server_endpoint { SERVER_RECORDS, SERVER_CONTROL };
#define SERVER_ENDPOINTS 2

extern const char *const server_endpoint_names[SERVER_ENDPOINTS];

/* Who can open the file of a socket. */
struct server_file {
	mode_t mode;
	gid_t group; /* (gid_t)-1: as it comes */
};

struct server_options {
	const char *folder;
	size_t size_max[SERVER_ENDPOINTS]; /* larger messages are bad ones */
	struct server_file file[SERVER_ENDPOINTS];
	int fd[SERVER_ENDPOINTS]; /* a listening socket that was inherited, or -1: bind one */
	const char *tcp;	  /* "tcp://HOST:PORT" to listen on too, with keys; NULL: none */
	const char *server_key;	  /* file of the secret key for it */
	const struct keys *keys;  /* of the clients, as in server_set_keys */
};

/* Where an answer goes: the name that ZeroMQ gave to the connection. */
struct route {
	uint8_t id[5];
};

/* Opens both sockets. False with a sentence in `why`. The folder must be locked by the caller. */
bool server_open(struct server **server, const struct server_options *options, char *why,
		 size_t room);

/* Sets mode and group of the sockets that it bound itself, without a moment in which more can open
 * them than before or after. */
bool server_set_files(struct server *s, const struct server_file file[SERVER_ENDPOINTS], char *why,
		      size_t room);

/* The clients that are let in over tcp from here on, and what those have a right to who are in.
 * Lent until it is set again; NULL: nobody. */
void server_set_keys(struct server *s, const struct keys *keys);

/* Waits at most a second until what was sent has left; removes the sockets it bound. NULL is fine.
 */
void server_close(struct server *s);

/*
 * Waits until a message may be there, one of the descriptors is readable, or `timeout_ns` is over
 * (CLOCK_NEVER: for ever). False when it was interrupted.
 */
#define SERVER_WATCHED_MAX 4
struct server_ready {
	bool endpoint[SERVER_ENDPOINTS];
	bool fd[SERVER_WATCHED_MAX];
};
bool server_wait(struct server *s, const int *fds, unsigned count, int64_t timeout_ns,
		 struct server_ready *ready);

enum server_received {
	SERVER_NOTHING,
	SERVER_MESSAGE,
	SERVER_BAD,   /* thrown away and counted: not one frame, no vouched sender */
	SERVER_LARGE, /* a message beyond its endpoint's limit; counted as bad */
};

/* Lent until the next message of either endpoint is received. */
struct server_message {
	const uint8_t *data;
	size_t size;
	struct peer peer;
	struct route route;
};

enum server_received server_receive(struct server *s, enum server_endpoint endpoint,
				    struct server_message *message);

/* Sends at once or drops: a peer that does not read must not hold up the others. False when it was
 * dropped; errno tells whether it is full (EAGAIN) or gone. */
bool server_send(struct server *s, enum server_endpoint endpoint, const struct route *route,
		 const uint8_t *data, size_t size);

struct server_counts {
	uint64_t bad[SERVER_ENDPOINTS];	      /* messages thrown away here */
	uint64_t strangers[SERVER_ENDPOINTS]; /* connections without the protocol (so far) */
	uint64_t keys_refused;		      /* connections over tcp whose key was not known */
	uint64_t undelivered;		      /* answers whose asker was gone or did not read */
};

void server_count(const struct server *s, struct server_counts *counts);

#endif
