/*
 * profctl slow: calls still running, and recent slow or failed ones.
 */
#include <stdio.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/json.h"

#define LATEST 20

static void add_row(struct table *t, const struct prof_slow_call *c)
{
	char text[UNITS_ROOM];

	table_cell(t, units_moment(text, c->started, 1));
	table_name(t, c->function);
	table_cell(t, units_seconds(text, c->seconds));
	table_cell(t, c->threshold > 0.0 ? units_seconds(text, c->threshold) : "-");
	table_name(t, c->program);
	table_cell(t, units_pid(text, c->pid));
	table_cell(t, view_call_state(c));
	table_name(t, c->error == NULL ? "" : c->error);
}

static void print(const struct request *r, const struct prof_slow_list *list, uint32_t limit)
{
	static const struct column columns[] = {
		{"STARTED", SIDE_LEFT, false}, {"FUNCTION", SIDE_LEFT, true},
		{"TIME", SIDE_RIGHT, false},   {"THRESHOLD", SIDE_RIGHT, false},
		{"PROGRAM", SIDE_LEFT, true},  {"PID", SIDE_RIGHT, false},
		{"STATE", SIDE_LEFT, false},   {"ERROR", SIDE_LEFT, true},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	size_t count = 0;

	for (size_t i = 0; i < list->count && (limit == 0 || count < limit); i++) {
		if (!view_call_fits(list->calls[i], r->program, &r->only))
			continue;
		add_row(t, list->calls[i]);
		count++;
	}
	say_table(t);
	if (count == 0)
		complain("no slow or failed calls to show");
}

enum outcome run_slow(const struct request *r)
{
	uint32_t limit = r->has_limit || r->json ? r->limit : LATEST;
	enum outcome outcome = OUTCOME_DONE;
	struct prof_slow_list *list;
	bool chosen = r->program != NULL || r->only.running || r->only.failed || r->only.slow;
	prof_error error = prof_get_slow(r->operands[0], chosen ? 0 : limit, r->timeout, &list);

	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		view_calls(JSON_ANSWER, list, r->program, &r->only, limit);
	else
		print(r, list, limit);
	prof_free(list);
	return outcome;
}
