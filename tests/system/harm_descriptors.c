/*
 * Hosts that close what they find, and expect the numbers and the ends of files that are theirs.
 */
#include "tests/system/harm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int report = 1;

static void tell(const char *text)
{
	ssize_t n = write(report, text, strlen(text));

	(void)n;
}

/* Pipes, sockets and events made now hold what the host writes to them, and nothing else. */
static void use_new_descriptors(void)
{
	uint64_t value = 0;
	int ends[2], events[50], clean = 1;
	char line[200], byte = 0;

	for (int i = 0; i < 50; i++) {
		events[i] = eventfd(0, EFD_NONBLOCK);
		if (i == 25)
			settle();
		work(10);
	}
	settle();
	for (int i = 0; i < 50; i++)
		clean &= read(events[i], &value, sizeof(value)) < 0 && errno == EAGAIN;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0)
		return;
	work(10);
	settle();
	clean &= read(ends[0], &byte, 1) < 0 && errno == EAGAIN;
	snprintf(line, sizeof(line), "events %d to %d pair %d %d clean %d\n", events[0], events[49],
		 ends[0], ends[1], clean);
	tell(line);
}

static int reopen(const char *file)
{
	for (int fd = 0; fd < 3; fd++) {
		if (open("/dev/null", O_RDWR) != fd)
			return -1;
	}
	return open(file, O_WRONLY | O_CREAT | O_APPEND, 0600);
}

/* What is open is closed one by one, below a limit, as older programs do. */
static void close_each(void)
{
	for (int fd = 0; fd < 1024; fd++)
		close(fd);
}

/* The argument: a file for the report. */
static int close_all(const char *argument)
{
	work(20);
	settle();
	close_range(0, ~0U, 0);
	work(20);
	report = reopen(argument);
	tell(report == 3 ? "as expected\n" : "another number\n");
	use_new_descriptors();
	settle();
	close_each();
	work(20);
	settle();
	report = reopen(argument);
	use_new_descriptors();
	return 0;
}

#define CHILDREN 60

/* Closed while the library is in the middle of starting, at ever another place. */
static int close_while_starting(const char *argument)
{
	static volatile unsigned spent;
	pid_t children[CHILDREN];
	int harmed = 0;

	for (unsigned i = 0; i < CHILDREN; i++) {
		children[i] = fork();
		if (children[i] != 0)
			continue;
		work(1);
		for (unsigned k = 0; k < i * 40000; k++)
			spent += k;
		close_range(0, ~0U, 0);
		work(1);
		settle();
		exit(3);
	}
	for (unsigned i = 0; i < CHILDREN; i++) {
		int status = 0;

		waitpid(children[i], &status, 0);
		harmed += status != 3 << 8;
	}
	say("harmed %d%s", harmed, argument);
	return 0;
}

/* Becomes a service: a child in a session of its own, with nothing open. */
static int daemonise(const char *argument)
{
	pid_t child;
	int status;

	work(20);
	settle();
	child = fork();
	if (child != 0) {
		waitpid(child, &status, 0);
		say("child %x", (unsigned)status);
		return 0;
	}
	setsid();
	if (chdir("/") != 0)
		return 1;
	close_each();
	work(20);
	report = reopen(argument);
	tell(report == 3 ? "as expected\n" : "another number\n");
	use_new_descriptors();
	settle();
	exit(12);
}

/* A pipe ends when the host closes it: nobody of ours holds the other end. */
static int ends(const char *argument)
{
	int pipes[20][2], flags = 0;
	char byte;

	(void)argument;
	for (int i = 0; i < 20; i++) {
		if (pipe(pipes[i]) != 0)
			return 1;
	}
	work(20);
	for (int i = 0; i < 20; i++) {
		if (i == 10)
			settle();
		work(5);
		close(pipes[i][1]);
		flags += read(pipes[i][0], &byte, 1) == 0;
	}
	say("ended %d", flags);
	return 0;
}

static int lock(int fd, int kind)
{
	struct flock whole = {.l_type = (short)kind, .l_whence = SEEK_SET};

	return fcntl(fd, F_SETLK, &whole) == 0;
}

/* Locks are lost when any descriptor of their file is closed: none of ours was. */
static int locks(const char *argument)
{
	int fd = open(argument, O_RDWR | O_CREAT, 0600), status = 0;
	pid_t child;

	if (fd < 0 || !lock(fd, F_WRLCK))
		return 1;
	work(20);
	settle();
	work(20);
	child = fork();
	if (child == 0)
		_exit(lock(open(argument, O_RDWR), F_WRLCK) ? 1 : 0);
	waitpid(child, &status, 0);
	say("still locked: %s", status == 0 ? "yes" : "no");
	return 0;
}

/* The numbers that open gives, and what a listing of the host's descriptors shows. */
static int numbers(const char *argument)
{
	(void)argument;
	for (int i = 0; i < 5; i++) {
		work(20);
		settle();
		say("descriptor %d", open("/dev/null", O_RDONLY));
	}
	say("epoll %d", epoll_create1(0));
	fflush(stdout);
	return system("ls /proc/$PPID/fd | wc -l");
}

/* Started without standard input, output and error. The argument: a file for the report. */
static int nothing_open(const char *argument)
{
	int first;

	close(0);
	close(1);
	close(2);
	work(20);
	settle();
	first = open("/dev/null", O_RDWR);
	report = open(argument, O_WRONLY | O_CREAT | O_APPEND, 0600);
	tell(first == 0 && report == 1 ? "0 and 1\n" : "other numbers\n");
	use_new_descriptors();
	return 0;
}

const struct behaviour descriptor_behaviours[] = {
	{"close_all", close_all},
	{"close_while_starting", close_while_starting},
	{"daemonise", daemonise},
	{"ends", ends},
	{"locks", locks},
	{"numbers", numbers},
	{"nothing_open", nothing_open},
	{NULL, NULL},
};
