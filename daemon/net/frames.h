/*
 * What a peer has sent of its messages, read along from the bytes of its connection: ZeroMQ's
 * protocol tells of a message only once its last frame is there, and holds the others in memory.
 */
#ifndef DAEMON_NET_FRAMES_H
#define DAEMON_NET_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a frame takes beside its bytes, in round figures. */
#define FRAMES_HEAD 64

/* A message of several frames is none of profd's: it may not take more than this. */
#define FRAMES_SEVERAL 65536

/* All zero at the start. */
struct frames {
	uint64_t left;	  /* bytes of the frame at hand that are still to come */
	uint64_t message; /* what the message at hand takes so far, with all of the frame at hand */
	uint64_t length;  /* of the next frame, as far as it was read */
	uint8_t greeting; /* bytes of it that have come */
	uint8_t flags;
	uint8_t head; /* bytes of the next frame's head that have come */
	bool opaque;  /* not the protocol: libzmq will close it */
};

/*
 * Reads on. Adds to `whole` what the messages take that are complete now. False when the message at
 * hand takes more than `most`, or more than FRAMES_SEVERAL in several frames.
 */
bool frames_read(struct frames *f, const uint8_t *bytes, size_t size, uint64_t most,
		 uint64_t *whole);

/* So much may be read without beginning another message that is large; 0: none is at hand. */
size_t frames_rest(const struct frames *f);

#endif
