/*
 * The ZMTP of the library: what it says, what it understands however it is cut into pieces, and
 * what it refuses.
 */
#include <stdlib.h>
#include <string.h>

#include "client/link/zmtp.h"
#include "tests/suite.h"

const char suite_name[] = "zmtp";

#define LARGEST 100000

/* The golden bytes of the greeting (RFC 37): signature, version 3.1, mechanism, not a server,
 * filler. */
static const uint8_t greeting[64] = {0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1, 'N', 'U', 'L', 'L'};

static const uint8_t our_ready[] = "\4\51\5READY\13Socket-Type\0\0\0\6DEALER\10Identity\0\0\0";
static const uint8_t their_ready[] = "\4\51\5READY\13Socket-Type\0\0\0\6ROUTER\10Identity\0\0\0";

/* Gives it bytes, at most `piece` at a time; the event that came, with a copy of its message. */
struct heard {
	enum zmtp_event event;
	size_t messages, size;
	uint8_t last[512];
};

static void feed(struct zmtp *z, const void *bytes, size_t size, size_t piece, struct heard *h)
{
	const uint8_t *from = bytes, *message;
	size_t n, room, length;
	uint8_t *to;

	while (size > 0 && (h->event == ZMTP_NOTHING || h->event == ZMTP_MESSAGE)) {
		n = size < piece ? size : piece;
		to = zmtp_room(z, &room);
		ck_assert_ptr_nonnull(to);
		n = n < room ? n : room;
		memcpy(to, from, n);
		zmtp_received(z, n);
		from += n;
		size -= n;
		while ((h->event = zmtp_next(z, &message, &length)) == ZMTP_MESSAGE) {
			h->messages++;
			h->size = length;
			memcpy(h->last, message,
			       length < sizeof(h->last) ? length : sizeof(h->last));
		}
	}
}

/* Takes what is to be sent, which must be these bytes. */
static void ck_says(struct zmtp *z, const void *bytes, size_t size)
{
	size_t length;
	const uint8_t *out = zmtp_output(z, &length);

	ck_assert_uint_eq(length, size);
	ck_assert_mem_eq(out, bytes, size);
	zmtp_sent(z, length);
}

static void begin(struct zmtp *z)
{
	struct heard h = {0};

	ck_assert(zmtp_init(z, LARGEST));
	ck_says(z, greeting, sizeof(greeting));
	feed(z, greeting, sizeof(greeting), 64, &h);
	ck_says(z, our_ready, 2 + 41);
	feed(z, their_ready, 2 + 41, 64, &h);
	ck_assert_int_eq(h.event, ZMTP_NOTHING);
	ck_assert_int_eq(z->state, ZMTP_READY);
}

/* What is sent before the handshake goes out after it, in order; short and long frames. */
START_TEST(messages_wait_for_the_handshake)
{
	static const uint8_t two[] = "\0\3one\2\0\0\0\0\0\0\1\0";
	uint8_t expected[5 + 9 + 256], large[256];
	struct heard h = {0};
	struct zmtp z;

	memset(large, 'x', sizeof(large));
	ck_assert(zmtp_init(&z, LARGEST));
	ck_assert(zmtp_send(&z, "one", 3));
	ck_assert(zmtp_send(&z, large, sizeof(large)));
	ck_says(&z, greeting, sizeof(greeting));
	feed(&z, greeting, sizeof(greeting), 1, &h);
	ck_says(&z, our_ready, 2 + 41);
	feed(&z, their_ready, 2 + 41, 1, &h);
	memcpy(expected, two, 5 + 9);
	memcpy(expected + 5 + 9, large, sizeof(large));
	ck_says(&z, expected, sizeof(expected));
	zmtp_deinit(&z);
}
END_TEST

/* Frames are found wherever the stream is cut; commands between them are answered or passed over.
 */
