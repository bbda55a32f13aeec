/*
 * Running a plan: set-up, warm-up, rounds of timed runs, clean-up, and what the timings tell.
 */
#include "ctl/bench/bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "ctl/bench/progress.h"
#include "ctl/bench/shell.h"
#include "ctl/bench/spawn.h"
#include "ctl/base/say.h"
#include "ctl/base/units.h"

#define BY_SHELL_NOT_FOUND 127 /* POSIX: the shell found no such command */
#define BY_SHELL_SIGNAL	   128 /* plus the number of the signal that ended the command */
#define LAST_SIGNAL	   64
#define SHELL_OF_STEPS	   "sh" /* where the commands themselves have none */

struct course {
	const struct bench_plan *plan;
	struct bench_session *session;
	struct spawner spawner;
	struct progress progress;
	char ***words; /* of each command */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* "exit status 3", "killed by signal 9 (Killed)"; "" for a status of 0. As snprintf. */
static void print_status(char *to, size_t room, int status)
{
	int signal = status - BY_SHELL_SIGNAL;

	if (status < 0)
		snprintf(to, room, "killed by signal %d (%s)", -status, strsignal(-status));
	else if (signal > 0 && signal <= LAST_SIGNAL)
		snprintf(to, room, "exit status %d, as after signal %d (%s)", status, signal,
			 strsignal(signal));
	else if (status == BY_SHELL_NOT_FOUND)
		snprintf(to, room, "exit status %d: probably no such command", status);
	else if (status != 0)
		snprintf(to, room, "exit status %d", status);
	else if (room > 0)
		to[0] = '\0';
}

/* One message about a run that failed; `what` it was: "the set-up", or the command itself. */
static void complain_failed(const struct bench_plan *plan, const char *what,
			    const struct spawn_end *end)
{
	char text[160], limit[UNITS_ROOM];

	if (end->error != 0 && end->culprit != NULL) {
		complain("%s: %s", end->culprit, strerror(end->error));
	} else if (end->error != 0) {
		complain("%s: cannot run: %s", what, strerror(end->error));
	} else if (end->sample.over_limit) {
		complain("%s: took longer than %s and was killed", what,
			 units_seconds(limit, plan->limit));
	} else if (end->wanted_terminal) {
		complain("%s: tried to use the terminal, which a timed command cannot; "
			 "killed",
			 what);
	} else {
		print_status(text, sizeof(text), end->sample.status);
		complain("%s: %s", what, text);
	}
}

/* What to do when a run was not well: false ends everything, after a message. */
static bool go_on_after(struct course *c, const char *what, const struct spawn_end *end,
			bool ignorable)
{
	if (end->signal != 0) {
		c->session->signal = end->signal;
		return false;
	}
	if (spawn_was_well(end) || (ignorable && end->error == 0))
		return true;
	progress_clear(&c->progress);
	complain_failed(c->plan, what, end);
	return false;
}

/* Set-up and the like. */
static bool run_step(struct course *c, const char *kind, const char *line)
{
	const char *shell = c->plan->shell != NULL ? c->plan->shell : SHELL_OF_STEPS;
	struct spawn_end end;
	char **words;
	char what[256];

	if (line == NULL)
		return true;
	words = need(shell_words(shell, line));
	spawn_run(&c->spawner, words, SPAWN_STEP, &end);
	free(words);
	snprintf(what, sizeof(what), "%s %s", kind, line);
	return go_on_after(c, what, &end, false);
}

static double less(double seconds, double of_shell)
{
	return seconds > of_shell ? seconds - of_shell : 0.0;
}

static void keep(struct bench_measured *m, struct bench_sample sample,
		 const struct bench_shell_cost *shell)
{
	/* Room doubles: it is full when the count is a power of two. */
	if ((m->count & (m->count - 1)) == 0)
		m->samples = need(realloc(m->samples, (m->count * 2 + 1) * sizeof(*m->samples)));
	sample.wall = less(sample.wall, shell->wall);
	sample.user = less(sample.user, shell->user);
	sample.system = less(sample.system, shell->system);
	m->samples[m->count++] = sample;
}

/* One run of a command with what goes before it; `took` gets its own time. */
static bool run_command(struct course *c, size_t index, bool timed, double *took)
{
	const struct bench_command *command = &c->plan->commands[index];
	struct spawn_end end;

	progress_show(&c->progress, command->name, timed);
	if (!run_step(c, "--prepare", command->prepare))
		return false;
	spawn_run(&c->spawner, c->words[index], SPAWN_TIMED, &end);
	if (!go_on_after(c, command->name, &end, c->plan->ignore_failure))
		return false;
	*took = end.sample.wall;
	if (timed)
		keep(&c->session->measured[index], end.sample, &c->session->shell);
	return true;
}

/* Those of a group in turn, each as often as is asked for. */
static bool warm_up(struct course *c, size_t first, size_t count)
{
	double *taken = need(calloc(count, sizeof(*taken))), took = 0.0;
	bool well = true;

	for (uint64_t run = 0; well && run < c->plan->warmup; run++)
		for (size_t i = 0; well && i < count; i++) {
			if (c->plan->warmup_bounded && taken[i] >= c->plan->budget)
				continue;
			well = run_command(c, first + i, false, &took);
			taken[i] += took;
			c->session->measured[first + i].warmup += well;
		}
	free(taken);
	return well;
}

static bool run_rounds(struct course *c, size_t first, size_t count)
{
	double began = now(), took = 0.0;

	do {
		for (size_t i = 0; i < count; i++)
			if (!run_command(c, first + i, true, &took))
				return false;
		c->progress.done++;
		c->progress.elapsed = now() - began;
	} while (!progress_is_enough(&c->progress));
	return true;
}

/* What was set up is cleaned up, also when it ended early. */
static bool run_group(struct course *c, size_t first, size_t count)
{
	size_t ready = 0;
	bool well = true;

	c->progress.commands = count;
	c->progress.later = (c->plan->count - first) / count - 1;
	c->progress.done = 0;
	while (well && ready < count) {
		well = run_step(c, "--setup", c->plan->commands[first + ready].setup);
		ready += well;
	}
	well = well && warm_up(c, first, count) && run_rounds(c, first, count);
	for (size_t i = 0; i < ready; i++)
		well = run_step(c, "--cleanup", c->plan->commands[first + i].cleanup) && well;
	return well;
}

static bool run_all(struct course *c)
{
	size_t group = c->plan->interleaved ? c->plan->count : 1;
	struct spawn_end end;

	if (c->plan->shell != NULL && !shell_measure(&c->spawner, &c->session->shell, &end))
		return go_on_after(c, c->plan->shell, &end, false);
	for (size_t first = 0; first < c->plan->count; first += group)
		if (!run_group(c, first, group))
			return false;
	return true;
}

/* Adds to a result what its timings cannot tell. */
static void complete(struct prof_bench_result *result, const struct bench_measured *m,
		     const struct bench_session *session)
{
	result->warmup = m->warmup;
	result->stopped = !session->whole;
	for (size_t i = 0; i < m->count; i++) {
		if (m->samples[i].status == 0)
			continue;
		if (result->failures++ == 0)
			result->error = m->samples[i].status;
	}
	result->doubts |= session->machine->doubts;
	if (result->failures > 0)
		result->doubts |= 1u << PROF_BENCH_FAILED;
}

static void conclude(struct bench_session *session)
{
	for (size_t i = 0; i < session->plan->count; i++) {
		struct bench_measured *m = &session->measured[i];
		double *wall = need(calloc(m->count + 1, sizeof(*wall)));

		for (size_t k = 0; k < m->count; k++)
			wall[k] = m->samples[k].wall;
		if (m->count > 0) {
			if (prof_bench_result_from(session->plan->commands[i].name, wall, m->count,
						   NULL, &m->result) != PROF_OK)
				need(NULL);
			complete(m->result, m, session);
		}
		free(wall);
	}
}

static uint64_t own_peak(void)
{
	struct rusage usage;

	return getrusage(RUSAGE_SELF, &usage) == 0 ? (uint64_t)usage.ru_maxrss * 1024 : 0;
}

enum outcome bench_run(const struct bench_plan *plan, struct bench_session *session)
{
	struct course c = {.plan = plan, .session = session, .progress = {.plan = plan}};

