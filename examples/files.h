/*
 * What the examples share: a list of the regular files below some paths.
 */
#ifndef EXAMPLES_FILES_H
#define EXAMPLES_FILES_H

#include <stddef.h>

struct files {
	char **path;
	size_t count;
};

/*
 * Adds the path itself, or all regular files below it if it is a folder. A path that is not there
 * is added too: whoever opens it learns why. Symbolic links are not followed. Returns 0, or -1
 * without memory.
 */
int files_add(struct files *files, const char *path);

void files_free(struct files *files);

#endif
