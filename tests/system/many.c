/*
 * Records known totals where there is much of something: processes, threads, functions, paths,
 * calls.
 *
 *	many processes N CALLS	N processes at once, each with CALLS of "many.call" before and after
 *	many threads N CALLS	N threads at once, CALLS of "many.call" in each
 *	many successors N	N threads, one after another, 3 calls of "many.call" in each
 *	many functions N	functions "many.0" ...: number i is called i % 7 + 1 times
 *	many paths N M		N functions "many.outer.I", in each all of M functions
 *"many.inner.J" many calls RATE		so many calls a second of "many.call" many marks
 *FILE EVERY	calls of "many.call", counted in FILE; a flush after EVERY of them
 *	many children N end|flush	N forked children, one after another: 3 calls of
 *"many.call" in each, which ends by _exit behind prof_end, or behind prof_flush
 *
 * Every tenth call fails (not of `calls` and `marks`). The program answers with lines of numbers,
 * and waits where that is said below for a line, or the end, of its input.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <profclient.h>

extern char **environ;

static long calls_each;
static pthread_barrier_t all_there;

/* Kilobytes that this process occupies. */
static long resident(void)
{
	long total, pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file == NULL || fscanf(file, "%ld %ld", &total, &pages) != 2)
		abort();
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void need(bool sound, const char *what)
{
	if (!sound) {
		fprintf(stderr, "many: %s failed\n", what);
		exit(EXIT_FAILURE);
	}
}

static void flush(void)
{
	prof_error error = prof_flush(60.0);

	need(error == PROF_OK, prof_strerror(error));
}

static void await_line(void)
{
	char line[64];

	if (fgets(line, sizeof(line), stdin) == NULL)
		clearerr(stdin);
}

static void one_call(long i)
{
	PROF_SCOPE("many.call");
	if (i % 10 == 9)
		PROF_FAIL(NULL);
}

static void make_calls(long count)
{
	for (long i = 0; i < count; i++)
		one_call(i);
}

/* ------------------------------------------------- processes */

/* Says that its calls are safe, and goes on when its input ends. */
static int be_member(long calls)
{
	make_calls(calls);
	flush();
	putchar('.');
	fflush(stdout);
	await_line();
	make_calls(calls);
	return EXIT_SUCCESS;
}

/* The members inherit the other end of `hold`: their input ends when ours is closed. */
static void spawn_members(long count, char *calls, int hold, int tell)
{
	char *arguments[] = {(char *)"many", (char *)"member", calls, NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, hold, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, tell, STDOUT_FILENO);
	for (long i = 0; i < count; i++)
		need(posix_spawn(&child, "/proc/self/exe", &actions, NULL, arguments, environ) == 0,
		     "posix_spawn");
	posix_spawn_file_actions_destroy(&actions);
}

/* "there" when all are connected and waiting; they go on at the end of the input. */
static int be_processes(long count, char *calls)
{
	int hold[2], tell[2], status, worst = 0;
	char dot;

	need(pipe2(hold, O_CLOEXEC) == 0 && pipe2(tell, O_CLOEXEC) == 0, "pipe2");
	spawn_members(count, calls, hold[0], tell[1]);
	close(hold[0]);
	close(tell[1]);
	for (long i = 0; i < count; i++)
		need(read(tell[0], &dot, 1) == 1, "a member");
	puts("there");
	await_line();
	close(hold[1]);
	while (wait(&status) > 0)
		worst |= status != 0;
	return worst;
}

/* ------------------------------------------------- threads */

static void *be_thread(void *unused)
{
	pthread_barrier_wait(&all_there);
	make_calls(calls_each);
	pthread_barrier_wait(&all_there);
	return unused;
}

/* "calls KB", when all have made their calls and none has ended. */
static int be_threads(long count, long calls)
{
	pthread_t *thread = calloc((size_t)count, sizeof(*thread));

	calls_each = calls;
	pthread_barrier_init(&all_there, NULL, (unsigned)count + 1);
	for (long i = 0; i < count; i++)
		need(pthread_create(&thread[i], NULL, be_thread, NULL) == 0, "pthread_create");
	pthread_barrier_wait(&all_there);
	pthread_barrier_wait(&all_there);
	for (long i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
	flush();
	printf("%ld %ld\n", count * calls, resident());
	free(thread);
	return EXIT_SUCCESS;
}

static void *be_successor(void *unused)
{
	make_calls(3);
	return unused;
}

/* "calls KB KB": occupied after a hundredth of them, and after all. */
static int be_successors(long count)
{
	pthread_t thread;
	long early = 0;

	for (long i = 0; i < count; i++) {
		need(pthread_create(&thread, NULL, be_successor, NULL) == 0, "pthread_create");
		pthread_join(thread, NULL);
		if (i == count / 100) {
			flush();
			early = resident();
		}
	}
	flush();
	printf("%ld %ld %ld\n", count * 3, early, resident());
	return EXIT_SUCCESS;
}

/* ------------------------------------------------- functions and paths */

/* "calls KB" */
static int be_functions(long count)
{
	char name[32];
	long made = 0;

	for (long i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "many.%ld", i);
		for (long k = 0; k < i % 7 + 1; k++, made++)
			need(prof_record(name, 0.001, made % 10 == 9 ? "" : NULL) == PROF_OK,
			     "prof_record");
	}
	flush();
	printf("%ld %ld\n", made, resident());
	return EXIT_SUCCESS;
}

