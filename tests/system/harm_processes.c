/*
 * Hosts that start programs and processes, and end in all ways.
 */
#include "tests/system/harm.h"

#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char sh[] = "sh", option[] = "-c", script[] = "kill -TERM $$";
static char *const shell[] = {sh, option, script, NULL};

static int reap(pid_t child)
{
	int status = -1;

	waitpid(child, &status, 0);
	say("child: signal %d exit %d", WTERMSIG(status), WEXITSTATUS(status));
	return 0;
}

static void tell_descriptors(void)
{
	char command[] = "ls /proc/self/fd | wc -l";

	fflush(stdout);
	if (system(command) != 0)
		say("no shell");
}

static int fork_exec(const char *argument)
{
	(void)argument;
	work(20);
	settle();
	for (int i = 0; i < 5; i++) {
		pid_t child = fork();

		if (child == 0) {
			work(i);
			execl("/bin/sh", "sh", "-c", "ls /proc/self/fd | wc -l; exit 4", NULL);
			_exit(127);
		}
		reap(child);
	}
	return 0;
}

/* Children that become another program when the library might just begin to speak to profd. */
static int exec_soon(const char *argument)
{
	int bad = 0, status;

	(void)argument;
	work(20);
	settle();
	for (int i = 0; i < 200; i++) {
		pid_t child = fork();

		if (child == 0) {
			work(1);
			usleep((useconds_t)(i * 40 % 4000));
			execl("/bin/true", "true", NULL);
			_exit(127);
		}
		waitpid(child, &status, 0);
		bad += status != 0;
	}
	say("of 200 children %d ended badly", bad);
	return 0;
}

static int vforking(const char *argument)
{
	pid_t child;

	(void)argument;
	work(20);
	settle();
	for (int i = 0; i < 5; i++) {
		child = vfork();
		if (child == 0) {
			execl("/bin/sh", "sh", "-c", "ls /proc/self/fd | wc -l; exit 5", NULL);
			_exit(127);
		}
		reap(child);
		work(5);
	}
	return 0;
}

static int spawning(const char *argument)
{
	pid_t child;

	(void)argument;
	work(20);
	settle();
	for (int i = 0; i < 5; i++) {
		if (posix_spawn(&child, "/bin/sh", NULL, NULL, shell, environ) != 0)
			return 1;
		reap(child);
	}
	tell_descriptors();
	return 0;
}

/* The host becomes another program in the same process. */
static int exec_in_place(const char *argument)
{
	(void)argument;
	work(20);
	settle();
	say("before");
	execl("/bin/sh", "sh", "-c", "ls /proc/self/fd | wc -l; exit 6", NULL);
	return 1;
}

/* Children of children, each of which works and exits by itself. */
static int fork_deep(const char *argument)
{
	int depth = 0, status = 0;
	pid_t child = 0;

	(void)argument;
	while (depth < 5 && child == 0) {
		PROF_SCOPE("generation");
		work(10);
		child = fork();
		depth += child == 0;
	}
	work(10);
	if (child > 0)
		waitpid(child, &status, 0);
	say("depth %d child's status %d", depth, WEXITSTATUS(status));
	return depth;
}

static void *forking_thread(void *unused)
{
	PROF_FUNCTION();
	(void)unused;
	for (int i = 0; i < 10; i++) {
		pid_t child = fork();

		work(10);
		if (child == 0)
			_exit(0);
		waitpid(child, NULL, 0);
	}
	return NULL;
}

/* Several threads fork while others record what is new. */
static int fork_threads(const char *argument)
{
	pthread_t threads[4];

	(void)argument;
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, forking_thread, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	say("forked");
	return 0;
}

static void handler_of_exit(void)
{
	work(5);
	say("exit handler");
}

static int exits(const char *argument)
{
	(void)argument;
	atexit(handler_of_exit);
	work(5);
	atexit(handler_of_exit);
	settle();
	exit(7);
}

static int exits_at_once(const char *argument)
{
	(void)argument;
	atexit(handler_of_exit);
	work(5);
	settle();
	_exit(8);
}

static int exits_quickly(const char *argument)
{
	(void)argument;
	at_quick_exit(handler_of_exit);
	work(5);
	at_quick_exit(handler_of_exit);
	settle();
	quick_exit(9);
}

static void *exit_from_here(void *unused)
{
	PROF_FUNCTION();
	(void)unused;
	work(5);
	exit(10);
}

/* While another thread is in a scope. */
static int exits_elsewhere(const char *argument)
{
	pthread_t thread;

	PROF_FUNCTION();
	(void)argument;
	atexit(handler_of_exit);
	settle();
	pthread_create(&thread, NULL, exit_from_here, NULL);
	pthread_join(thread, NULL);
	return 1;
}

static void *never_stop(void *unused)
{
	(void)unused;
	for (;;)
		work(10);
	return NULL;
}

/* The main thread ends alone; the process goes on and ends elsewhere. */
static int main_ends_first(const char *argument)
{
	pthread_t thread;

	(void)argument;
	work(5);
	pthread_create(&thread, NULL, exit_from_here, NULL);
	pthread_exit(NULL);
}

/* main returns while threads are busy. */
static int returns_while_busy(const char *argument)
{
	pthread_t thread;

	(void)argument;
	for (int i = 0; i < 3; i++)
		pthread_create(&thread, NULL, never_stop, NULL);
	work(100);
	settle();
	say("returning");
	return 11;
}

const struct behaviour process_behaviours[] = {
	{"fork_exec", fork_exec},
	{"exec_soon", exec_soon},
	{"vfork", vforking},
	{"spawn", spawning},
	{"exec", exec_in_place},
	{"fork_deep", fork_deep},
	{"fork_threads", fork_threads},
	{"exit", exits},
	{"_exit", exits_at_once},
	{"quick_exit", exits_quickly},
	{"exit_elsewhere", exits_elsewhere},
	{"main_ends_first", main_ends_first},
	{"returns_while_busy", returns_while_busy},
	{NULL, NULL},
};