	*session = (struct bench_session){.plan = plan};
	session->measured = need(calloc(plan->count + 1, sizeof(*session->measured)));
	if (prof_bench_get_machine(&session->machine) != PROF_OK)
		need(NULL);
	c.words = need(calloc(plan->count + 1, sizeof(*c.words)));
	for (size_t i = 0; i < plan->count; i++)
		c.words[i] = need(shell_words(plan->shell, plan->commands[i].line));
	if (!spawn_open(&c.spawner, plan)) {
		complain("cannot wait for signals: %s", strerror(errno));
	} else {
		session->whole = run_all(&c);
		spawn_close(&c.spawner);
	}
	progress_clear(&c.progress);
	session->peak_floor = own_peak();
	conclude(session);
	for (size_t i = 0; i < plan->count; i++)
		free(c.words[i]);
	free(c.words);
	if (session->signal != 0)
		return (enum outcome)(128 + session->signal);
	return session->whole ? OUTCOME_DONE : OUTCOME_NO;
}

void bench_session_free(struct bench_session *session)
{
	for (size_t i = 0; session->measured != NULL && i < session->plan->count; i++) {
		free(session->measured[i].samples);
		prof_bench_free(session->measured[i].result);
	}
	free(session->measured);
	prof_bench_free(session->machine);
}