static struct prof_site *make_sites(long count, const char *prefix)
{
	struct prof_site *site = calloc((size_t)count, sizeof(*site));
	char name[32];

	for (long i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s.%ld", prefix, i);
		site[i].name = strdup(name);
	}
	return site;
}

static void free_sites(struct prof_site *site, long count)
{
	for (long i = 0; i < count; i++)
		free((char *)site[i].name);
	free(site);
}

/* "calls KB" */
static int be_paths(long outers, long inners)
{
	struct prof_site *outer = make_sites(outers, "many.outer");
	struct prof_site *inner = make_sites(inners, "many.inner");
	struct prof_scope scope, below;

	for (long i = 0; i < outers; i++) {
		prof_scope_begin(&scope, &outer[i]);
		for (long j = 0; j < inners; j++) {
			prof_scope_begin(&below, &inner[j]);
			if ((i + j) % 10 == 9)
				PROF_FAIL(NULL);
			prof_scope_end(&below);
		}
		prof_scope_end(&scope);
	}
	flush();
	printf("%ld %ld\n", outers * (inners + 1), resident());
	free_sites(outer, outers);
	free_sites(inner, inners);
	return EXIT_SUCCESS;
}

/* ------------------------------------------------- calls */

static double now_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int is_told(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

	return poll(&input, 1, 5) != 0;
}

/*
 * Flushes, "KB", and waits. Then calls at the rate until it is told to stop: "calls seconds KB".
 * Waits once more and flushes: "safe".
 */
static int be_calls(double rate)
{
	struct prof_site site = {"many.call", 0};
	struct prof_scope scope;
	long made = 0;
	double begin;

	one_call(made++);
	flush();
	printf("%ld\n", resident());
	await_line();
	for (begin = now_seconds(); !is_told();) {
		long due = (long)((now_seconds() - begin) * rate);

		/* Where that is faster than it can, it looks up now and then all the same. */
		if (due - made > 1000000)
			due = made + 1000000;
		for (; made < due; made++) {
			prof_scope_begin(&scope, &site);
			prof_scope_end(&scope);
		}
	}
	printf("%ld %.3f %ld\n", made, now_seconds() - begin, resident());
	await_line();
	await_line();
	flush();
	puts("safe");
	return EXIT_SUCCESS;
}

/* What is known of a process that is killed: calls begun and ended, calls that are safe. */
struct marks {
	uint64_t begun, ended, safe;
};

/* Until it is killed. */
static void be_marks(const char *name, long every)
{
	int file = open(name, O_RDWR | O_CREAT, 0600);
	struct marks *marks;

	need(file >= 0 && ftruncate(file, sizeof(*marks)) == 0, name);
	marks = mmap(NULL, sizeof(*marks), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	need(marks != MAP_FAILED, "mmap");
	for (;;) {
		uint64_t begun = marks->ended + 1;

		__atomic_store_n(&marks->begun, begun, __ATOMIC_RELEASE);
		one_call(0);
		__atomic_store_n(&marks->ended, begun, __ATOMIC_RELEASE);
		if (every == 0 || begun % (uint64_t)every != 0)
			continue;
		flush();
		__atomic_store_n(&marks->safe, begun, __ATOMIC_RELEASE);
	}
}

static int be_children(long count, bool end)
{
	int status;

	for (long i = 0; i < count; i++) {
		pid_t child = fork();

		if (child == 0) {
			for (int call = 0; call < 3; call++)
				one_call(0);
			_exit((end ? prof_end(60.0) : prof_flush(60.0)) == PROF_OK ? 0 : 1);
		}
		need(waitpid(child, &status, 0) == child && status == 0, "a child");
	}
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	long first = argc > 2 ? atol(argv[2]) : 0, second = argc > 3 ? atol(argv[3]) : 0;

	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (strcmp(what, "processes") == 0 && argc > 3)
		return be_processes(first, argv[3]);
	if (strcmp(what, "member") == 0)
		return be_member(first);
	if (strcmp(what, "threads") == 0)
		return be_threads(first, second);
	if (strcmp(what, "successors") == 0)
		return be_successors(first);
	if (strcmp(what, "functions") == 0)
		return be_functions(first);
	if (strcmp(what, "paths") == 0)
		return be_paths(first, second);
	if (strcmp(what, "calls") == 0)
		return be_calls((double)first);
	if (strcmp(what, "children") == 0 && argc > 3)
		return be_children(first, strcmp(argv[3], "end") == 0);
	if (strcmp(what, "marks") == 0)
		be_marks(argv[2], second);
	return 2;
}
