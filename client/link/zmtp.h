/*
 * One end of a ZeroMQ connection as bytes: ZMTP 3.1 (RFC 37), mechanism NULL, socket type DEALER.
 * It knows no descriptor and never waits: its owner moves the bytes.
 *
 * Always true: `out` holds what the peer may be sent now, in order; `held` the messages that wait
 * until both ends have said READY. `in` holds what came and was not yet looked at.
 */
#ifndef CLIENT_LINK_ZMTP_H
#define CLIENT_LINK_ZMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct zmtp_bytes {
	uint8_t *at;
	size_t begin, end, room;
};

struct zmtp {
	enum zmtp_state { ZMTP_GREETING, ZMTP_HANDSHAKE, ZMTP_READY, ZMTP_BROKEN } state;
	struct zmtp_bytes in, out, held;
	size_t largest; /* bytes in one frame; a peer that announces more breaks the connection */
};

enum zmtp_event {
	ZMTP_NOTHING,	/* more bytes are needed */
	ZMTP_MESSAGE,	/* one has come */
	ZMTP_REFUSED,	/* the peer said ERROR */
	ZMTP_VIOLATION, /* the peer does not speak ZMTP 3 with NULL, or broke its rules */
	ZMTP_NO_MEMORY
};

/* Greets the peer: there are bytes to be sent at once. False without memory. */
bool zmtp_init(struct zmtp *zmtp, size_t largest);

/* Zeroed is fine. */
void zmtp_deinit(struct zmtp *zmtp);

/* Copies a message of one frame; false without memory. */
bool zmtp_send(struct zmtp *zmtp, const void *message, size_t size);

/* What is to be sent, and how much of it was. Lent until the next call. */
const uint8_t *zmtp_output(const struct zmtp *zmtp, size_t *size);
void zmtp_sent(struct zmtp *zmtp, size_t size);

/* Room for what comes, and how much came. NULL without memory. A message that was lent is gone. */
uint8_t *zmtp_room(struct zmtp *zmtp, size_t *size);
void zmtp_received(struct zmtp *zmtp, size_t size);

/*
 * Looks at what has come. A message is lent until the next zmtp_room; of one of several frames only
 * the last is told, since profd sends none. After ZMTP_REFUSED, ZMTP_VIOLATION and ZMTP_NO_MEMORY
 * the connection is of no more use.
 */
enum zmtp_event zmtp_next(struct zmtp *zmtp, const uint8_t **message, size_t *size);

#endif
