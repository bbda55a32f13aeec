/*
 * ZMTP 3: a greeting of 64 bytes, then frames: flags, a length of 1 or 8 bytes, so many bytes.
 */
#include "daemon/net/frames.h"

#define GREETING      64
#define SIGNATURE_END 9
#define VERSION	      10

#define HEAD_MOST 9

enum { MORE = 1, LONG = 2, COMMAND = 4 };

/* Peers of older versions are turned away by libzmq: they are not read along. */
static bool is_right(unsigned at, uint8_t byte)
{
	return (at != 0 || byte == 0xff) && (at != SIGNATURE_END || (byte & 1) != 0) &&
	       (at != VERSION || byte >= 3);
}

static void read_greeting(struct frames *f, uint8_t byte)
{
	f->opaque = !is_right(f->greeting, byte);
	f->greeting++;
}

/* The frame at hand is complete. */
static void end_frame(struct frames *f, uint64_t *whole)
{
	if ((f->flags & COMMAND) != 0) {
		f->message -= f->length + FRAMES_HEAD;
	} else if ((f->flags & MORE) == 0) {
		*whole += f->message;
		f->message = 0;
	}
	f->head = 0;
}

/* Whether the message at hand takes too much with the frame whose head was read. */
static bool is_too_large(const struct frames *f, uint64_t most)
{
	bool several = f->message != 0 || (f->flags & MORE) != 0;

	if (several && most > FRAMES_SEVERAL)
		most = FRAMES_SEVERAL;
	return f->length > most || f->message + f->length + FRAMES_HEAD > most;
}

static bool read_head(struct frames *f, uint8_t byte, uint64_t most)
{
	if (f->head == 0) {
		f->flags = byte;
		f->length = 0;
	} else {
		f->length = f->length << 8 | byte;
	}
	f->head++;
	if (f->head < ((f->flags & LONG) != 0 ? HEAD_MOST : 2))
		return true;
	if (is_too_large(f, most))
		return false;
	f->message += f->length + FRAMES_HEAD;
	f->left = f->length;
	return true;
}

static bool has_head(const struct frames *f)
{
	return f->head >= 2 && f->head == ((f->flags & LONG) != 0 ? HEAD_MOST : 2);
}

bool frames_read(struct frames *f, const uint8_t *bytes, size_t size, uint64_t most,
		 uint64_t *whole)
{
	const uint8_t *end = bytes + size;

	while (bytes < end && !f->opaque) {
		if (f->greeting < GREETING) {
			read_greeting(f, *bytes++);
			continue;
		}
		if (!has_head(f)) {
			if (!read_head(f, *bytes++, most))
				return false;
		} else {
			size_t there = (size_t)(end - bytes);
			size_t take = f->left < there ? (size_t)f->left : there;

			f->left -= take;
			bytes += take;
		}
		if (has_head(f) && f->left == 0)
			end_frame(f, whole);
	}
	return true;
}

/*
 * Behind the last frame of several, the bytes of one more head are too few for the head of a large
 * frame. Of a message that is begun by a part of its head nothing is held yet.
 */
size_t frames_rest(const struct frames *f)
{
	if (has_head(f))
		return f->left < SIZE_MAX ? (size_t)f->left : SIZE_MAX;
	return f->message == 0 ? 0 : HEAD_MOST - f->head;
}
