/*
 * Reading along: what a peer's messages take, however their bytes are cut.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/net/frames.h"
#include "tests/suite.h"

const char suite_name[] = "frames";

#define MOST 100000

static uint8_t stream[1 << 17];
static size_t size;

static void put(const void *bytes, size_t count)
{
	memcpy(stream + size, bytes, count);
	size += count;
}

static void put_greeting(void)
{
	static const uint8_t greeting[64] = {0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, 'N'};

	size = 0;
	put(greeting, sizeof(greeting));
}

static void put_frame(uint8_t flags, uint32_t length)
{
	uint8_t head[9] = {flags, (uint8_t)length};

	if ((flags & 2) != 0) {
		head[1] = 0;
		for (int i = 0; i < 4; i++)
			head[8 - i] = (uint8_t)(length >> (8 * i));
	}
	put(head, (flags & 2) != 0 ? 9 : 2);
	memset(stream + size, 0xff, length);
	size += length;
}

/* Reads all of it in pieces of so many bytes. */
static uint64_t read_in(struct frames *f, size_t piece)
{
	uint64_t whole = 0;

	memset(f, 0, sizeof(*f));
	for (size_t at = 0; at < size; at += piece)
		ck_assert(frames_read(f, stream + at, piece < size - at ? piece : size - at, MOST,
				      &whole));
	return whole;
}

START_TEST(messages_are_counted_however_they_are_cut)
{
	struct frames f;

	put_greeting();
	put_frame(4, 30);    /* READY */
	put_frame(0, 200);   /* a message */
	put_frame(2, 70000); /* a long one */
	put_frame(1, 0);     /* one of three frames */
	put_frame(3, 300);
	put_frame(0, 5);
	put_frame(6, 1000); /* a long command */
	for (size_t piece = 1; piece <= size; piece = piece * 3 + 1) {
		ck_assert_uint_eq(read_in(&f, piece), 70505 + 5 * FRAMES_HEAD);
		ck_assert_uint_eq(frames_rest(&f), 0);
		ck_assert_uint_eq(f.message, 0);
	}
}
END_TEST

START_TEST(what_is_announced_counts_before_it_comes)
{
	struct frames f;

	put_greeting();
	put_frame(2, 70000);
	size -= 69999;
	ck_assert_uint_eq(read_in(&f, 1000), 0);
	ck_assert_uint_eq(frames_rest(&f), 69999);
	ck_assert_uint_eq(f.message, 70000 + FRAMES_HEAD);
}
END_TEST

START_TEST(frames_that_never_end_are_refused)
{
	struct frames f = {0};
	uint64_t whole = 0, frames = 0;

	put_greeting();
	ck_assert(frames_read(&f, stream, size, MOST, &whole));
	size = 0;
	put_frame(1, 0);
	while (frames_read(&f, stream, size, MOST, &whole))
		frames++;
	ck_assert_uint_eq(frames, FRAMES_SEVERAL / FRAMES_HEAD);
	ck_assert_uint_eq(whole, 0);
}
END_TEST

/* Several frames may take less than one: in the first with more to come, and in the last. */
START_TEST(several_frames_are_small)
{
	struct frames f = {0};
	uint64_t whole = 0;

	put_greeting();
	put_frame(3, 70000);
	ck_assert(!frames_read(&f, stream, size, MOST, &whole));
	memset(&f, 0, sizeof(f));
	put_greeting();
	put_frame(1, 0);
	put_frame(2, 70000);
	ck_assert(!frames_read(&f, stream, size, MOST, &whole));
	ck_assert_uint_eq(whole, 0);
}
END_TEST

/* Who reads no more than the rest never has a second message at hand that is large. */
START_TEST(the_rest_begins_no_other_message)
{
	struct frames f = {0};
	uint64_t whole = 0, most = 0;
	size_t at = 0;

	put_greeting();
	put_frame(4, 30);
	put_frame(0, 200);
	put_frame(2, 60000);
	put_frame(1, 5);
	put_frame(1, 0);
	put_frame(0, 0);
	put_frame(2, 30000);
	while (at < size) {
		size_t rest = frames_rest(&f), piece = rest == 0 ? 1 : rest;
		uint64_t before = whole;

		ck_assert(frames_read(&f, stream + at, piece, MOST, &whole));
		at += piece;
		if (before != whole && most < f.message)
			most = f.message;
	}
	ck_assert_uint_eq(at, size);
	ck_assert_uint_eq(frames_rest(&f), 0);
	ck_assert_uint_lt(most, 256 + FRAMES_HEAD);
	ck_assert_uint_eq(whole, 200 + 60000 + 5 + 30000 + 6 * FRAMES_HEAD);
}
END_TEST

START_TEST(a_length_beyond_all_is_refused)
{
	uint8_t head[9] = {2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	struct frames f = {0};
	uint64_t whole = 0;

	put_greeting();
	ck_assert(frames_read(&f, stream, size, MOST, &whole));
	ck_assert(!frames_read(&f, head, sizeof(head), MOST, &whole));
}
END_TEST

START_TEST(what_is_no_greeting_is_not_read_along)
{
	static const size_t at[] = {0, 9, 10};

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		struct frames f;

		put_greeting();
		stream[at[i]] = 2;
		put_frame(2, 70000);
		ck_assert_uint_eq(read_in(&f, 7), 0);
		ck_assert(f.opaque);
		ck_assert_uint_eq(f.message, 0);
	}
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, messages_are_counted_however_they_are_cut);
	tcase_add_test(tests, what_is_announced_counts_before_it_comes);
	tcase_add_test(tests, frames_that_never_end_are_refused);
	tcase_add_test(tests, several_frames_are_small);
	tcase_add_test(tests, the_rest_begins_no_other_message);
	tcase_add_test(tests, a_length_beyond_all_is_refused);
	tcase_add_test(tests, what_is_no_greeting_is_not_read_along);
}
