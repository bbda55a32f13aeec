/*
 * Walks directories and collects the names of their files.
 */
#include "examples/files.h"

#include <fts.h>
#include <stdlib.h>
#include <string.h>

static int append(struct files *files, const char *path)
{
	char **grown;

	/* Doubles at 64, 128, 256 ... */
	if (files->count == 0 || (files->count >= 64 && (files->count & (files->count - 1)) == 0)) {
		size_t room = files->count == 0 ? 64 : 2 * files->count;

		grown = realloc(files->path, room * sizeof(*grown));
		if (grown == NULL)
			return -1;
		files->path = grown;
	}
	files->path[files->count] = strdup(path);
	if (files->path[files->count] == NULL)
		return -1;
	files->count++;
	return 0;
}

int files_add(struct files *files, const char *path)
{
	char *roots[2] = {(char *)path, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
	FTSENT *entry;
	int result = walk == NULL ? -1 : 0;

	while (result == 0 && (entry = fts_read(walk)) != NULL)
		if (entry->fts_info == FTS_F || entry->fts_info == FTS_NS ||
		    entry->fts_info == FTS_DNR)
			result = append(files, entry->fts_path);
	if (walk != NULL)
		fts_close(walk);
	return result;
}

void files_free(struct files *files)
{
	while (files->count > 0)
		free(files->path[--files->count]);
	free(files->path);
	files->path = NULL;
}
