/*
 * Writing a file beside its place, then moving it there.
 */
#include "ctl/bench/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ctl/base/say.h"

#define NEW_FILE_MODE 0666

static bool write_all(int file, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = write(file, text, left);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			text += n;
			left -= (size_t)n;
		}
	}
	return true;
}

/* On disk before it takes the place of the old one: else a crash could leave neither. */
static bool write_and_close(int file, const char *text, bool sync)
{
	bool well = write_all(file, text) && (!sync || fsync(file) == 0);
	int error = errno;

	if (close(file) != 0 && well)
		return false;
	errno = error;
	return well;
}

static bool write_into(const char *file_name, const char *text)
{
	int file = open(file_name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, NEW_FILE_MODE);

	return file >= 0 && write_and_close(file, text, false);
}

/* The mode is that of the old file, or of any new one. */
static bool write_beside(const char *file_name, const char *text, mode_t mode)
{
	char *beside;
	bool well;
	int file, error;

	need(asprintf(&beside, "%s.XXXXXX", file_name) < 0 ? NULL : beside);
	file = mkostemp(beside, O_CLOEXEC);
	well = file >= 0 && fchmod(file, mode) == 0;
	if (file >= 0)
		well = write_and_close(file, text, true) && well && rename(beside, file_name) == 0;
	error = errno;
	if (!well && file >= 0)
		unlink(beside);
	free(beside);
	errno = error;
	return well;
}

bool file_replace(const char *file_name, const char *text)
{
	mode_t mask = umask(0);
	struct stat old;
	char *real;
	bool well;

	umask(mask);
	if (strcmp(file_name, "-") == 0)
		return fputs(text, stdout) >= 0;
	if (stat(file_name, &old) != 0)
		return errno == ENOENT && write_beside(file_name, text, NEW_FILE_MODE & ~mask);
	if (!S_ISREG(old.st_mode))
		return write_into(file_name, text);
	real = realpath(file_name, NULL);
	well = real != NULL && write_beside(real, text, old.st_mode & 07777);
	free(real);
	return well;
}
