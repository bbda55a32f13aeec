/*
 * Hosts with signals of their own.
 */
#include "tests/system/harm.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMES 50

static const int kinds[] = {SIGINT, SIGTERM, SIGALRM, SIGCHLD, SIGPIPE, SIGUSR1, SIGURG};
#define KINDS (int)(sizeof(kinds) / sizeof(kinds[0]))

static volatile sig_atomic_t seen[NSIG], elsewhere;
static pthread_t main_thread;

static void count(int number)
{
	seen[number]++;
	elsewhere |= !pthread_equal(pthread_self(), main_thread);
}

static void catch (int number, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

/* Signals to the process land on the host's threads, each once. */
static int handlers(const char *argument)
{
	(void)argument;
	main_thread = pthread_self();
	for (int k = 0; k < KINDS; k++)
		catch (kinds[k], count, 0);
	for (int i = 0; i < TIMES; i++) {
		work(20);
		for (int k = 0; k < KINDS; k++)
			kill(getpid(), kinds[k]);
		if (i == TIMES / 2)
			settle();
	}
	for (int k = 0; k < KINDS; k++)
		say("%s %d", sigabbrev_np(kinds[k]), seen[kinds[k]]);
	say("elsewhere %d", elsewhere);
	return 0;
}

static void *wait_for_signals(void *set)
{
	int number = 0, waited = 0;

	while (waited < TIMES && sigwait(set, &number) == 0)
		waited += number == SIGUSR1;
	say("waited %d", waited);
	return NULL;
}

/* Signals that all threads of the host block reach the one that waits for them. */
static int sigwaiting(const char *argument)
{
	pthread_t waiter;
	sigset_t set;

	(void)argument;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&waiter, NULL, wait_for_signals, &set);
	settle();
	for (int i = 0; i < TIMES; i++) {
		sigset_t pending;

		work(5);
		kill(getpid(), SIGUSR1);
		do {
			usleep(100);
			sigpending(&pending);
		} while (sigismember(&pending, SIGUSR1));
	}
	pthread_join(waiter, NULL);
	return 0;
}

/* Each alarm interrupts the host's read. */
static int itimer(const char *argument)
{
	struct itimerval every = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
	int ends[2], interrupted = 0, other = 0;
	char byte;

	(void)argument;
	main_thread = pthread_self();
	settle();
	if (pipe(ends) != 0)
		return 1;
	catch (SIGALRM, count, 0);
	setitimer(ITIMER_REAL, &every, NULL);
	while (interrupted < TIMES) {
		work(3);
		if (read(ends[0], &byte, 1) < 0 && errno == EINTR)
			interrupted++;
		else
			other++;
	}
	setitimer(ITIMER_REAL, &never, NULL);
	say("interrupted %d other %d elsewhere %d", interrupted, other, elsewhere);
	return 0;
}

/* A write to a pipe that nobody reads ends the host, as by default. */
static int sigpipe(const char *argument)
{
	int ends[2];

	(void)argument;
	work(5);
	settle();
	if (pipe(ends) != 0)
		return 1;
	close(ends[0]);
	say("writing");
	say("written %zd", write(ends[1], "x", 1));
	return 0;
}

static int children(const char *argument)
{
	(void)argument;
	main_thread = pthread_self();
	catch (SIGCHLD, count, SA_RESTART);
	work(5);
	settle();
	for (int i = 0; i < 10; i++) {
		pid_t child = fork();

		if (child == 0) {
			work(5);
			_exit(i);
		}
		if (waitpid(child, NULL, 0) != child)
			return 1;
	}
	say("children %d, another: %s", seen[SIGCHLD],
	    waitpid(-1, NULL, 0) < 0 ? strerrorname_np(errno) : "yes");
	return 0;
}

static sigjmp_buf back;

static void jump(int number)
{
	siglongjmp(back, number);
}

/* A time-out by siglongjmp, out of whatever is being done. */
static int jumping(const char *argument)
{
	struct itimerval soon = {{0, 0}, {0, 500}};
	volatile int jumps = 0;

	(void)argument;
	settle();
	catch (SIGALRM, jump, SA_NODEFER);
	for (volatile int i = 0; i < TIMES; i++) {
		if (sigsetjmp(back, 1) != 0) {
			jumps++;
			continue;
		}
		setitimer(ITIMER_REAL, &soon, NULL);
		for (;;)
			work(50);
	}
	work(50);
	say("jumps %d", jumps);
	return 0;
}

/* A fault that the host catches on a stack of its own. */
static int faulting(const char *argument)
{
	stack_t other = {.ss_sp = malloc(65536), .ss_size = 65536};
	volatile int caught = 0;

	(void)argument;
	settle();
	sigaltstack(&other, NULL);
	catch (SIGSEGV, jump, SA_ONSTACK | SA_NODEFER);
	for (volatile int i = 0; i < TIMES; i++) {
		PROF_SCOPE("fault");
		if (sigsetjmp(back, 1) != 0) {
			caught++;
			continue;
		}
		work(2);
		*(volatile int *)NULL = 0;
	}
	say("caught %d", caught);
	return 0;
}

static int die_of(int number)
{
	work(5);
	settle();
	say("dying");
	kill(getpid(), number);
	pause();
	return 0;
}

static int die_of_term(const char *argument)
{
	(void)argument;
	return die_of(SIGTERM);
}

static int die_of_kill(const char *argument)
{
	(void)argument;
	return die_of(SIGKILL);
}

static int aborting(const char *argument)
{
	(void)argument;
	work(5);
	settle();
	abort();
}

const struct behaviour signal_behaviours[] = {
	{"handlers", handlers},
	{"sigwait", sigwaiting},
	{"itimer", itimer},
	{"sigpipe", sigpipe},
	{"children", children},
	{"jumping", jumping},
	{"faulting", faulting},
	{"sigterm", die_of_term},
	{"sigkill", die_of_kill},
	{"abort", aborting},
	{NULL, NULL},
};
