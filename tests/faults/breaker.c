/*
 * Preloaded into profd: at the n-th call that touches its files or peers it dies, or the call
 * fails, as the disk of a real machine would have it. The environment says what:
 *
 *	BREAK_CALLS	names of calls with commas: open write pwrite sync truncate send
 *	BREAK_FILE	only files with this in their path (send: any socket)
 *	BREAK_AT	the first of these calls to break: 1, 2, 3 ...
 *	BREAK_COUNT	how many break, from that one on; 0: all until BREAK_REPAIRED exists
 *	BREAK_HOW	before, half, after (dies then), EIO, ENOSPC
 *	BREAK_REPAIRED	a file; once it exists nothing breaks
 *	BREAK_TOLD	a file that gets the name of each call that broke, a line each
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What becomes of one call. */
enum fate { WHOLE, DIE_BEFORE, DIE_HALF, DIE_AFTER, FAIL };

static long met;

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value == NULL ? "" : value;
}

static void *next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

static int is_named(const char *call)
{
	const char *at = strstr(variable("BREAK_CALLS"), call);

	return at != NULL;
}

/* By the system call itself, so that it is not broken too. */
static void tell(const char *call, const char *path)
{
	long fd = syscall(SYS_openat, AT_FDCWD, variable("BREAK_TOLD"),
			  O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	char line[512];
	int size = snprintf(line, sizeof(line), "%s %.400s\n", call, path);

	if (fd < 0)
		return;
	if (syscall(SYS_write, fd, line, size) < 0)
		abort();
	syscall(SYS_close, fd);
}

/* All threads end here and now, as by SIGKILL, which profd's sandbox keeps it from sending. */
static void die(void)
{
	_exit(128 + SIGKILL);
}

/* Sets errno when the call is to fail. */
static enum fate fate_of_path(const char *call, const char *path)
{
	const char *how = variable("BREAK_HOW");
	long at = atol(variable("BREAK_AT")), count = atol(variable("BREAK_COUNT")), number;

	if (!is_named(call) || strstr(path, variable("BREAK_FILE")) == NULL)
		return WHOLE;
	number = __atomic_add_fetch(&met, 1, __ATOMIC_RELAXED);
	if (number < at || (count != 0 && number >= at + count) ||
	    (count == 0 && syscall(SYS_faccessat, AT_FDCWD, variable("BREAK_REPAIRED"), F_OK) == 0))
		return WHOLE;
	tell(call, path);
	if (strcmp(how, "before") == 0)
		return DIE_BEFORE;
	if (strcmp(how, "half") == 0)
		return DIE_HALF;
	if (strcmp(how, "after") == 0)
		return DIE_AFTER;
	errno = strcmp(how, "ENOSPC") == 0 ? ENOSPC : EIO;
	return FAIL;
}

static enum fate fate(const char *call, int fd)
{
	char name[64], path[4096];
	ssize_t size;
	int before = errno;
	enum fate is;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	size = readlink(name, path, sizeof(path) - 1);
	path[size < 0 ? 0 : size] = '\0';
	errno = before;
	is = fate_of_path(call, path);
	if (is == DIE_BEFORE)
		die();
	return is;
}

static int end(enum fate is, int result)
{
	if (is == DIE_AFTER || is == DIE_HALF)
		die();
	return result;
}

int open(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...) = next("open");
	enum fate is = fate_of_path("open", path);
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
	va_end(more);
	if (is == FAIL)
		return -1;
	if (is == DIE_BEFORE)
		die();
	return end(is, real(path, flags, mode));
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
	ssize_t (*real)(int, const void *, size_t, off64_t) = next("pwrite64");
	enum fate is = fate("pwrite", fd);

	if (is == FAIL)
		return -1;
	return end(is, (int)real(fd, data, is == DIE_HALF ? size / 2 : size, at));
}

ssize_t write(int fd, const void *data, size_t size)
{
	ssize_t (*real)(int, const void *, size_t) = next("write");
	enum fate is = fate("write", fd);

	if (is == FAIL)
		return -1;
	if (is == WHOLE)
		return real(fd, data, size);
	return end(is, (int)real(fd, data, is == DIE_HALF ? size / 2 : size));
}

int fdatasync(int fd)
{
	int (*real)(int) = next("fdatasync");
	enum fate is = fate("sync", fd);

	return is == FAIL ? -1 : end(is, real(fd));
}

int fsync(int fd)
{
	int (*real)(int) = next("fsync");
	enum fate is = fate("sync", fd);

	return is == FAIL ? -1 : end(is, real(fd));
}

int ftruncate64(int fd, off64_t size)
{
	int (*real)(int, off64_t) = next("ftruncate64");
	enum fate is = fate("truncate", fd);

	return is == FAIL ? -1 : end(is, real(fd, size));
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	ssize_t (*real)(int, const void *, size_t, int) = next("send");
	enum fate is = fate("send", fd);

	if (is == FAIL)
		return -1;
	if (is == WHOLE)
		return real(fd, data, size, flags);
	return end(is, (int)real(fd, data, is == DIE_HALF ? size / 2 : size, flags));
}
