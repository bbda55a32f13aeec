/*
 * Keys of CURVE, which encrypt and name whoever speaks to profd over tcp, and the files they are
 * in: lines "word = value", and comments behind #.
 */
#ifndef PROTO_KEY_H
#define PROTO_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_TEXT  40 /* characters of a key in Z85, as ZeroMQ writes it */
#define KEY_BYTES 32

/* What the owner of a key may do; words of the line "rights" in the file of a public key. */
enum key_right { KEY_PUSH = 1, KEY_ASK = 2, KEY_CLEAR = 4 };

struct key {
	char public_key[KEY_TEXT + 1], secret_key[KEY_TEXT + 1]; /* "": not in the file */
	unsigned rights;					 /* of enum key_right */
};

/* Whether it is a key: 40 characters of Z85 that stand for 32 bytes. */
bool key_is_valid(const char *text);

/*
 * The number that takes the place of a user's: 62 bits of the public key and one above them, so
 * that it is neither a user's nor negative. 0: the text is no key.
 */
uint64_t key_number(const char *public_key);

/* Reads the text of a file. False, with nothing changed, and what is wrong in `why`. */
bool key_parse(struct key *key, const char *text, char *why, size_t room);

/* How the files of a pair end; what comes before is the name of its owner. */
#define KEY_PUBLIC_FILE ".public"
#define KEY_SECRET_FILE ".secret"
#define KEY_NAME_MAX	64

/* Whether this may name the owner of a key: 1 to 64 letters, digits and . _ - @, no dot first. */
bool key_name_is_valid(const char *name, size_t length);

/*
 * Reads a file. One that is to hold a secret key must hold both, be readable by its owner alone
 * (or, if it is root's, by its group too), and one that is not must hold a public key and be
 * writable by nobody but its owner and group.
 */
bool key_read(struct key *key, const char *path, bool secret, char *why, size_t room);

#endif
