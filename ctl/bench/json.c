/*
 * What was measured, as JSON: what prof_bench_report tells, with what it cannot know.
 */
#include <math.h>
#include <string.h>

#include "ctl/bench/export.h"
#include "ctl/bench/rank.h"
#include "text/figures.h"
#include "view/json_saved.h"

static void write_parameters(struct writer *w, const struct bench_command *command)
{
	writer_object(w, "parameters");
	for (size_t i = 0; i < command->parameter_count; i++)
		writer_text(w, command->parameters[i].name, command->parameters[i].value);
	writer_end(w);
}

/* A list with a real number of each run. */
static void write_times(struct writer *w, const char *name, const struct bench_measured *m,
			size_t offset)
{
	double seconds;

	writer_array(w, name);
	writer_flat(w);
	for (size_t i = 0; i < m->count; i++) {
		memcpy(&seconds, (const char *)&m->samples[i] + offset, sizeof(seconds));
		writer_real(w, NULL, seconds);
	}
	writer_end(w);
}

static void write_peak(struct writer *w, const char *name, const struct bench_session *session,
		       uint64_t peak)
{
	if (peak > session->peak_floor)
		writer_count(w, name, peak);
	else
		writer_null(w, name);
}

/* "user", "system", "peak_memory" and "statuses" of each run, and what they come to. */
static void write_runs(struct writer *w, const struct bench_session *session,
		       const struct bench_measured *m)
{
	writer_real(w, "user_mean", bench_mean_user(m));
	writer_real(w, "system_mean", bench_mean_system(m));
	write_peak(w, "peak_memory_max", session, bench_peak(m));
	write_times(w, "user", m, offsetof(struct bench_sample, user));
	write_times(w, "system", m, offsetof(struct bench_sample, system));
	writer_array(w, "peak_memory");
	writer_flat(w);
	for (size_t i = 0; i < m->count; i++)
		write_peak(w, NULL, session, m->samples[i].peak);
	writer_end(w);
	writer_array(w, "statuses");
	writer_flat(w);
	for (size_t i = 0; i < m->count; i++)
		writer_integer(w, NULL, m->samples[i].status);
	writer_end(w);
}

static void write_comparisons(struct writer *w, const struct bench_session *session)
{
	struct ranking ranking;

	writer_array(w, "comparisons");
	ranking_make(&ranking, session);
	for (size_t i = 1; i < ranking.count; i++)
		view_comparison(w, NULL, ranking.comparisons[i - 1]);
	ranking_free(&ranking);
	writer_end(w);
}

static const struct field shell_cost[] = {
	FIELD("subtracted", bench_shell_cost, wall),
	FIELD("deviation", bench_shell_cost, deviation),
	FIELD("user", bench_shell_cost, user),
	FIELD("system", bench_shell_cost, system),
	{0},
};

static void write_shell(struct writer *w, const struct bench_session *session)
{
	if (session->plan->shell == NULL) {
		writer_null(w, "shell");
		return;
	}
	writer_object(w, "shell");
	writer_text(w, "command", session->plan->shell);
	fields_write(w, shell_cost, &session->shell);
	writer_end(w);
}

void bench_json(struct writer *w, const struct bench_session *session)
{
	writer_object(w, NULL);
	figures_head(w, "");
	figures_machine(w, session->machine);
	writer_array(w, "results");
	for (size_t i = 0; i < session->plan->count; i++) {
		const struct bench_measured *m = &session->measured[i];

		if (m->result == NULL)
			continue;
		writer_object(w, NULL);
		figures_result(w, m->result);
		writer_text(w, "command", session->plan->commands[i].line);
		write_parameters(w, &session->plan->commands[i]);
		write_runs(w, session, m);
		writer_end(w);
	}
	writer_end(w);
	write_shell(w, session);
	writer_bool(w, "interleaved", session->plan->interleaved);
	writer_bool(w, "whole", session->whole);
	write_comparisons(w, session);
	writer_end(w);
}
