/*
 * The clients that may speak over tcp: one file each in a folder, with the public key and the
 * rights; the name of the file is the name of the client.
 */
#ifndef DAEMON_NET_KEYS_H
#define DAEMON_NET_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/key.h"

struct keys;

struct keys_client {
	char name[KEY_NAME_MAX + 1];
	char public_key[KEY_TEXT + 1];
	uint64_t number; /* takes the place of a user's: key_number */
	unsigned rights; /* of enum key_right */
};

/*
 * Reads all files NAME.public of a folder. One that is not sound is left out, and the log gets a
 * line; NULL, with a sentence in `why`, when the folder cannot be read or others can write to
 * it.
 */
struct keys *keys_read(const char *folder, char *why, size_t room);
void keys_free(struct keys *keys);

/* NULL when there is none; `keys` may be NULL: nobody. Lent until keys_free. */
const struct keys_client *keys_find(const struct keys *keys, const char *public_key);
const struct keys_client *keys_find_number(const struct keys *keys, uint64_t number);

#endif
