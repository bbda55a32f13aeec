/*
 * Running a command. posix_spawn shares our memory with the child until it is executed, so starting
 * it costs the same however large profctl is. The clock is read just before and just after, when
 * all files are open.
 */
#include "ctl/bench/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* How long a command may take to end after the signal that was passed on to it. */
#define GRACE 2.0

/* What a child's three standard descriptors become. */
struct files {
	int input, output, errors;
	int far_end; /* of the pipe that is drained; -1: there is none */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds_of(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

bool spawn_open(struct spawner *s, const struct bench_plan *plan)
{
	static const int watched[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	/* Where SIGCHLD is ignored, the kernel would throw the exit status away. */
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t signals;

	*s = (struct spawner){.plan = plan, .drain = -1};
	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
		sigaddset(&signals, watched[i]);
	s->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->signals < 0)
		return false;
	sigprocmask(SIG_BLOCK, &signals, &s->mask);
	sigaction(SIGCHLD, &plain, &s->child_action);
	return true;
}

void spawn_close(struct spawner *s)
{
	close(s->signals);
	sigaction(SIGCHLD, &s->child_action, NULL);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
}

/* Not one of the three that it is to become: those may be closed in profctl. */
static int above_standard(int descriptor)
{
	int above;

	if (descriptor < 0 || descriptor > STDERR_FILENO)
		return descriptor;
	above = fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(descriptor);
	return above;
}

static int open_file(const char *name, int flags)
{
	return above_standard(open(name, flags | O_CLOEXEC | O_NOCTTY, 0666));
}

static bool open_pipe(struct spawner *s, struct files *f)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	s->drain = above_standard(ends[0]);
	f->far_end = f->output = above_standard(ends[1]);
	return s->drain >= 0 && f->output >= 0 && fcntl(s->drain, F_SETFL, O_NONBLOCK) == 0;
}

static void close_files(struct spawner *s, struct files *f)
{
	const int own[] = {f->input, f->output, f->errors, s->drain};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own[i] > STDERR_FILENO)
			close(own[i]);
	s->drain = -1;
}

/* Opens what a run needs; each run reads its input from the beginning. */
static bool open_files(struct spawner *s, enum spawn_kind kind, struct files *f,
		       struct spawn_end *end)
{
	const struct bench_plan *plan = s->plan;
	enum bench_output output = kind == SPAWN_STEP ? BENCH_OUTPUT_NULL : plan->output;

	*f = (struct files){-1, -1, STDERR_FILENO, -1};
	end->culprit = kind == SPAWN_STEP ? "/dev/null" : plan->input;
	f->input = open_file(end->culprit, O_RDONLY);
	if (f->input < 0)
		goto failed;
	end->culprit = output == BENCH_OUTPUT_FILE ? plan->output_file : "/dev/null";
	switch (output) {
	case BENCH_OUTPUT_PIPE:
		if (!open_pipe(s, f))
			goto failed;
		break;
	case BENCH_OUTPUT_INHERIT:
		f->output = STDOUT_FILENO;
		break;
	case BENCH_OUTPUT_NULL:
	case BENCH_OUTPUT_FILE:
		f->output = open_file(end->culprit, O_WRONLY | O_CREAT | O_TRUNC);
		if (f->output < 0)
			goto failed;
		break;
	}
	if (kind == SPAWN_TIMED && output != BENCH_OUTPUT_INHERIT)
		f->errors = open_file("/dev/null", O_WRONLY);
	if (f->errors < 0)
		goto failed;
	end->culprit = NULL;
	return true;
failed:
	end->error = errno;
	close_files(s, f);
	return false;
}

/* Reads and forgets what a command wrote, so that it never waits for us. */
static void drain_pipe(struct spawner *s)
{
	char dropped[1 << 16];
	ssize_t n;

	do
		n = read(s->drain, dropped, sizeof(dropped));
	while (n > 0 || (n < 0 && errno == EINTR));
	if (n == 0) {
		close(s->drain);
		s->drain = -1;
	}
}

/* While a run lasts. */
struct watch {
	pid_t child;
	double began, killed_at; /* killed_at: when what is left of it is killed; 0: never */
};

/* The next signal that is for profctl; 0: there is none. */
static int next_signal(const struct spawner *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			return (int)info.ssi_signo;
	return 0;
}

/* The first is passed on, and the command may end by itself; after a second one it may not. */
static void pass_on(struct watch *w, int signal, struct spawn_end *end)
{
	kill(-w->child, end->signal == 0 ? signal : SIGKILL);
	if (end->signal == 0) {
		end->signal = signal;
		w->killed_at = now() + GRACE;
	}
}

