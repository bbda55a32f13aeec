/*
 * Starting threads of ours.
 */
#include "client/link/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client/base/debug.h"

#define STACK_SIZE (256 << 10)

/*
 * The thread sanitizer knows descriptors by their numbers alone, in all threads; with a second
 * table in the process its own records of them get mixed up, and it crashes in the runtime (seen in
 * ThreadClock::acquire below epoll_wait).
 */
#ifdef __SANITIZE_THREAD__
#define ONE_TABLE true
#else
#define ONE_TABLE false
#endif

struct start {
	const char *name;
	void (*run)(void);
	bool own_descriptors;
};

/*
 * In one step: a copy of the table that shares the files would for a moment keep open what the host
 * closes. Locks of the host's files are not lost by it, since they belong to its table.
 *
 * What libzmq says on stderr before it gives up must not reach a file of ours: 0, 1 and 2 are taken
 * by something that swallows it. With PROF_DEBUG=1, 2 stays what it is for the host, also when the
 * host closes its own.
 */
static void take_own_descriptors(void)
{
	bool speaks = debug_needs_stderr();
	int fd;

	if (ONE_TABLE || close_range(speaks ? 3 : 0, ~0U, CLOSE_RANGE_UNSHARE) != 0)
		return;
	if (speaks)
		close_range(STDIN_FILENO, STDOUT_FILENO, 0);
	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	} while (fd >= 0 && fd < (speaks ? STDOUT_FILENO : STDERR_FILENO));
}

static void *begin(void *argument)
{
	struct start start = *(struct start *)argument;

	free(argument);
	pthread_setname_np(pthread_self(), start.name);
	if (start.own_descriptors)
		take_own_descriptors();
	start.run();
	return NULL;
}

static bool start_thread(struct start what)
{
	struct start *start = malloc(sizeof(*start));
	pthread_attr_t attributes;
	sigset_t all, before;
	pthread_t thread;
	int error;

	if (start == NULL)
		return false;
	*start = what;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	error = pthread_create(&thread, &attributes, begin, start);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0) {
		free(start);
		errno = error;
		debug_say(DEBUG_START,
			  "cannot start the thread %s: %m; calls are counted, but not pushed",
			  what.name);
	}
	return error == 0;
}

bool aside_start(const char *name, void (*run)(void))
{
	return start_thread((struct start){name, run, true});
}

bool aside_start_beside(const char *name, void (*run)(void))
{
	return start_thread((struct start){name, run, false});
}
