/*
 * A host whose signal handlers time what they do, and interrupt it at any place, of the library
 * too: storm SECONDS [jump]. Tells how many calls of each function it made, and how many of those
 * of handlers were refused. With `jump` each handler leaves by siglongjmp.
 */
#include <profclient.h>

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define THREADS	 3
#define HANDLERS 2000 /* at least, of all threads */

struct counts {
	unsigned long outer, inner, record, call, handlers, counted, jumps;
	sigjmp_buf back;
	volatile sig_atomic_t may_jump;
	char stack[65536];
};

static struct counts counts[THREADS];
static _Thread_local struct counts *mine;
static prof_function *record, *handler_record, *call;
static int stop; /* atomic */
static volatile sig_atomic_t jumps;

/* Both or none of the two calls is refused. */
static void timed(struct counts *c)
{
	{
		PROF_SCOPE("handler");
		c->handlers++;
	}
	if (prof_function_record(handler_record, 1e-6, NULL) == PROF_OK)
		c->counted++;
}

static void interrupt(int number)
{
	struct counts *c = mine;

	(void)number;
	if (c == NULL)
		return;
	timed(c);
	if (jumps && c->may_jump)
		siglongjmp(c->back, 1);
}

/* Many calls of all kinds; `outer` and the others count what has surely been counted. */
static void calls(struct counts *c)
{
	for (int i = 0; i < 100; i++) {
		{
			PROF_SCOPE("outer");
			{
				PROF_SCOPE("inner");
				c->inner++;
			}
			c->outer++;
		}
		c->record += prof_function_record(record, 1e-6, NULL) == PROF_OK;
		c->call += prof_call_end(prof_function_begin(call), NULL) == PROF_OK;
	}
}

static void *run(void *argument)
{
	struct counts *c = argument;
	stack_t other = {.ss_sp = c->stack, .ss_size = sizeof(c->stack)};

	/* Handlers of one thread run on a stack of their own. */
	if (c == &counts[0])
		sigaltstack(&other, NULL);
	timed(c);
	mine = c;
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		if (sigsetjmp(c->back, 1) != 0)
			c->jumps++;
		c->may_jump = 1;
		calls(c);
		c->may_jump = 0;
	}
	mine = NULL;
	return NULL;
}

static unsigned long handled(void)
{
	unsigned long sum = 0;

	for (int i = 0; i < THREADS; i++)
		sum += __atomic_load_n(&counts[i].handlers, __ATOMIC_RELAXED);
	return sum;
}

/* A signal to each thread in turn, as often as can be, until the time is up; on a busy machine
 * until there were enough. */
static void storm(const pthread_t *threads, double seconds)
{
	struct timespec now, end;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += (time_t)seconds;
	do {
		for (int i = 0; i < THREADS; i++)
			pthread_kill(threads[i], SIGUSR1);
		usleep(20);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end.tv_sec || handled() < HANDLERS);
}

static void tell(const char *name, size_t offset)
{
	unsigned long sum = 0;

	for (int i = 0; i < THREADS; i++) {
		unsigned long one;

		memcpy(&one, (char *)&counts[i] + offset, sizeof(one));
		sum += one;
	}
	printf("%s %lu\n", name, sum);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_ONSTACK | SA_RESTART};
	pthread_t threads[THREADS];

	jumps = argc > 2 && strcmp(argv[2], "jump") == 0;
	sigemptyset(&action.sa_mask);
	sigaction(SIGUSR1, &action, NULL);
	if (argc < 2 || prof_lookup("record", &record) != PROF_OK ||
	    prof_lookup("handler record", &handler_record) != PROF_OK ||
	    prof_lookup("call", &call) != PROF_OK)
		return 2;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, run, &counts[i]);
	storm(threads, atof(argv[1]));
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	tell("outer", offsetof(struct counts, outer));
	tell("inner", offsetof(struct counts, inner));
	tell("record", offsetof(struct counts, record));
	tell("call", offsetof(struct counts, call));
	tell("handlers", offsetof(struct counts, handlers));
	tell("counted", offsetof(struct counts, counted));
	tell("jumps", offsetof(struct counts, jumps));
	printf("refused %lu\n", (unsigned long)prof_refused_calls());
	return 0;
}
