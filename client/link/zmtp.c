/*
 * ZMTP 3.1 as its RFC 37 defines it (rfc.zeromq.org/spec/37), as far as a DEALER without security
 * needs it.
 */
#include "client/link/zmtp.h"

#include <stdlib.h>
#include <string.h>

#define GREETING       64
#define VERSION_AT     10
#define MECHANISM_AT   12
#define MECHANISM_SIZE 20
#define FLAG_MORE      0x01
#define FLAG_LONG      0x02
#define FLAG_COMMAND   0x04
#define FLAGS_KNOWN    (FLAG_MORE | FLAG_LONG | FLAG_COMMAND)
#define CHUNK	       4096	   /* least room for what comes */
#define KEPT	       (64u << 10) /* a larger buffer is given back when it is empty */
#define PONG_CONTEXT   16	   /* longest context of a PING */

/* ---------------------------------------------------------------- bytes */

static size_t length(const struct zmtp_bytes *b)
{
	return b->end - b->begin;
}

/* Makes room for `size` more; what is held moves to the front. */
static bool reserve(struct zmtp_bytes *b, size_t size)
{
	size_t held = length(b), room = b->room;
	uint8_t *at = b->at;

	if (b->begin > 0 && held > 0)
		memmove(at, at + b->begin, held);
	b->begin = 0;
	b->end = held;
	if (held == 0 && room > KEPT && size <= KEPT) {
		free(at);
		*b = (struct zmtp_bytes){0};
		at = NULL;
		room = 0;
	}
	if (size <= room - held)
		return true;
	room = room < CHUNK ? CHUNK : room;
	while (room - held < size)
		room *= 2;
	at = realloc(at, room);
	if (at == NULL)
		return false;
	b->at = at;
	b->room = room;
	return true;
}

static bool append(struct zmtp_bytes *b, const void *bytes, size_t size)
{
	if (!reserve(b, size))
		return false;
	if (size > 0)
		memcpy(b->at + b->end, bytes, size);
	b->end += size;
	return true;
}

