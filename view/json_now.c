/*
 * Answers about what is so now: functions, slow calls, processes, profd itself.
 */
#include <stddef.h>
#include <string.h>

#include "view/fields.h"
#include "view/json.h"

static json_t *row(const struct prof_stats *s)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", s->function_name,
			 "calls", view_count(s->call_count), "errors", view_count(s->error_count),
			 "slow", view_count(s->slow_count), "total_seconds",
			 view_real(s->total_seconds), "avg_ms", view_real(s->avg_ms), "max_ms",
			 view_real(s->max_ms), "p50_ms", view_real(s->p50 * 1e3), "p99_ms",
			 view_real(s->p99 * 1e3));
}

json_t *view_summary(const struct prof_summary *s)
{
	json_t *functions = json_array();

	for (size_t i = 0; i < s->count; i++)
		json_array_append_new(functions, row(s->functions[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "profiled_functions",
			 view_count(s->profiled_functions), "total_calls",
			 view_count(s->total_calls), "slow_calls", view_count(s->slow_calls),
			 "errors", view_count(s->errors), "total_seconds",
			 view_real(s->total_seconds), "since", view_real(s->since), "functions",
			 functions);
}

#define COUNT(name, field)                                            \
	{                                                             \
		name, FIELD_COUNT, offsetof(struct prof_stats, field) \
	}
#define REAL(name, field)                                            \
	{                                                            \
		name, FIELD_REAL, offsetof(struct prof_stats, field) \
	}

const struct field view_fields[] = {
	COUNT("call_count", call_count),
	COUNT("error_count", error_count),
	COUNT("slow_count", slow_count),
	REAL("total_seconds", total_seconds),
	REAL("min_seconds", min_seconds),
	REAL("max_seconds", max_seconds),
	REAL("avg_seconds", avg_seconds),
	REAL("avg_ms", avg_ms),
	REAL("max_ms", max_ms),
	REAL("p50", p50),
	REAL("p75", p75),
	REAL("p90", p90),
	REAL("p95", p95),
	REAL("p99", p99),
	REAL("p99.9", p999),
	{0},
};

json_t *view_function(const struct prof_stats *s)
{
	json_t *object = json_pack("{s:s}", "function_name", s->function_name);
	json_t *doubtful = json_array();

	for (const struct field *f = view_fields; f->name != NULL; f++) {
		const void *at = (const char *)s + f->offset;

		json_object_set_new(object, f->name,
				    f->kind == FIELD_COUNT ? view_count(*(const uint64_t *)at)
							   : view_real(*(const double *)at));
	}
	for (unsigned i = 0; i < PROF_QUANTILES; i++)
		if ((s->doubtful >> i & 1) != 0)
			json_array_append_new(doubtful, json_string(view_quantile_names[i]));
	json_object_set_new(object, "doubtful", doubtful);
	return object;
}

json_t *view_functions(const struct prof_stats *const *stats, size_t count)
{
	json_t *functions = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(functions, view_function(stats[i]));
	return json_pack("{s:o}", "functions", functions);
}

const char *view_call_state(const struct prof_slow_call *c)
{
	if (c->unfinished)
		return "unfinished";
	return c->running ? "running" : c->failed ? "failed" : "returned";
}

bool view_call_fits(const struct prof_slow_call *c, const char *program)
{
	return program == NULL || strcmp(c->program, program) == 0;
}

static json_t *call(const struct prof_slow_call *c)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:s, s:s?}", "function", c->function,
			 "path", c->path, "program", c->program, "pid", c->pid, "started",
			 view_real(c->started), "seconds", view_real(c->seconds), "threshold",
			 c->threshold > 0.0 ? view_real(c->threshold) : json_null(), "state",
			 view_call_state(c), "error", c->error);
}

json_t *view_calls(const struct prof_slow_list *list, const char *program, uint32_t limit)
{
	json_t *calls = json_array();

	for (size_t i = 0; i < list->count && (limit == 0 || json_array_size(calls) < limit); i++)
		if (view_call_fits(list->calls[i], program))
			json_array_append_new(calls, call(list->calls[i]));
	return json_pack("{s:o}", "calls", calls);
}

const char *view_process_state(const struct prof_process *p)
{
	return p->ended ? "ended" : p->connected ? "running" : "silent";
}

bool view_process_fits(const struct prof_process *p, const char *program)
{
	return program == NULL || strcmp(p->program, program) == 0;
}

static json_t *process(const struct prof_process *p)
{
	return json_pack("{s:s, s:i, s:o, s:s?, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "program",
			 p->program, "pid", p->pid, "uid",
			 p->key != NULL ? json_null() : json_integer(p->uid), "key", p->key,
			 "state", view_process_state(p), "started", view_real(p->started), "pushed",
			 view_real(p->pushed), "calls", view_count(p->calls), "paths",
			 view_count(p->paths), "events_dropped", view_count(p->events_dropped),
			 "calls_collapsed", view_count(p->calls_collapsed));
}

json_t *view_processes(const struct prof_process_list *list, const char *program)
{
	json_t *processes = json_array();

	for (size_t i = 0; i < list->count; i++)
		if (view_process_fits(list->processes[i], program))
			json_array_append_new(processes, process(list->processes[i]));
	return json_pack("{s:o}", "processes", processes);
}

json_t *view_programs(const struct prof_program_list *list)
{
	json_t *programs = json_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct prof_program *p = list->programs[i];

		json_array_append_new(programs,
				      json_pack("{s:s, s:o, s:i, s:i}", "name", p->name, "calls",
						view_count(p->calls), "processes",
						(int)p->processes, "living", (int)p->living));
	}
	return json_pack("{s:o}", "programs", programs);
}

json_t *view_missing(const struct near *near)
{
	json_t *names = json_array();

	for (size_t i = 0; i < near->count; i++)
		json_array_append_new(names, json_string(near->found[i]));
	return json_pack("{s:s, s:o}", "error", prof_strerror(PROF_NOT_FOUND), "near", names);
}

static json_t *value(const struct prof_fact *f)
{
	switch (f->kind) {
	case PROF_FACT_NUMBER:
		return view_count(f->number);
	case PROF_FACT_REAL:
		return view_real(f->real);
	case PROF_FACT_TEXT:
		break;
	}
	return json_string(f->text);
}

json_t *view_status(const struct prof_status *s)
{
	json_t *object = json_object();

	for (size_t i = 0; i < s->count; i++)
		json_object_set_new(object, s->facts[i]->name, value(s->facts[i]));
	return object;
}
