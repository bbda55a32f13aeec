/*
 * profctl list: the statistics of all functions, a line each.
 */
#include <stdio.h>

#include "ctl/base/command.h"
#include "ctl/base/functions.h"
#include "ctl/base/say.h"
#include "proto/name.h"
#include "view/json.h"

static void print_names(const struct prof_stats_list *list)
{
	char name[NAME_PRINTED_MAX];

	for (size_t i = 0; i < list->count; i++) {
		name_print(name, sizeof(name), list->functions[i]->function_name);
		puts(name);
	}
}

enum outcome run_list(const struct request *r)
{
	struct prof_filter filter = {.size = sizeof(filter),
				     .pattern = r->operands[0],
				     .program = r->program,
				     .order = r->order,
				     .limit = r->limit};
	enum outcome outcome = OUTCOME_DONE;
	struct prof_stats_list *list;
	prof_error error = prof_get_all_stats(&filter, r->timeout, &list);

	if (error != PROF_OK)
		return say_failure(r, error);
	if (r->json)
		view_functions(JSON_ANSWER, list);
	else if (r->names)
		print_names(list);
	else if (list->count != 0)
		functions_print(list->functions, list->count);
	else if (r->operands[0] != NULL || r->program != NULL)
		complain("no function matches");
	else
		complain("no function has been called yet");
	prof_free(list);
	return outcome;
}
