/*
 * Reading the folder of the page once, and packing what gets smaller by it.
 */
#include "web/http/assets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/http/gzip.h"
#include "proto/hash.h"

#define MOST_FILES   64
#define LARGEST_FILE (8 << 20)
#define SMALLEST     9

/* What is served is what stands here. */
static const struct {
	const char *ending, *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".svg", "image/svg+xml"},
	{".png", "image/png"},
	{".ico", "image/vnd.microsoft.icon"},
	{".txt", "text/plain; charset=utf-8"},
	{".json", "application/json"},
	{".webmanifest", "application/manifest+json"},
};

static const char *type_of(const char *name)
{
	const char *ending = strrchr(name, '.');

	for (size_t i = 0; ending != NULL && ending != name && i < sizeof(types) / sizeof(types[0]);
	     i++)
		if (strcmp(ending, types[i].ending) == 0)
			return types[i].type;
	return NULL;
}

static bool read_all(int fd, struct asset_form *form)
{
	struct stat status;
	size_t used = 0;
	ssize_t n = 1;

	if (fstat(fd, &status) != 0)
		return false;
	if (!S_ISREG(status.st_mode) || status.st_size > LARGEST_FILE) {
		errno = EFBIG;
		return false;
	}
	form->bytes = malloc((size_t)status.st_size + 1);
	if (form->bytes == NULL)
		return false;
	while (used < (size_t)status.st_size && n > 0) {
		n = read(fd, form->bytes + used, (size_t)status.st_size - used);
		used += n > 0 ? (size_t)n : 0;
	}
	form->size = used;
	return n >= 0;
}

static void mark(struct asset_form *form, const char *kind)
{
	snprintf(form->etag, sizeof(form->etag), "\"%016" PRIx64 "%s\"",
		 hash_of(form->bytes, form->size), kind);
}

static bool read_asset(struct asset *a, int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool good = fd >= 0 && read_all(fd, &a->plain);

	if (fd >= 0)
		close(fd);
	a->name = good ? strdup(name) : NULL;
	if (a->name == NULL)
		return false;
	a->type = type_of(name);
	mark(&a->plain, "");
	a->gzipped.bytes = gzip_pack(a->plain.bytes, a->plain.size, SMALLEST, &a->gzipped.size);
	if (a->gzipped.bytes != NULL && a->gzipped.size >= a->plain.size) {
		free(a->gzipped.bytes);
		a->gzipped = (struct asset_form){0};
	} else if (a->gzipped.bytes != NULL) {
		mark(&a->gzipped, "-gzip");
	}
	return true;
}

static bool read_folder(struct assets *assets, DIR *folder, char *why, size_t room)
{
	const struct dirent *entry;

	assets->all = calloc(MOST_FILES, sizeof(*assets->all));
	while (assets->all != NULL && (entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.' || type_of(entry->d_name) == NULL)
			continue;
		if (assets->count == MOST_FILES) {
			snprintf(why, room, "more than %d files", MOST_FILES);
			return false;
		}
		if (!read_asset(&assets->all[assets->count++], dirfd(folder), entry->d_name)) {
			snprintf(why, room, "%s: %s", entry->d_name, strerror(errno));
			return false;
		}
	}
	if (assets->all == NULL)
		snprintf(why, room, "out of memory");
	return assets->all != NULL;
}

bool assets_read(struct assets *assets, const char *folder_name, char *why, size_t room)
{
	DIR *folder = opendir(folder_name);
	bool good;

	*assets = (struct assets){0};
	if (folder == NULL && errno == ENOENT)
		return true;
	if (folder == NULL) {
		snprintf(why, room, "%s", strerror(errno));
		return false;
	}
	good = read_folder(assets, folder, why, room);
	closedir(folder);
	if (!good)
		assets_free(assets);
	return good;
}

void assets_free(struct assets *assets)
{
	for (size_t i = 0; i < assets->count; i++) {
		free(assets->all[i].name);
		free(assets->all[i].plain.bytes);
		free(assets->all[i].gzipped.bytes);
	}
	free(assets->all);
	*assets = (struct assets){0};
}

const struct asset *assets_find(const struct assets *assets, const char *path)
{
	const char *name = strcmp(path, "/") == 0 ? "index.html" : path + 1;

	for (size_t i = 0; path[0] == '/' && i < assets->count; i++)
		if (strcmp(assets->all[i].name, name) == 0)
			return &assets->all[i];
	return NULL;
}