/* A frame: flags, the length in one byte or in eight of which the highest comes first, the body. */
static bool append_frame(struct zmtp_bytes *b, uint8_t flags, const void *body, size_t size)
{
	uint8_t head[9] = {flags, (uint8_t)size};
	size_t head_size = 2;

	if (size > UINT8_MAX) {
		head[0] |= FLAG_LONG;
		for (int i = 0; i < 8; i++)
			head[1 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
		head_size = sizeof(head);
	}
	return reserve(b, head_size + size) && append(b, head, head_size) && append(b, body, size);
}

/* ---------------------------------------------------------------- the owner's side */

bool zmtp_init(struct zmtp *z, size_t largest)
{
	static const uint8_t greeting[GREETING] = {0xFF, 0,    0, 0, 0,	  0,   0,   0,
						   1,	 0x7F, 3, 1, 'N', 'U', 'L', 'L'};

	memset(z, 0, sizeof(*z));
	z->largest = largest;
	return append(&z->out, greeting, sizeof(greeting));
}

void zmtp_deinit(struct zmtp *z)
{
	free(z->in.at);
	free(z->out.at);
	free(z->held.at);
	memset(z, 0, sizeof(*z));
}

bool zmtp_send(struct zmtp *z, const void *message, size_t size)
{
	return append_frame(z->state == ZMTP_READY ? &z->out : &z->held, 0, message, size);
}

const uint8_t *zmtp_output(const struct zmtp *z, size_t *size)
{
	*size = length(&z->out);
	return z->out.at + z->out.begin;
}

void zmtp_sent(struct zmtp *z, size_t size)
{
	z->out.begin += size;
}

uint8_t *zmtp_room(struct zmtp *z, size_t *size)
{
	if (!reserve(&z->in, CHUNK))
		return NULL;
	*size = z->in.room - z->in.end;
	return z->in.at + z->in.end;
}

void zmtp_received(struct zmtp *z, size_t size)
{
	z->in.end += size;
}

/* ---------------------------------------------------------------- the peer's side */

/* What both ends say after their greetings: a command by its name, then properties. */
static const uint8_t ready_command[] = "\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0";

static enum zmtp_event take_greeting(struct zmtp *z)
{
	static const char mechanism[MECHANISM_SIZE] = "NULL";
	const uint8_t *g = z->in.at + z->in.begin;
	size_t there = length(&z->in);

	if ((there > 0 && g[0] != 0xFF) || (there > 9 && g[9] != 0x7F) ||
	    (there > VERSION_AT && g[VERSION_AT] < 3))
		return ZMTP_VIOLATION;
	if (there < GREETING)
		return ZMTP_NOTHING;
	if (memcmp(g + MECHANISM_AT, mechanism, MECHANISM_SIZE) != 0)
		return ZMTP_VIOLATION;
	z->in.begin += GREETING;
	z->state = ZMTP_HANDSHAKE;
	/* Its NUL is the last byte of the last length. */
	return append_frame(&z->out, FLAG_COMMAND, ready_command, sizeof(ready_command))
		       ? ZMTP_NOTHING
		       : ZMTP_NO_MEMORY;
}

static bool is_named(const uint8_t *body, size_t size, const char *name)
{
	size_t n = strlen(name);

	return size > n && body[0] == n && memcmp(body + 1, name, n) == 0;
}

static enum zmtp_event take_ready(struct zmtp *z)
{
	if (z->state != ZMTP_HANDSHAKE)
		return ZMTP_VIOLATION;
	if (!append(&z->out, z->held.at + z->held.begin, length(&z->held)))
		return ZMTP_NO_MEMORY;
	free(z->held.at);
	z->held = (struct zmtp_bytes){0};
	z->state = ZMTP_READY;
	return ZMTP_NOTHING;
}

/* A PING brings how long the peer waits, two bytes, and a context that goes back. */
static enum zmtp_event take_ping(struct zmtp *z, const uint8_t *body, size_t size)
{
	uint8_t pong[5 + PONG_CONTEXT] = "\4PONG";
	size_t context;

	if (size < 7)
		return ZMTP_VIOLATION;
	context = size - 7 < PONG_CONTEXT ? size - 7 : PONG_CONTEXT;
	memcpy(pong + 5, body + 7, context);
	return append_frame(&z->out, FLAG_COMMAND, pong, 5 + context) ? ZMTP_NOTHING
								      : ZMTP_NO_MEMORY;
}

/* Commands of versions to come are passed over, as the RFC asks. */
static enum zmtp_event take_command(struct zmtp *z, const uint8_t *body, size_t size)
{
	if (is_named(body, size, "READY"))
		return take_ready(z);
	if (is_named(body, size, "ERROR"))
		return ZMTP_REFUSED;
	if (z->state != ZMTP_READY)
		return ZMTP_VIOLATION;
	return is_named(body, size, "PING") ? take_ping(z, body, size) : ZMTP_NOTHING;
}

/* The head of the frame that comes next; false while it is not all there. */
static bool read_head(const struct zmtp_bytes *in, uint8_t *flags, uint64_t *size, size_t *head)
{
	const uint8_t *at = in->at + in->begin;
	size_t there = length(in);

	if (there < 2)
		return false;
	*flags = at[0];
	*size = at[1];
	*head = 2;
	if (!(*flags & FLAG_LONG))
		return true;
	*head = 9;
	if (there < *head)
		return false;
	*size = 0;
	for (int i = 0; i < 8; i++)
		*size = *size << 8 | at[1 + i];
	return true;
}

/* One frame; `whole` tells whether there was one. Room for all of one that has begun is made at
 * once. */
static enum zmtp_event take_frame(struct zmtp *z, bool *whole, const uint8_t **message,
				  size_t *size)
{
	const uint8_t *body;
	uint64_t announced;
	uint8_t flags;
	size_t head;

	*whole = false;
	if (length(&z->in) > 0 && (z->in.at[z->in.begin] & ~FLAGS_KNOWN) != 0)
		return ZMTP_VIOLATION;
	if (!read_head(&z->in, &flags, &announced, &head))
		return ZMTP_NOTHING;
	if (announced > z->largest || ((flags & FLAG_COMMAND) && (flags & FLAG_MORE)) ||
	    (!(flags & FLAG_COMMAND) && z->state != ZMTP_READY))
		return ZMTP_VIOLATION;
	if (length(&z->in) - head < announced)
		return ZMTP_NOTHING;
	*whole = true;
	body = z->in.at + z->in.begin + head;
	z->in.begin += head + (size_t)announced;
	if (flags & FLAG_COMMAND)
		return take_command(z, body, (size_t)announced);
	if (flags & FLAG_MORE)
		return ZMTP_NOTHING;
	*message = body;
	*size = (size_t)announced;
	return ZMTP_MESSAGE;
}

enum zmtp_event zmtp_next(struct zmtp *z, const uint8_t **message, size_t *size)
{
	enum zmtp_event event = ZMTP_NOTHING;
	bool whole = true;

	if (z->state == ZMTP_BROKEN)
		return ZMTP_VIOLATION;
	if (z->state == ZMTP_GREETING)
		event = take_greeting(z);
	while (event == ZMTP_NOTHING && z->state != ZMTP_GREETING && whole)
		event = take_frame(z, &whole, message, size);
	if (event != ZMTP_NOTHING && event != ZMTP_MESSAGE)
		z->state = ZMTP_BROKEN;
	return event;
}
