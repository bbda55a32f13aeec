/*
 * profctl ps: the processes that push to profd.
 */
#include <pwd.h>
#include <stdio.h>
#include <sys/types.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "view/json.h"

static void add_row(struct table *t, const struct prof_process *p)
{
	const struct passwd *user = p->key == NULL ? getpwuid((uid_t)p->uid) : NULL;
	char text[UNITS_ROOM];

	table_name(t, p->program);
	table_cell(t, units_pid(text, p->pid));
	snprintf(text, sizeof(text), "%u", p->uid);
	table_name(t, p->key != NULL ? p->key : user == NULL ? text : user->pw_name);
	table_cell(t, view_process_state(p));
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

static void print(const struct request *r, const struct prof_process_list *list)
{
	static const struct column columns[] = {
		{"PROGRAM", SIDE_LEFT, true},  {"PID", SIDE_RIGHT, false},
		{"USER", SIDE_LEFT, false},    {"STATE", SIDE_LEFT, false},
		{"STARTED", SIDE_LEFT, false}, {"LAST PUSH", SIDE_LEFT, false},
		{"CALLS", SIDE_RIGHT, false},  {"PATHS", SIDE_RIGHT, false},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	uint64_t dropped = 0, collapsed = 0;
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct prof_process *p = list->processes[i];

		if (!view_process_fits(p, r->program))
			continue;
		dropped += p->events_dropped;
		collapsed += p->calls_collapsed;
		count++;
		add_row(t, p);
	}
	say_table(t);
	if (count == 0)
		complain("no process has pushed yet");
	print_footnotes(dropped, collapsed);
}

enum outcome run_ps(const struct request *r)
{
	struct prof_process_list *list;
	enum outcome outcome = OUTCOME_DONE;
	prof_error error = prof_get_processes(r->timeout, &list);

	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		view_processes(JSON_ANSWER, list, r->program);
	else
		print(r, list);
	prof_free(list);
	return outcome;
}
