/*
 * Hosts with threads that are cancelled, that come and go, and that load plugins.
 */
#include "tests/system/harm.h"

#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int cleaned;

static void clean(void *unused)
{
	(void)unused;
	work(3);
	__atomic_fetch_add(&cleaned, 1, __ATOMIC_RELAXED);
}

static void *until_cancelled(void *started)
{
	PROF_FUNCTION();
	pthread_cleanup_push(clean, NULL);
	sem_post(started);
	for (;;) {
		work(3);
		pthread_testcancel();
	}
	pthread_cleanup_pop(1);
	return NULL;
}

static void *until_cancelled_anywhere(void *started)
{
	PROF_FUNCTION();
	work(3);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	sem_post(started);
	for (;;) {
		PROF_SCOPE("cancelled here");
		PROF_FAIL("perhaps");
	}
	return NULL;
}

static int cancel(void *(*run)(void *), int times)
{
	int cancelled = 0;
	sem_t started;

	sem_init(&started, 0, 0);
	work(3);
	for (int i = 0; i < times; i++) {
		pthread_t thread;
		void *result;

		if (pthread_create(&thread, NULL, run, &started) != 0)
			return 1;
		sem_wait(&started);
		work(i % 5);
		pthread_cancel(thread);
		pthread_join(thread, &result);
		cancelled += result == PTHREAD_CANCELED;
	}
	work(100);
	say("cancelled %d cleaned %d", cancelled, cleaned);
	return 0;
}

static int cancel_deferred(const char *argument)
{
	(void)argument;
	return cancel(until_cancelled, 100);
}

static int cancel_asynchronous(const char *argument)
{
	(void)argument;
	return cancel(until_cancelled_anywhere, 200);
}

#ifdef PROF_DISABLE
static void wait_long(void)
{
}
#else
static void wait_long(void)
{
	struct prof_status *status;

	prof_flush(0.02);
	if (prof_get_status(0.02, &status) == PROF_OK)
		prof_free(status);
}
#endif

static void *waiting(void *started)
{
	sem_post(started);
	for (;;) {
		work(1);
		wait_long();
		pthread_testcancel();
	}
	return NULL;
}

/* A thread that is cancelled while it waits for profd. */
static int cancel_waiting(const char *argument)
{
	(void)argument;
	return cancel(waiting, 30);
}

static void *brief(void *unused)
{
	(void)unused;
	work(2);
	return NULL;
}

static int many_threads(const char *argument)
{
	pthread_t threads[8];

	(void)argument;
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 8; i++) {
			if (pthread_create(&threads[i], NULL, brief, NULL) != 0)
				return 1;
		}
		for (int i = 0; i < 8; i++)
			pthread_join(threads[i], NULL);
	}
	say("joined");
	return 0;
}

/* A program that does not know the library loads a plugin that uses it, again and again. */
static int plugin(const char *argument)
{
	int sum = 0;

	for (int i = 0; i < 30; i++) {
		void *library = dlopen(argument, RTLD_NOW | RTLD_LOCAL);
		int (*double_it)(int) =
			library == NULL ? NULL : (int (*)(int))dlsym(library, "harm_plugin");

		if (double_it == NULL) {
			say("%s", dlerror());
			return 1;
		}
		sum += double_it(i);
		if (dlclose(library) != 0)
			return 1;
	}
	say("sum %d", sum);
	return 0;
}

static int recurse(int depth)
{
	PROF_FUNCTION();
	return depth == 0 ? 0 : 1 + recurse(depth - 1);
}

static void *recurse_deep(void *unused)
{
	(void)unused;
	say("depth %d", recurse(300));
	return NULL;
}

/* Scopes on the smallest stack there is. */
static int small_stack(const char *argument)
{
	pthread_attr_t attributes;
	pthread_t thread;

	(void)argument;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 65536);
	if (pthread_create(&thread, &attributes, recurse_deep, NULL) != 0)
		return 1;
	pthread_join(thread, NULL);
	say("depth %d", recurse(20000));
	return 0;
}

const struct behaviour thread_behaviours[] = {
	{"cancel_deferred", cancel_deferred},
	{"cancel_asynchronous", cancel_asynchronous},
	{"cancel_waiting", cancel_waiting},
	{"many_threads", many_threads},
	{"plugin", plugin},
	{"small_stack", small_stack},
	{NULL, NULL},
};
