/*
 * profctl bench list: the benchmarks that profd keeps, the latest result of each.
 */
#include <stdio.h>

#include "ctl/base/command.h"
#include "view/json_saved.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "ctl/base/units.h"
#include "proto/name.h"

static void print_names(const struct prof_saved_list *list)
{
	char name[NAME_PRINTED_MAX];

	for (size_t i = 0; i < list->count; i++) {
		name_print(name, sizeof(name), list->results[i]->benchmark->name);
		puts(name);
	}
}

static void add_row(struct table *t, const struct prof_saved *s)
{
	char text[UNITS_ROOM];

	table_name(t, s->benchmark->name);
	table_cell(t, units_count(text, s->number));
	table_cell(t, units_count(text, s->results));
	table_cell(t, units_timing(text, s->median));
	table_cell(t, s->benchmark->count < 2 ? "-" : units_timing(text, s->deviation));
	table_cell(t, units_count(text, s->benchmark->count));
	table_cell(t, units_count(text, s->failures));
	table_cell(t, units_moment(text, s->saved, 0));
	table_name(t, s->benchmark->machine);
	table_name(t, s->benchmark->revision);
}

static void print(const struct prof_saved_list *list)
{
	static const struct column columns[] = {
		{"BENCHMARK", SIDE_LEFT, true}, {"LATEST", SIDE_RIGHT, false},
		{"KEPT", SIDE_RIGHT, false},	{"MEDIAN", SIDE_RIGHT, false},
		{"STD DEV", SIDE_RIGHT, false}, {"RUNS", SIDE_RIGHT, false},
		{"FAILED", SIDE_RIGHT, false},	{"SAVED", SIDE_LEFT, false},
		{"MACHINE", SIDE_LEFT, true},	{"REVISION", SIDE_LEFT, true},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < list->count; i++)
		add_row(t, list->results[i]);
	say_table(t);
}

enum outcome run_bench_list(const struct request *r)
{
	enum outcome outcome = OUTCOME_DONE;
	struct prof_saved_list *list;
	prof_error error = prof_get_saved_latest(r->operands[0], r->limit, r->timeout, &list);

	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		view_saved_list(JSON_ANSWER, list);
	else if (r->names)
		print_names(list);
	else if (list->count != 0)
		print(list);
	else if (r->operands[0] != NULL)
		complain("no benchmark matches");
	else
		complain("no benchmark has been saved yet");
	prof_free(list);
	return outcome;
}
