/*
 * What a process has one of, and hosts that change or rely on it.
 */
#include "tests/system/harm.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

/* The host's random numbers are those that it would get alone. */
static int random_numbers(const char *argument)
{
	(void)argument;
	for (int i = 0; i < 10; i++) {
		work(20);
		if (i % 3 == 0)
			settle();
		say("%d %ld %.9f", rand(), random(), drand48());
	}
	return 0;
}

static int own_zmq(const char *argument)
{
	void *context = zmq_ctx_new(), *a = zmq_socket(context, ZMQ_PAIR),
	     *b = zmq_socket(context, ZMQ_PAIR);
	char text[16] = "";

	(void)argument;
	work(20);
	if (zmq_bind(a, "inproc://host") != 0 || zmq_connect(b, "inproc://host") != 0)
		return 1;
	settle();
	for (int i = 0; i < 100; i++) {
		PROF_SCOPE("message");
		zmq_send(a, "hello", 6, 0);
		zmq_recv(b, text, sizeof(text), 0);
	}
	zmq_close(a);
	zmq_close(b);
	say("%s, term %d", text, zmq_ctx_term(context));
	return 0;
}

/* The argument: a locale with a comma in its numbers, if there is one. */
static int localised(const char *argument)
{
	say("locale %s", setlocale(LC_ALL, argument) == NULL ? "missing" : "set");
	work(20);
	settle();
	say("%.2f %.1f %s", 1.5, strtod("2,5", NULL), setlocale(LC_ALL, NULL));
	return 0;
}

static int errors_kept(const char *argument)
{
	int kept = 1;

	(void)argument;
	for (int i = 0; i < 200; i++) {
		errno = 1234;
		work(3);
		kept &= errno == 1234;
	}
	settle();
	errno = 1234;
	work(100);
	say("errno kept %d", kept && errno == 1234);
	return 0;
}

/* The argument: a folder. */
static int files(const char *argument)
{
	struct stat made = {0};
	char here[4096];

	umask(027);
	if (chdir(argument) != 0)
		return 1;
	work(20);
	settle();
	close(open("made", O_CREAT | O_WRONLY, 0666));
	if (stat("made", &made) != 0 || getcwd(here, sizeof(here)) == NULL)
		return 1;
	say("mode %o umask %o in %s", made.st_mode, umask(0),
	    strcmp(here, argument) == 0 ? "it" : here);
	return unlink("made");
}

/* The argument: an empty folder. */
static int rooted(const char *argument)
{
	work(20);
	settle();
	if (chroot(argument) != 0 || chdir("/") != 0) {
		say("chroot: %s", strerrorname_np(errno));
	} else {
		say("proc: %s", access("/proc", F_OK) == 0 ? "there" : "gone");
	}
	work(20);
	settle();
	return 5;
}

static int rooted_first(const char *argument)
{
	if (chroot(argument) != 0 || chdir("/") != 0)
		say("chroot: %s", strerrorname_np(errno));
	work(20);
	settle();
	say("went on");
	return 5;
}

/* The user of each thread of the process. */
static int users(void)
{
	int first = -1, same = 1;
	DIR *tasks = opendir("/proc/self/task");
	struct dirent *task;

	while (tasks != NULL && (task = readdir(tasks)) != NULL) {
		char path[300], line[256];
		int uid = -1;
		FILE *f;

		snprintf(path, sizeof(path), "/proc/self/task/%s/status", task->d_name);
		f = task->d_name[0] == '.' ? NULL : fopen(path, "r");
		while (f != NULL && fgets(line, sizeof(line), f) != NULL &&
		       sscanf(line, "Uid: %d", &uid) != 1)
			;
		if (f == NULL)
			continue;
		fclose(f);
		first = first < 0 ? uid : first;
		same &= uid == first;
	}
	if (tasks != NULL)
		closedir(tasks);
	say("user %d, all threads %d", first, same);
	return 0;
}

static int other_user(const char *argument)
{
	(void)argument;
	work(20);
	settle();
	users();
	if (setgid(65534) != 0 || setuid(65534) != 0)
		say("setuid: %s", strerrorname_np(errno));
	work(20);
	settle();
	return users();
}

static int names(const char *argument)
{
	char name[17] = "";
	size_t size;
	pthread_attr_t attributes;

	(void)argument;
	pthread_setname_np(pthread_self(), "the-host");
	work(20);
	settle();
	prctl(PR_GET_NAME, name);
	pthread_getattr_default_np(&attributes);
	pthread_attr_getstacksize(&attributes, &size);
	say("name %s, stack %zu", name, size);
	return 0;
}

static int scheduling(const char *argument)
{
	struct timespec before, after;
	sigset_t mask;

	(void)argument;
	clock_gettime(CLOCK_MONOTONIC, &before);
	work(20);
	settle();
	clock_gettime(CLOCK_MONOTONIC, &after);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	say("blocked signals %d, forwards %d", !sigisemptyset(&mask),
	    after.tv_sec >= before.tv_sec);
	return 0;
}

const struct behaviour state_behaviours[] = {
	{"random", random_numbers},	{"zmq", own_zmq},	{"locale", localised},
	{"errno", errors_kept},		{"files", files},	{"chroot", rooted},
	{"chroot_first", rooted_first}, {"setuid", other_user}, {"names", names},
	{"scheduling", scheduling},	{NULL, NULL},
};
