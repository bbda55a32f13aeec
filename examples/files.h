/*
 * Shared by the examples: a list of the regular files below some paths.
 */
#ifndef EXAMPLES_FILES_H
#define EXAMPLES_FILES_H

#include <stddef.h>

struct files {
	char **path;
	size_t count;
};

/*
 * Adds the path itself, or all regular files below it if it is a directory. A path that does not
 * exist is added too: opening it fails with the reason. Symbolic links are not followed. Returns 0,
 * or -1 if out of memory.
 */
int files_add(struct files *files, const char *path);

void files_free(struct files *files);

#endif
