/*
 * profctl time: run a command as one call of a function. Whatever becomes of profd, the command is
 * run, and its exit status is ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ctl/base/command.h"
#include "ctl/commands/record.h"
#include "ctl/base/say.h"
#include "proto/name.h"

#define NOT_FOUND      127
#define NOT_EXECUTABLE 126

/* What the command inherits, as profctl did. */
struct inheritance {
	sigset_t mask;
	struct sigaction child_action;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* In the child. The pipe closes by itself when exec succeeds; else it carries errno. */
static void become(const struct request *r, const struct inheritance *own, int pipe)
{
	int error;

	sigaction(SIGCHLD, &own->child_action, NULL);
	sigprocmask(SIG_SETMASK, &own->mask, NULL);
	execvpe(r->operands[1], &r->operands[1], r->environment);
	error = errno;
	while (write(pipe, &error, sizeof(error)) < 0 && errno == EINTR)
		;
	_exit(error == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

/* Starts the command; errno of exec when that failed, 0 when it runs. */
static int start(const struct request *r, const struct inheritance *own, pid_t *child)
{
	int pipe[2], error = 0;

	if (pipe2(pipe, O_CLOEXEC) != 0)
		return errno;
	*child = fork();
	if (*child == 0)
		become(r, own, pipe[1]);
	if (*child < 0)
		error = errno;
	close(pipe[1]);
	if (*child > 0) {
		while (read(pipe[0], &error, sizeof(error)) < 0 && errno == EINTR)
			;
		if (error != 0)
			waitpid(*child, NULL, 0);
	}
	close(pipe[0]);
	return error;
}

/*
 * What the terminal sends, all processes in the foreground get, the command too; what somebody
 * sends to us alone is meant for the command and passed on.
 */
static int await(pid_t child, const sigset_t *signals)
{
	siginfo_t info;
	int status;

	for (;;) {
		pid_t ended = waitpid(child, &status, WNOHANG);

		if (ended == child)
			return status;
		if (sigwaitinfo(signals, &info) < 0 || info.si_signo == SIGCHLD)
			continue;
		if (info.si_code == SI_USER || info.si_code == SI_QUEUE)
			kill(child, info.si_signo);
	}
}

/* What the call failed with; NULL when the command ended well. */
static const char *failure_of(int status, char *to, size_t room)
{
	if (WIFSIGNALED(status))
		snprintf(to, room, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) != 0)
		snprintf(to, room, "exit status %d", WEXITSTATUS(status));
	else
		return NULL;
	return to;
}

/* The command has had its run: from here on nothing but a message can go wrong. */
static void record(const struct request *r, double seconds, const char *failure)
{
	prof_error error = record_calls(r, seconds, 1, failure);
	struct writer w = {.to = stderr};

	if (error != PROF_OK)
		complain("profd did not confirm the call of %s: %s", r->operands[0],
			 prof_strerror(error));
	if (!r->json)
		return;
	writer_object(&w, NULL);
	writer_text(&w, "function", r->operands[0]);
	writer_real(&w, "seconds", seconds);
	writer_text(&w, "error", failure);
	writer_bool(&w, "counted", error == PROF_OK);
	writer_end(&w);
	fputc('\n', w.to);
}

/* Signals wait until await() takes them. Where SIGCHLD is ignored, the kernel would throw the exit
 * status away. */
static void hold_signals(sigset_t *signals, struct inheritance *own)
{
	static const int watched[] = {SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
	struct sigaction plain = {.sa_handler = SIG_DFL};

	sigemptyset(signals);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		sigaddset(signals, watched[i]);
	sigprocmask(SIG_BLOCK, signals, &own->mask);
	sigaction(SIGCHLD, &plain, &own->child_action);
}

enum outcome run_time(const struct request *r)
{
	const char *function = r->operands[0];
	struct inheritance own;
	sigset_t signals;
	char failure[128];
	double began, ended;
	pid_t child = -1;
	int status;

	if (!name_is_valid(function, strlen(function))) {
		complain("FUNCTION: %s", prof_strerror(PROF_BAD_NAME));
		return OUTCOME_USAGE;
	}
	hold_signals(&signals, &own);
	began = now();
	status = start(r, &own, &child);
	if (status != 0) {
		complain("%s: %s", r->operands[1], strerror(status));
		return (enum outcome)(status == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
	}
	status = await(child, &signals);
	ended = now();
	sigprocmask(SIG_SETMASK, &own.mask, NULL);
	record(r, ended - began, failure_of(status, failure, sizeof(failure)));
	return (enum outcome)(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}
