/*
 * Putting questions, to a peer that answers late, twice, or not at all, that comes and goes; from
 * children and from many threads.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/peer.h"

const char suite_name[] = "question";

static void react(struct peer *p, const Profd__Question *q)
{
	static uint64_t last_id;
	const char *name = q->stats->name;

	if (strcmp(name, "late") == 0)
		peer_answer_function(p, "of the last question", 6, last_id);
	if (strcmp(name, "others only") == 0)
		for (int i = 0; i < 100; i++)
			peer_answer_function(p, name, 6, q->id + 1000);
	else if (strcmp(name, "silent") != 0)
		peer_answer_function(p, name, 6, q->id);
	last_id = q->id;
}

/* An answer that comes after its question's time is not taken for that of the next question. */
START_TEST(late_answer)
{
	struct peer p;

	peer_start(&p, react);
	ck_error("silent", 0.05, PROF_TIMEOUT);
	ck_answered("late");
	peer_stop(&p);
}
END_TEST

/* The time limit holds although other messages keep coming. */
START_TEST(only_others)
{
	struct peer p;

	peer_start(&p, react);
	ck_error("others only", 0.05, PROF_TIMEOUT);
	ck_answered("f");
	peer_stop(&p);
}
END_TEST

/* Without profd that is said; one that was started again is found by the next question. */
START_TEST(restart)
{
	struct peer p;

	ck_error("f", PEER_LONG, PROF_UNREACHABLE);
	peer_start(&p, react);
	ck_answered("f");
	peer_stop(&p);
	ck_error("f", PEER_LONG, PROF_UNREACHABLE);
	peer_start(&p, react);
	ck_answered("f");
	peer_stop(&p);
	peer_start(&p, react);
	ck_answered("g");
	peer_stop(&p);
}
END_TEST

static void *ask_in_vain(void *started)
{
	pthread_barrier_wait(started);
	ck_error("silent", 1.0, PROF_TIMEOUT);
	return NULL;
}

static void ck_child_answered(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct prof_stats *stats;

		if (prof_get_stats("child", NULL, PEER_LONG, &stats) != PROF_OK)
			_exit(1);
		_exit(strcmp(stats->function_name, "child") != 0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

/* A child asks on a link of its own, also when another thread was asking at the fork. */
START_TEST(forked)
{
	pthread_barrier_t started;
	pthread_t thread;
	struct peer p;

	peer_start(&p, react);
	ck_answered("f");
	ck_child_answered();
	ck_answered("f");
	pthread_barrier_init(&started, NULL, 2);
	pthread_create(&thread, NULL, ask_in_vain, &started);
	pthread_barrier_wait(&started);
	ck_child_answered();
	pthread_join(thread, NULL);
	ck_answered("f");
	peer_stop(&p);
}
END_TEST

static void *ask_often(void *name)
{
	for (int i = 0; i < 50; i++)
		ck_answered(name);
	return NULL;
}

/* Threads that ask at once each get their own answers. */
START_TEST(threads)
{
	char names[4][8];
	pthread_t thread[4];
	struct peer p;

	peer_start(&p, react);
	for (int i = 0; i < 4; i++) {
		snprintf(names[i], sizeof(names[i]), "f%d", i);
		pthread_create(&thread[i], NULL, ask_often, names[i]);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	peer_stop(&p);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, peer_make_folder, peer_remove_folder);
	tcase_add_test(tests, late_answer);
	tcase_add_test(tests, only_others);
	tcase_add_test(tests, restart);
	/* ThreadSanitizer itself ends a child that makes threads after a fork among threads. */
	if (!SUITE_WATCHES_THREADS)
		tcase_add_test(tests, forked);
	tcase_add_test(tests, threads);
}
