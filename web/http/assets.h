/*
 * The files of the page, read whole at the start. No address ever reaches the file system.
 */
#ifndef WEB_HTTP_ASSETS_H
#define WEB_HTTP_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

#define ASSETS_ETAG_ROOM 32

/* A body as it is sent, and what tells it from others. */
struct asset_form {
	char *bytes; /* owned */
	size_t size;
	char etag[ASSETS_ETAG_ROOM];
};

struct asset {
	char *name; /* owned: of the file, without folder */
	const char *type;
	struct asset_form plain, gzipped; /* gzipped: no bytes where it would not be smaller */
};

struct assets {
	size_t count;
	struct asset *all;
};

/* Reads the files of a folder whose types are known. A folder that is not there holds none. False
 * with a sentence. */
bool assets_read(struct assets *assets, const char *folder, char *why, size_t room);
void assets_free(struct assets *assets);

/* By the path of an address; "/" is index.html. NULL: there is none. */
const struct asset *assets_find(const struct assets *assets, const char *path);

#endif
