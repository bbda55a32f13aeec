/*
 * PROF_DEBUG. Each line is written at once by one write(2), so lines of several processes stay
 * whole, and a file is opened for each: there are few.
 */
#include "client/base/debug.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/hash.h"

#define LINE_MAX_BYTES 512

/* NULL: off. A privileged program does not write where its caller says. */
static const char *destination(void)
{
	const char *value = secure_getenv("PROF_DEBUG");

	return value == NULL || value[0] == '\0' || strcmp(value, "0") == 0 ? NULL : value;
}

static bool is_stderr(const char *to)
{
	return strcmp(to, "1") == 0;
}

bool debug_is_on(void)
{
	return destination() != NULL;
}

bool debug_needs_stderr(void)
{
	const char *to = destination();

	return to != NULL && is_stderr(to);
}

/* Control characters in names and in profd's words stay off a terminal. */
static void tame(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7F)
			*text = '?';
}

/* A pipe that is full, or that nobody reads any more, gets nothing: no wait, and no SIGPIPE. */
static void write_to(int fd, const char *line, size_t size)
{
	struct pollfd polled = {.fd = fd, .events = POLLOUT};
	ssize_t n;

	if (poll(&polled, 1, 0) != 1 || polled.revents != POLLOUT)
		return;
	n = write(fd, line, size);
	(void)n; /* there is nobody to tell */
}

static void write_line(const char *to, const char *line, size_t size)
{
	int fd = STDERR_FILENO;

	if (!is_stderr(to))
		fd = open(to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
			  0644);
	if (fd < 0)
		return;
	write_to(fd, line, size);
	if (!is_stderr(to))
		close(fd);
}

void debug_say(enum debug_topic topic, const char *format, ...)
{
	static _Thread_local uint64_t said[DEBUG_TOPICS]; /* hashes; 0: nothing yet */
	const char *to = destination();
	char line[LINE_MAX_BYTES];
	int error = errno, head, length;
	uint64_t hash;
	va_list list;

	if (to == NULL)
		return;
	head = snprintf(line, sizeof(line), "libprofclient[%d]: ", (int)getpid());
	va_start(list, format);
	errno = error;
	length = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, format, list);
	va_end(list);
	tame(line);
	hash = hash_of(line, strlen(line));
	if (length >= 0 && said[topic] != hash) {
		said[topic] = hash;
		strcat(line, "\n");
		write_line(to, line, strlen(line));
	}
	errno = error;
}
