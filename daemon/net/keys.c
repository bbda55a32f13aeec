/*
 * The folder of clients' public keys.
 */
#include "daemon/net/keys.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "daemon/base/log.h"

struct keys {
	struct keys_client *client; /* ascending by number */
	size_t count, room;
};

static bool has_room(struct keys *k)
{
	size_t room = k->room == 0 ? 16 : 2 * k->room;
	struct keys_client *more;

	if (k->count < k->room)
		return true;
	more = realloc(k->client, room * sizeof(*more));
	if (more == NULL)
		return false;
	k->client = more;
	k->room = room;
	return true;
}

/* The length of the owner's name in "NAME.public"; 0: some other file. */
static size_t owner_of(const char *file)
{
	size_t length = strlen(file), end = strlen(KEY_PUBLIC_FILE);

	if (length <= end || strcmp(file + length - end, KEY_PUBLIC_FILE) != 0)
		return 0;
	return key_name_is_valid(file, length - end) ? length - end : 0;
}

static bool add(struct keys *k, const char *folder, const char *file, char *why, size_t room)
{
	size_t length = owner_of(file);
	struct keys_client *client;
	char path[4096];
	struct key key;

	if (length == 0)
		return true;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, file) >= sizeof(path) ||
	    !has_room(k)) {
		snprintf(why, room, "no memory, or the path is too long");
		return false;
	}
	if (!key_read(&key, path, false, why, room))
		return false;
	client = &k->client[k->count++];
	memset(client, 0, sizeof(*client));
	memcpy(client->name, file, length);
	memcpy(client->public_key, key.public_key, sizeof(client->public_key));
	client->rights = key.rights;
	client->number = key_number(key.public_key);
	explicit_bzero(&key, sizeof(key));
	return true;
}

static int compare(const void *left, const void *right)
{
	const struct keys_client *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* A key names one client. Where two files hold it, neither is believed. */
static void drop_doubles(struct keys *k)
{
	size_t kept = 0, end;
	char line[256];

	for (size_t at = 0; at < k->count; at = end) {
		for (end = at + 1; end < k->count && k->client[end].number == k->client[at].number;
		     end++)
			;
		if (end == at + 1) {
			k->client[kept++] = k->client[at];
			continue;
		}
		snprintf(line, sizeof(line),
			 "the keys %s and %s are the same: neither has any right",
			 k->client[at].name, k->client[at + 1].name);
		log_line(LOG_WARNING, line);
	}
	k->count = kept;
}

static bool check_folder(const char *folder, char *why, size_t room)
{
	struct stat status;

	if (stat(folder, &status) != 0) {
		snprintf(why, room, "client_keys: %s: %s", folder, strerror(errno));
		return false;
	}
	if (!S_ISDIR(status.st_mode) || (status.st_mode & 0002) != 0) {
		snprintf(why, room,
			 "client_keys: %s: must be a folder that only its owner and "
			 "group can write to",
			 folder);
		return false;
	}
	return true;
}

static void read_all(struct keys *k, DIR *dir, const char *folder)
{
	char why[256], line[1024];
	struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		if (add(k, folder, entry->d_name, why, sizeof(why)))
			continue;
		snprintf(line, sizeof(line), "%.256s: %s: this client has no right", entry->d_name,
			 why);
		log_line(LOG_WARNING, line);
	}
}

struct keys *keys_read(const char *folder, char *why, size_t room)
{
	struct keys *k;
	DIR *dir;

	if (!check_folder(folder, why, room))
		return NULL;
	k = calloc(1, sizeof(*k));
	dir = opendir(folder);
	if (k == NULL || dir == NULL) {
		snprintf(why, room, "client_keys: %s: %s", folder, strerror(errno));
		if (dir != NULL)
			closedir(dir);
		free(k);
		return NULL;
	}
	read_all(k, dir, folder);
	closedir(dir);
	if (k->count != 0)
		qsort(k->client, k->count, sizeof(*k->client), compare);
	drop_doubles(k);
	return k;
}

void keys_free(struct keys *k)
{
	if (k == NULL)
		return;
	free(k->client);
	free(k);
}

const struct keys_client *keys_find_number(const struct keys *k, uint64_t number)
{
	size_t low = 0, high = k == NULL ? 0 : k->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (k->client[middle].number == number)
			return &k->client[middle];
		if (k->client[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct keys_client *keys_find(const struct keys *k, const char *public_key)
{
	const struct keys_client *client = keys_find_number(k, key_number(public_key));

	return client != NULL && strcmp(client->public_key, public_key) == 0 ? client : NULL;
}
