/*
 * profctl ps: the processes that push to profd.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "ctl/command.h"
#include "ctl/say.h"
#include "ctl/table.h"
#include "ctl/units.h"

static const char *state_of(const struct prof_process *p)
{
	return p->ended ? "ended" : p->connected ? "running" : "silent";
}

static json_t *process_json(const struct prof_process *p)
{
	return json_pack("{s:s, s:i, s:o, s:s?, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "program",
			 p->program, "pid", p->pid, "uid",
			 p->key != NULL ? json_null() : json_integer(p->uid), "key", p->key,
			 "state", state_of(p), "started", say_real(p->started), "pushed",
			 say_real(p->pushed), "calls", say_count(p->calls), "paths",
			 say_count(p->paths), "events_dropped", say_count(p->events_dropped),
			 "calls_collapsed", say_count(p->calls_collapsed));
}

static void add_row(struct table *t, const struct prof_process *p)
{
	const struct passwd *user = p->key == NULL ? getpwuid((uid_t)p->uid) : NULL;
	char text[UNITS_ROOM];

	table_name(t, p->program);
	snprintf(text, sizeof(text), "%d", p->pid);
	table_cell(t, text);
	snprintf(text, sizeof(text), "%u", p->uid);
	table_name(t, p->key != NULL ? p->key : user == NULL ? text : user->pw_name);
	table_cell(t, state_of(p));
	table_cell(t, units_moment(text, p->started, 0));
	table_cell(t, units_moment(text, p->pushed, 0));
	table_cell(t, units_short_count(text, p->calls));
	table_cell(t, units_short_count(text, p->paths));
}

static void print_footnotes(uint64_t dropped, uint64_t collapsed)
{
	char text[UNITS_ROOM];

	if (dropped != 0)
		printf("%s slow or failed calls were too many to list; they are counted all the "
		       "same\n",
		       units_count(text, dropped));
	if (collapsed != 0)
		printf("%s calls had too many paths and are counted in a shorter one\n",
		       units_count(text, collapsed));
}

static enum outcome print(const struct request *r, const struct prof_process_list *list)
{
	static const struct column columns[] = {
		{"PROGRAM", SIDE_LEFT, true},  {"PID", SIDE_RIGHT, false},
		{"USER", SIDE_LEFT, false},    {"STATE", SIDE_LEFT, false},
		{"STARTED", SIDE_LEFT, false}, {"LAST PUSH", SIDE_LEFT, false},
		{"CALLS", SIDE_RIGHT, false},  {"PATHS", SIDE_RIGHT, false},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	json_t *processes = json_array();
	uint64_t dropped = 0, collapsed = 0;
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct prof_process *p = &list->processes[i];

		if (r->program != NULL && strcmp(p->program, r->program) != 0)
			continue;
		dropped += p->events_dropped;
		collapsed += p->calls_collapsed;
		count++;
		if (r->json)
			json_array_append_new(processes, process_json(p));
		else
			add_row(t, p);
	}
	if (r->json)
		say_json(json_pack("{s:O}", "processes", processes));
	else if (count == 0)
		complain("no process has pushed");
	else
		table_print(t, stdout, table_terminal_width(stdout));
	if (!r->json)
		print_footnotes(dropped, collapsed);
	json_decref(processes);
	table_free(t);
	return OUTCOME_DONE;
}

enum outcome run_ps(const struct request *r)
{
	struct prof_process_list *list;
	enum outcome outcome;
	prof_error error = prof_get_processes(r->timeout, &list);

	if (error != PROF_OK)
		return say_failure(r, error);
	outcome = print(r, list);
	prof_free(list);
	return outcome;
}
