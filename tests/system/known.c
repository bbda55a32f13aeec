/*
 * Records known totals, in every way there is to record, and prints how many rounds it made.
 *
 *	known [--rounds N] [--threads N] [--forks N] [--until FILE] [--pause US] [--exit]
 *
 * Each thread makes rounds (N, or until FILE exists). A round is one scope "known.outer", one
 * "known.inner" in it of which every tenth fails, one asynchronous "known.call" that another thread
 * ends now and then, and one record "known.hand" of exactly 1 ms. With --forks, N children do the
 * same and exit. With --pause, a thread sleeps after every tenth round. With --exit the program
 * just exits; else it flushes first and fails if that fails.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <profclient.h>

static long rounds = 1000, threads = 2, forks, pause_us;
static const char *until;
static int just_exit;
static prof_function *call_function;

static void inner(long i)
{
	PROF_SCOPE("known.inner");
	if (i % 10 == 9)
		PROF_FAIL(NULL);
}

static void *end_elsewhere(void *call)
{
	prof_call_end(*(prof_call *)call, NULL);
	return NULL;
}

static void one_round(long i)
{
	PROF_SCOPE("known.outer");
	prof_call call = prof_function_begin(call_function);
	pthread_t other;

	inner(i);
	prof_record("known.hand", 0.001, NULL);
	if (i % 1000 == 999 && pthread_create(&other, NULL, end_elsewhere, &call) == 0)
		pthread_join(other, NULL);
	else
		prof_call_end(call, NULL);
}

/* Returns how many rounds it made; always a multiple of ten, so that the failures are known too. */
static void *make_rounds(void *unused)
{
	long i = 0;

	(void)unused;
	while (until == NULL ? i < rounds : i % 10 != 0 || access(until, F_OK) != 0) {
		one_round(i++);
		if (until != NULL && i % 100 == 0)
			usleep(100);
		if (pause_us != 0 && i % 10 == 0)
			usleep((useconds_t)pause_us);
	}
	return (void *)i;
}

static long make_all(void)
{
	pthread_t thread[64];
	long made = 0;
	void *result;

	for (long i = 0; i < threads; i++) {
		if (pthread_create(&thread[i], NULL, make_rounds, NULL) != 0)
			abort();
	}
	for (long i = 0; i < threads; i++) {
		pthread_join(thread[i], &result);
		made += (long)result;
	}
	return made;
}

static int finish(long made)
{
	prof_error error = just_exit ? PROF_OK : prof_flush(60.0);

	printf("%ld\n", made);
	if (error != PROF_OK)
		fprintf(stderr, "known: flush: %s\n", prof_strerror(error));
	return error == PROF_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
	int status, worst = 0;

	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(argv[i], "--exit") == 0) {
			just_exit = 1;
			continue;
		}
		if (strcmp(argv[i], "--rounds") == 0)
			rounds = atol(value);
		else if (strcmp(argv[i], "--threads") == 0)
			threads = atol(value);
		else if (strcmp(argv[i], "--forks") == 0)
			forks = atol(value);
		else if (strcmp(argv[i], "--pause") == 0)
			pause_us = atol(value);
		else if (strcmp(argv[i], "--until") == 0)
			until = value;
		else
			return 2;
		i++;
	}
	if (threads > 64 || prof_lookup("known.call", &call_function) != PROF_OK)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	for (long i = 0; i < forks; i++) {
		one_round(0);
		if (fork() == 0)
			exit(finish(make_all()));
	}
	worst = finish(make_all() + forks);
	while (wait(&status) > 0)
		worst |= status != 0;
	return worst;
}