START_TEST(any_pieces)
{
	static const char stream[] = "\0\5first"
				     "\4\14\4PING\0\144abcde"
				     "\4\11\10SUBTHING"
				     "\1\4part"
				     "\0\4last"
				     "\2\0\0\0\0\0\0\0\4long"
				     "\0\0";

	for (size_t piece = 1; piece < sizeof(stream); piece++) {
		struct heard h = {0};
		struct zmtp z;

		begin(&z);
		feed(&z, stream, sizeof(stream) - 1, piece, &h);
		ck_assert_int_eq(h.event, ZMTP_NOTHING);
		ck_assert_uint_eq(h.messages, 4);
		ck_assert_uint_eq(h.size, 0);
		ck_assert_mem_eq(h.last, "long", 4);
		ck_says(&z, "\4\12\4PONGabcde", 12);
		zmtp_deinit(&z);
	}
}
END_TEST

/* A message of many chunks arrives whole, and its memory is given back after it. */
START_TEST(large_message)
{
	uint8_t head[9] = {2, 0, 0, 0, 0, 0, 1, 0x86, 0xA0}, *body = malloc(LARGEST);
	struct heard h = {0};
	struct zmtp z;
	size_t room;

	memset(body, 7, LARGEST);
	begin(&z);
	feed(&z, head, sizeof(head), 9, &h);
	feed(&z, body, LARGEST, 4096, &h);
	ck_assert_uint_eq(h.messages, 1);
	ck_assert_uint_eq(h.size, LARGEST);
	ck_assert_uint_gt(z.in.room, 64 << 10);
	ck_assert_ptr_nonnull(zmtp_room(&z, &room));
	ck_assert_uint_le(z.in.room, 64 << 10);
	zmtp_deinit(&z);
	free(body);
}
END_TEST

static void ck_refused(const char *what, size_t size, bool greeted, enum zmtp_event event)
{
	struct heard h = {0};
	struct zmtp z;

	if (greeted)
		begin(&z);
	else
		ck_assert(zmtp_init(&z, LARGEST));
	feed(&z, what, size, 1, &h);
	ck_assert_int_eq(h.event, event);
	h.event = ZMTP_NOTHING;
	feed(&z, "\0\1x", 3, 3, &h);
	ck_assert_uint_eq(h.messages, 0);
	zmtp_deinit(&z);
}

/* Whoever does not speak ZMTP 3, or breaks its rules, is given up at the first wrong byte, and for
 * good. */
START_TEST(violations)
{
	char other[64 + 16];

	ck_refused("HTTP/1.1 400 Bad Request\r\n\r\n", 26, false, ZMTP_VIOLATION);
	memcpy(other, greeting, 64);
	other[10] = 2;
	ck_refused(other, 64, false, ZMTP_VIOLATION);
	memcpy(other, greeting, 64);
	memcpy(other + 12, "CURVE", 5);
	ck_refused(other, 64, false, ZMTP_VIOLATION);
	memcpy(other, greeting, 64);
	memcpy(other + 64, "\0\1x", 3);
	ck_refused(other, 67, false, ZMTP_VIOLATION); /* a message before READY */
	memcpy(other + 64, "\4\10\5ERROR\1x", 10);
	ck_refused(other, 74, false, ZMTP_REFUSED);
	ck_refused("\10\1x", 3, true, ZMTP_VIOLATION);	    /* a reserved flag */
	ck_refused("\5\6\5READY", 8, true, ZMTP_VIOLATION); /* a command with more to come */
	ck_refused("\4\6\5READY", 8, true, ZMTP_VIOLATION); /* READY twice */
	ck_refused("\4\5\4PING", 7, true, ZMTP_VIOLATION);  /* a PING without its time */
	ck_refused("\2\0\0\0\0\0\1\206\241", 9, true, ZMTP_VIOLATION); /* larger than LARGEST */
	ck_refused("\2\377\377\377\377\377\377\377\377", 9, true, ZMTP_VIOLATION);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, messages_wait_for_the_handshake);
	tcase_add_test(tests, any_pieces);
	tcase_add_test(tests, large_message);
	tcase_add_test(tests, violations);
}
