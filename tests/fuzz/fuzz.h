/*
 * What the fuzzers share. Each is one function that takes bytes from outside and must come back; it
 * is linked with libFuzzer, or with replay.c, which runs files.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold whatever came in. */
#define must(condition)                                                                            \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: must hold: %s\n", __FILE__, __LINE__, #condition); \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* Bytes that are taken from the front; 0 where there are none left. */
struct fuzz_input {
	const uint8_t *at;
	size_t left;
};

static inline uint8_t fuzz_byte(struct fuzz_input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

/* A piece of at most `most` bytes, and fewer when there are fewer. */
static inline struct fuzz_input fuzz_piece(struct fuzz_input *in, size_t most)
{
	struct fuzz_input piece = {in->at, in->left < most ? in->left : most};

	in->at += piece.left;
	in->left -= piece.left;
	return piece;
}

#endif
