/*
 * profctl slow: recent slow or failed calls.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/command.h"
#include "ctl/say.h"
#include "ctl/table.h"
#include "ctl/units.h"

#define LATEST 20

static const char *state_of(const struct prof_slow_call *c)
{
	return c->running ? "running" : c->failed ? "failed" : "returned";
}

static json_t *call_json(const struct prof_slow_call *c)
{
	return json_pack("{s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:s, s:s?}", "function", c->function,
			 "path", c->path, "program", c->program, "pid", c->pid, "started",
			 say_real(c->started), "seconds", say_real(c->seconds), "threshold",
			 c->threshold > 0.0 ? say_real(c->threshold) : json_null(), "state",
			 state_of(c), "error", c->error);
}

static void add_row(struct table *t, const struct prof_slow_call *c)
{
	char text[UNITS_ROOM];

	table_cell(t, units_moment(text, c->started, 1));
	table_name(t, c->function);
	table_cell(t, units_seconds(text, c->seconds));
	table_cell(t, c->threshold > 0.0 ? units_seconds(text, c->threshold) : "-");
	table_name(t, c->program);
	snprintf(text, sizeof(text), "%d", c->pid);
	table_cell(t, text);
	table_cell(t, state_of(c));
	table_name(t, c->error == NULL ? "" : c->error);
}

/* profd knows no filter by program here, so the limit is ours too when there is one. */
static size_t next(const struct prof_slow_list *list, const struct request *r, size_t at)
{
	while (at < list->count && r->program != NULL &&
	       strcmp(list->calls[at].program, r->program) != 0)
		at++;
	return at;
}

static enum outcome print(const struct request *r, const struct prof_slow_list *list,
			  uint32_t limit)
{
	static const struct column columns[] = {
		{"STARTED", SIDE_LEFT, false}, {"FUNCTION", SIDE_LEFT, true},
		{"TIME", SIDE_RIGHT, false},   {"THRESHOLD", SIDE_RIGHT, false},
		{"PROGRAM", SIDE_LEFT, true},  {"PID", SIDE_RIGHT, false},
		{"STATE", SIDE_LEFT, false},   {"ERROR", SIDE_LEFT, true},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	json_t *calls = json_array();
	size_t count = 0;

	for (size_t i = next(list, r, 0); i < list->count && (limit == 0 || count < limit);
	     i = next(list, r, i + 1), count++) {
		if (r->json)
			json_array_append_new(calls, call_json(&list->calls[i]));
		else
			add_row(t, &list->calls[i]);
	}
	if (r->json)
		say_json(json_pack("{s:O}", "calls", calls));
	else if (count != 0)
		table_print(t, stdout, table_terminal_width(stdout));
	else
		complain("there are no slow or failed calls to show");
	json_decref(calls);
	table_free(t);
	return OUTCOME_DONE;
}

enum outcome run_slow(const struct request *r)
{
	uint32_t limit = r->has_limit || r->json ? r->limit : LATEST;
	enum outcome outcome;
	struct prof_slow_list *list;
	prof_error error =
		prof_get_slow(r->operands[0], r->program == NULL ? limit : 0, r->timeout, &list);

	if (error != PROF_OK)
		return say_failure(r, error);
	outcome = print(r, list, limit);
	prof_free(list);
	return outcome;
}
