/*
 * Answers about what is so now: functions, slow calls, processes, profd itself.
 */
#include <string.h>

#include "proto/quantile.h"
#include "text/fields.h"
#include "view/json.h"

#define VALUE(member, name, share)	       s->member
#define FIELD_OF_QUANTILE(member, name, share) FIELD(name, prof_stats, member)

const char *const view_quantile_names[] = {QUANTILE_LIST(QUANTILE_NAME)};

double view_quantile(const struct prof_stats *s, unsigned quantile)
{
	const double value[PROF_QUANTILES] = {QUANTILE_LIST(VALUE)};

	return value[quantile];
}

static const struct field function_in_short[] = {
	FIELD("name", prof_stats, function_name),
	FIELD("calls", prof_stats, call_count),
	FIELD("errors", prof_stats, error_count),
	FIELD("slow", prof_stats, slow_count),
	FIELD("total_seconds", prof_stats, total_seconds),
	FIELD("avg_ms", prof_stats, avg_ms),
	FIELD("max_ms", prof_stats, max_ms),
	FIELD_AS("p50_ms", MILLI, prof_stats, p50),
	FIELD_AS("p99_ms", MILLI, prof_stats, p99),
	{0},
};

static const struct field summary[] = {
	FIELD("profiled_functions", prof_summary, profiled_functions),
	FIELD("total_calls", prof_summary, total_calls),
	FIELD("slow_calls", prof_summary, slow_calls),
	FIELD("errors", prof_summary, errors),
	FIELD("total_seconds", prof_summary, total_seconds),
	FIELD("since", prof_summary, since),
	FIELD_LIST("functions", prof_summary, functions, function_in_short),
	{0},
};

void view_summary(struct writer *w, const struct prof_summary *s)
{
	fields_object(w, NULL, summary, s);
}

static void write_doubtful(struct writer *w, const char *name, const void *of)
{
	const struct prof_stats *s = of;

	writer_array(w, name);
	for (unsigned i = 0; i < PROF_QUANTILES; i++)
		if ((s->doubtful >> i & 1) != 0)
			writer_text(w, NULL, view_quantile_names[i]);
	writer_end(w);
}

static const struct field function[] = {
	FIELD("function_name", prof_stats, function_name),
	FIELD("call_count", prof_stats, call_count),
	FIELD("error_count", prof_stats, error_count),
	FIELD("slow_count", prof_stats, slow_count),
	FIELD("total_seconds", prof_stats, total_seconds),
	FIELD("min_seconds", prof_stats, min_seconds),
	FIELD("max_seconds", prof_stats, max_seconds),
	FIELD("avg_seconds", prof_stats, avg_seconds),
	FIELD("avg_ms", prof_stats, avg_ms),
	FIELD("max_ms", prof_stats, max_ms),
	QUANTILE_LIST(FIELD_OF_QUANTILE),
	FIELD("recursive_seconds", prof_stats, recursive_seconds),
	FIELD_MADE("doubtful", write_doubtful),
	{0},
};

void view_function(struct writer *w, const struct prof_stats *s)
{
	fields_object(w, NULL, function, s);
}

static const struct field functions[] = {
	FIELD_LIST("functions", prof_stats_list, functions, function),
	{0},
};

void view_functions(struct writer *w, const struct prof_stats_list *list)
{
	fields_object(w, NULL, functions, list);
}

static const struct field changes[] = {
	FIELD("profiled_functions", prof_changes, profiled_functions),
	FIELD("total_calls", prof_changes, total_calls),
	FIELD("slow_calls", prof_changes, slow_calls),
	FIELD("errors", prof_changes, errors),
	FIELD("total_seconds", prof_changes, total_seconds),
	FIELD("since", prof_changes, since),
	{0},
};
static const struct field changed[] = {
	FIELD_LIST("functions", prof_changes, functions, function),
	{0},
};

void view_changes(struct writer *w, const struct prof_changes *c, const char *mark)
{
	writer_object(w, NULL);
	writer_bool(w, "whole", c->whole);
	fields_write(w, changes, c);
	writer_text(w, "mark", mark);
	fields_write(w, changed, c);
	writer_end(w);
}

const char *view_call_state(const struct prof_slow_call *c)
{
	if (c->unfinished)
		return "unfinished";
	return c->running ? "running" : c->failed ? "failed" : "returned";
}

static void write_call_state(struct writer *w, const char *name, const void *of)
{
	writer_text(w, name, view_call_state(of));
}

