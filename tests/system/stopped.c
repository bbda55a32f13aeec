/*
 * A host whose pushing thread is stopped, again and again, wherever it is: while it stands still,
 * nothing that the host's threads do may wait for it. The stopping is done by a process of its own,
 * which takes hold of that one thread with ptrace: stopped ROUNDS.
 */
#include <profclient.h>

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 3
#define ROUNDS	20 /* of each thread, while the pushing thread stands still */

struct shared {
	int end;
	unsigned long done[THREADS];
};

static struct shared shared;
static unsigned fresh;

static void *brief(void *unused)
{
	PROF_FUNCTION();
	return unused;
}

/* All that an instrumented call can be: known and new functions and paths, failures, asynchronous
 * calls, the first and last call of a thread. */
static void calls(unsigned long round)
{
	pthread_t thread;
	prof_call call;
	char name[32];

	PROF_FUNCTION();
	snprintf(name, sizeof(name), "new.%u",
		 __atomic_fetch_add(&fresh, 1, __ATOMIC_RELAXED) % 20000);
	{
		PROF_SCOPE("below");
		PROF_FAIL("told");
		prof_record(name, 1e-3 * (double)(round % 10), NULL);
	}
	prof_record("known", 2.0, round % 2 == 0 ? "slow" : NULL);
	call = prof_call_begin(name);
	prof_call_end(call, NULL);
	if (pthread_create(&thread, NULL, brief, NULL) == 0)
		pthread_join(thread, NULL);
}

static void *run(void *place)
{
	unsigned long *done = place;

	while (!__atomic_load_n(&shared.end, __ATOMIC_RELAXED)) {
		calls(*done);
		__atomic_fetch_add(done, 1, __ATOMIC_RELEASE);
	}
	return NULL;
}

/* The thread of that name in a process; 0 while there is none. */
static pid_t find_thread(pid_t process, const char *name)
{
	char path[64], found[32] = "";
	struct dirent *task;
	pid_t thread = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", process);
	tasks = opendir(path);
	while (tasks != NULL && thread == 0 && (task = readdir(tasks)) != NULL) {
		char file[400];
		FILE *f;

		snprintf(file, sizeof(file), "%s/%s/comm", path, task->d_name);
		f = fopen(file, "r");
		if (f == NULL)
			continue;
		if (fgets(found, sizeof(found), f) != NULL &&
		    strncmp(found, name, strlen(name)) == 0)
			thread = atoi(task->d_name);
		fclose(f);
	}
	if (tasks != NULL)
		closedir(tasks);
	return thread;
}

/* Stops the thread each time that it is told to, and lets it go. Answers each order by a byte. */
static int stopper(pid_t host, int orders, int answers)
{
	pid_t thread = find_thread(host, "prof-push");
	char order;
	int status;

	if (thread == 0 || ptrace(PTRACE_SEIZE, thread, NULL, NULL) != 0)
		return 1;
	while (read(orders, &order, 1) == 1) {
		if (order == 's' && (ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) != 0 ||
				     waitpid(thread, &status, __WALL) != thread))
			return 1;
		if (order == 'g' && ptrace(PTRACE_CONT, thread, NULL, NULL) != 0)
			return 1;
		if (write(answers, &order, 1) != 1)
			return 1;
	}
	return 0;
}

static int tell(int orders, int answers, char order)
{
	return write(orders, &order, 1) == 1 && read(answers, &order, 1) == 1;
}

/* Every thread gets through some rounds; false never comes back, and the test's time is up. */
static void await_progress(void)
{
	for (int i = 0; i < THREADS; i++) {
		unsigned long from = __atomic_load_n(&shared.done[i], __ATOMIC_ACQUIRE);

		while (__atomic_load_n(&shared.done[i], __ATOMIC_ACQUIRE) < from + ROUNDS)
			usleep(50);
	}
}

int main(int argc, char **argv)
{
	int orders[2], answers[2], rounds = argc > 1 ? atoi(argv[1]) : 10;
	pthread_t threads[THREADS];
	pid_t host = getpid(), child;
	int status;

	calls(0);
	prof_flush(5.0);
	if (pipe(orders) != 0 || pipe(answers) != 0)
		return 2;
	child = fork();
	if (child == 0) {
		close(orders[1]);
		_exit(stopper(host, orders[0], answers[1]));
	}
	prctl(PR_SET_PTRACER, child);
	close(answers[1]);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, run, &shared.done[i]);
	for (int i = 0; i < rounds; i++) {
		if (!tell(orders[1], answers[0], 's'))
			return 3;
		await_progress();
		if (!tell(orders[1], answers[0], 'g'))
			return 3;
		usleep((useconds_t)(i * 37 % 1000)); /* it is met at ever another place */
	}
	__atomic_store_n(&shared.end, 1, __ATOMIC_RELAXED);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	close(orders[1]);
	waitpid(child, &status, 0);
	printf("stopped %d\n", rounds);
	return status;
}
