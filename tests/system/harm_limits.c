/*
 * Hosts with so little of something that the library cannot start, or that come to it later.
 */
#include "tests/system/harm.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int limit(int what, rlim_t to)
{
	struct rlimit most = {to, to};

	return setrlimit(what, &most);
}

/* How many more the host can open: the same with the library as without. */
static int open_all(void)
{
	int opened = 0, fd;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		opened++;
	say("opened %d then %s", opened, strerrorname_np(errno));
	for (int i = 3; i < opened + 3; i++)
		close(i);
	return 0;
}

/* The argument: the limit of descriptors, from the beginning. */
static int few_descriptors(const char *argument)
{
	limit(RLIMIT_NOFILE, (rlim_t)atoi(argument));
	work(20);
	settle();
	open_all();
	work(20);
	settle();
	return open_all();
}

/* First everything works; then the host has no descriptor left, while profd is told more. */
static int no_descriptors_later(const char *argument)
{
	work(20);
	settle();
	limit(RLIMIT_NOFILE, 30);
	while (open("/dev/null", O_RDONLY) >= 0)
		;
	work(20);
	settle();
	limit(RLIMIT_NOFILE, 3);
	work(20);
	settle();
	say("%s", argument == NULL ? "went on" : argument);
	return 0;
}

static void *nothing(void *unused)
{
	work(2);
	return unused;
}

static int try_thread(void)
{
	pthread_t thread;
	int error = pthread_create(&thread, NULL, nothing, NULL);

	if (error == 0)
		pthread_join(thread, NULL);
	say("thread: %s", strerrorname_np(error));
	return 0;
}

/* As a user who may have no further thread. */
static int no_threads(const char *argument)
{
	(void)argument;
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 1;
	limit(RLIMIT_NPROC, 0);
	work(20);
	settle();
	work(20);
	try_thread();
	return fork() < 0 ? errno : 0;
}

static int no_threads_later(const char *argument)
{
	(void)argument;
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		return 1;
	work(20);
	settle();
	limit(RLIMIT_NPROC, 0);
	work(20);
	settle();
	try_thread();
	return fork() < 0 ? errno : 0;
}

static rlim_t address_space(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f == NULL || fscanf(f, "%lu", &pages) != 1)
		abort();
	fclose(f);
	return (rlim_t)pages * 4096;
}

/* The argument: how many KiB of addresses are left. */
static int little_memory(const char *argument)
{
	void *large;

	setvbuf(stdout, NULL, _IONBF, 0);
	limit(RLIMIT_AS, address_space() + (rlim_t)atoi(argument) * 1024);
	work(50);
	settle();
	work(50);
	settle();
	large = malloc((size_t)1 << 30);
	say("large: %s", large == NULL ? "NULL" : "there");
	return 0;
}

static int little_memory_later(const char *argument)
{
	work(50);
	settle();
	return little_memory(argument);
}

/* No file may grow: the library writes none. */
static int no_files(const char *argument)
{
	limit(RLIMIT_FSIZE, 0);
	work(50);
	settle();
	work(50);
	say("%s", argument == NULL ? "no SIGXFSZ" : argument);
	return 0;
}

static int no_core(const char *argument)
{
	struct rlimit core;

	(void)argument;
	limit(RLIMIT_CORE, 0);
	prctl(PR_SET_DUMPABLE, 0);
	work(20);
	settle();
	getrlimit(RLIMIT_CORE, &core);
	say("core %llu dumpable %d", (unsigned long long)core.rlim_max, prctl(PR_GET_DUMPABLE));
	return 0;
}

static int large_stacks(const char *argument)
{
	(void)argument;
	limit(RLIMIT_STACK, RLIM_INFINITY);
	work(20);
	settle();
	return try_thread();
}

static int locked_memory(const char *argument)
{
	(void)argument;
	say("mlockall %s", mlockall(MCL_FUTURE) == 0 ? "done" : strerrorname_np(errno));
	work(50);
	settle();
	return try_thread();
}

const struct behaviour limit_behaviours[] = {
	{"few_descriptors", few_descriptors},
	{"no_descriptors_later", no_descriptors_later},
	{"no_threads", no_threads},
	{"no_threads_later", no_threads_later},
	{"little_memory", little_memory},
	{"little_memory_later", little_memory_later},
	{"no_files", no_files},
	{"no_core", no_core},
	{"large_stacks", large_stacks},
	{"locked_memory", locked_memory},
	{NULL, NULL},
};