static const struct field call[] = {
	FIELD("function", prof_slow_call, function),
	FIELD("path", prof_slow_call, path),
	FIELD("program", prof_slow_call, program),
	FIELD_AS("pid", PID, prof_slow_call, pid),
	FIELD("started", prof_slow_call, started),
	FIELD("seconds", prof_slow_call, seconds),
	FIELD_AS("threshold", POSITIVE, prof_slow_call, threshold),
	FIELD_MADE("state", write_call_state),
	FIELD("error", prof_slow_call, error),
	{0},
};

bool view_call_fits(const struct prof_slow_call *c, const char *program,
		    const struct view_kinds *only)
{
	bool all = only == NULL || (!only->running && !only->failed && !only->slow);

	return (program == NULL || strcmp(c->program, program) == 0) &&
	       (all || (only->running && c->running && !c->unfinished) ||
		(only->failed && c->failed) || (only->slow && c->threshold > 0.0));
}

void view_calls(struct writer *w, const struct prof_slow_list *list, const char *program,
		const struct view_kinds *only, uint32_t limit)
{
	uint32_t told = 0;

	writer_object(w, NULL);
	writer_array(w, "calls");
	for (size_t i = 0; i < list->count && (limit == 0 || told < limit); i++)
		if (view_call_fits(list->calls[i], program, only)) {
			fields_object(w, NULL, call, list->calls[i]);
			told++;
		}
	writer_end(w);
	writer_end(w);
}

const char *view_process_state(const struct prof_process *p)
{
	return p->ended ? "ended" : p->connected ? "running" : "silent";
}

static void write_process_state(struct writer *w, const char *name, const void *of)
{
	writer_text(w, name, view_process_state(of));
}

static const struct field process[] = {
	FIELD("program", prof_process, program),
	FIELD_AS("pid", PID, prof_process, pid),
	FIELD_AS("uid", OWNER, prof_process, uid),
	FIELD("key", prof_process, key),
	FIELD_MADE("state", write_process_state),
	FIELD("started", prof_process, started),
	FIELD("pushed", prof_process, pushed),
	FIELD("calls", prof_process, calls),
	FIELD("paths", prof_process, paths),
	FIELD("events_dropped", prof_process, events_dropped),
	FIELD("calls_collapsed", prof_process, calls_collapsed),
	{0},
};

bool view_process_fits(const struct prof_process *p, const char *program)
{
	return program == NULL || strcmp(p->program, program) == 0;
}

void view_processes(struct writer *w, const struct prof_process_list *list, const char *program)
{
	writer_object(w, NULL);
	writer_array(w, "processes");
	for (size_t i = 0; i < list->count; i++)
		if (view_process_fits(list->processes[i], program))
			fields_object(w, NULL, process, list->processes[i]);
	writer_end(w);
	writer_end(w);
}

static const struct field program[] = {
	FIELD("name", prof_program, name),
	FIELD("calls", prof_program, calls),
	FIELD("processes", prof_program, processes),
	FIELD("living", prof_program, living),
	{0},
};
static const struct field programs[] = {
	FIELD_LIST("programs", prof_program_list, programs, program),
	{0},
};

void view_programs(struct writer *w, const struct prof_program_list *list)
{
	fields_object(w, NULL, programs, list);
}

static void write_fact(struct writer *w, const struct prof_fact *f)
{
	switch (f->kind) {
	case PROF_FACT_NUMBER:
		writer_count(w, f->name, f->number);
		break;
	case PROF_FACT_REAL:
		writer_real(w, f->name, f->real);
		break;
	case PROF_FACT_TEXT:
		writer_text(w, f->name, f->text);
		break;
	}
}

void view_status(struct writer *w, const struct prof_status *s)
{
	writer_object(w, NULL);
	for (size_t i = 0; i < s->count; i++)
		write_fact(w, s->facts[i]);
	writer_end(w);
}

void view_error(struct writer *w, const char *sentence)
{
	writer_object(w, NULL);
	writer_text(w, "error", sentence);
	writer_end(w);
}

void view_missing(struct writer *w, const struct near *near)
{
	writer_object(w, NULL);
	writer_text(w, "error", prof_strerror(PROF_NOT_FOUND));
	writer_array(w, "near");
	for (size_t i = 0; i < near->count; i++)
		writer_text(w, NULL, near->found[i]);
	writer_end(w);
	writer_end(w);
}