/* Seconds until the command is killed; negative when that is never. */
static double remaining(const struct spawner *s, const struct watch *w, enum spawn_kind kind)
{
	double end = w->killed_at;

	if (end == 0.0 && kind == SPAWN_TIMED && s->plan->limit > 0.0)
		end = w->began + s->plan->limit;
	if (end == 0.0)
		return -1.0;
	end -= now();
	return end < 0.0 ? 0.0 : end;
}

/* Waits for a signal or for output; false when the time is over. */
static bool await(struct spawner *s, double seconds)
{
	struct pollfd polled[] = {{s->signals, POLLIN, 0}, {s->drain, POLLIN, 0}};
	struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
	int ready = ppoll(polled, 2, seconds < 0.0 ? NULL : &time, NULL);

	if (ready > 0 && polled[1].revents != 0)
		drain_pipe(s);
	return ready != 0;
}

/* Whether it stands still because it reads from the terminal, or sets it up, which only who is in
 * front may: it would do so for ever. */
static bool wants_terminal(int status)
{
	return WIFSTOPPED(status) && (WSTOPSIG(status) == SIGTTIN || WSTOPSIG(status) == SIGTTOU);
}

/* What is left of an interrupted command when it has ended: background processes of a shell, for
 * one, are deaf to Ctrl-C. It has not been waited for yet, so the number is still its own. */
static void sweep(pid_t child)
{
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == child)
		kill(-child, SIGKILL);
}

static void watch(struct spawner *s, struct watch *w, enum spawn_kind kind, struct spawn_end *end)
{
	struct bench_sample *sample = &end->sample;
	struct rusage usage;
	double woken;
	pid_t ended;
	int status, signal;

	for (;;) {
		bool in_time = await(s, remaining(s, w, kind));

		woken = now();
		if (!in_time) {
			sample->over_limit |= w->killed_at == 0.0;
			w->killed_at = woken + GRACE;
			kill(-w->child, SIGKILL);
		}
		while ((signal = next_signal(s)) != 0)
			pass_on(w, signal, end);
		if (end->signal != 0)
			sweep(w->child);
		ended = wait4(w->child, &status, WNOHANG | WUNTRACED, &usage);
		if (ended == w->child && !WIFSTOPPED(status))
			break;
		if (ended == w->child && wants_terminal(status)) {
			end->wanted_terminal = true;
			kill(-w->child, SIGKILL);
		}
	}
	sample->wall = woken - w->began;
	sample->user = seconds_of(usage.ru_utime);
	sample->system = seconds_of(usage.ru_stime);
	sample->peak = (uint64_t)usage.ru_maxrss * 1024;
	sample->status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* What is ready before the clock is read. False: errno tells why. */
static bool prepare(const struct spawner *s, const struct files *f,
		    posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes)
{
	int error = posix_spawn_file_actions_init(actions);

	if (error != 0)
		goto failed;
	error = posix_spawnattr_init(attributes);
	if (error != 0)
		goto actions;
	if ((error = posix_spawn_file_actions_adddup2(actions, f->errors, STDERR_FILENO)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(actions, f->output, STDOUT_FILENO)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(actions, f->input, STDIN_FILENO)) == 0 &&
	    (error = posix_spawnattr_setsigmask(attributes, &s->mask)) == 0 &&
	    (error = posix_spawnattr_setpgroup(attributes, 0)) == 0 &&
	    (error = posix_spawnattr_setflags(attributes,
					      POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK)) == 0)
		return true;
	posix_spawnattr_destroy(attributes);
actions:
	posix_spawn_file_actions_destroy(actions);
failed:
	errno = error;
	return false;
}

void spawn_run(struct spawner *s, char *const *words, enum spawn_kind kind, struct spawn_end *end)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	struct watch w = {0};
	struct files f;

	*end = (struct spawn_end){.signal = next_signal(s)};
	if (end->signal != 0 || !open_files(s, kind, &f, end))
		return;
	if (prepare(s, &f, &actions, &attributes)) {
		w.began = now();
		end->error = posix_spawnp(&w.child, words[0], &actions, &attributes, words,
					  s->plan->environment);
		/* Else it would never be told that the command closed its end. */
		if (f.far_end >= 0)
			close(f.far_end);
		if (end->error == 0)
			watch(s, &w, kind, end);
		if (f.far_end >= 0)
			f.output = -1;
		posix_spawnattr_destroy(&attributes);
		posix_spawn_file_actions_destroy(&actions);
	} else {
		end->error = errno;
	}
	close_files(s, &f);
}

bool spawn_was_well(const struct spawn_end *end)
{
	return end->error == 0 && end->signal == 0 && end->sample.status == 0;
}
