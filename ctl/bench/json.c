/*
 * What was measured, as JSON: the report of libprofbench, with what it cannot know.
 */
#include <stdlib.h>
#include <string.h>

#include "ctl/bench/export.h"
#include "ctl/bench/rank.h"
#include "ctl/base/say.h"
#include "proto/name.h"
#include "view/json.h"
#include "view/json_saved.h"

/* A command line may have any bytes; JSON has UTF-8. */
static json_t *text(const char *from)
{
	size_t room = strlen(from) + 1;
	char *valid = need(malloc(room));
	json_t *made;

	name_copy(valid, room, from, room - 1);
	made = need(json_string(valid));
	free(valid);
	return made;
}

static json_t *parameters(const struct bench_command *command)
{
	json_t *object = json_object();

	for (size_t i = 0; i < command->parameter_count; i++) {
		json_t *name = text(command->parameters[i].name);

		json_object_set_new(object, json_string_value(name),
				    text(command->parameters[i].value));
		json_decref(name);
	}
	return object;
}

/* "user", "system", "peak_memory" and "statuses" of each run, and what they come to. */
static void add_runs(json_t *object, const struct bench_session *session,
		     const struct bench_measured *m)
{
	json_t *user = json_array(), *system = json_array(), *peak = json_array();
	json_t *statuses = json_array();

	for (size_t i = 0; i < m->count; i++) {
		const struct bench_sample *s = &m->samples[i];

		json_array_append_new(user, view_real(s->user));
		json_array_append_new(system, view_real(s->system));
		json_array_append_new(peak, s->peak > session->peak_floor ? view_count(s->peak)
									  : json_null());
		json_array_append_new(statuses, json_integer(s->status));
	}
	json_object_set_new(object, "user_mean", view_real(bench_mean_user(m)));
	json_object_set_new(object, "system_mean", view_real(bench_mean_system(m)));
	json_object_set_new(object, "peak_memory_max",
			    bench_peak(m) > session->peak_floor ? view_count(bench_peak(m))
								: json_null());
	json_object_set_new(object, "user", user);
	json_object_set_new(object, "system", system);
	json_object_set_new(object, "peak_memory", peak);
	json_object_set_new(object, "statuses", statuses);
}

static json_t *comparisons(const struct bench_session *session)
{
	json_t *list = json_array();
	struct ranking ranking;

	ranking_make(&ranking, session);
	for (size_t i = 1; i < ranking.count; i++)
		json_array_append_new(list, view_comparison(ranking.comparisons[i - 1]));
	ranking_free(&ranking);
	return list;
}

static json_t *shell(const struct bench_session *session)
{
	const struct bench_shell_cost *cost = &session->shell;

	if (session->plan->shell == NULL)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "command", text(session->plan->shell),
			 "subtracted", view_real(cost->wall), "deviation",
			 view_real(cost->deviation), "user", view_real(cost->user), "system",
			 view_real(cost->system));
}

static json_t *parse_report(const struct bench_session *session)
{
	char *report = bench_report_all(session, PROF_BENCH_JSON);
	json_t *object = need(json_loads(report, 0, NULL));

	prof_bench_free(report);
	return object;
}

json_t *bench_json(const struct bench_session *session)
{
	json_t *object = parse_report(session), *results = json_object_get(object, "results");
	size_t at = 0;

	for (size_t i = 0; i < session->plan->count; i++) {
		const struct bench_command *command = &session->plan->commands[i];
		json_t *result;

		if (session->measured[i].result == NULL)
			continue;
		result = json_array_get(results, at++);
		json_object_set_new(result, "command", text(command->line));
		json_object_set_new(result, "parameters", parameters(command));
		add_runs(result, session, &session->measured[i]);
	}
	json_object_set_new(object, "shell", shell(session));
	json_object_set_new(object, "interleaved", json_boolean(session->plan->interleaved));
	json_object_set_new(object, "whole", json_boolean(session->whole));
	json_object_set_new(object, "comparisons", comparisons(session));
	return object;
}
