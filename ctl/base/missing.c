/*
 * Names that were mistyped, or that only another program calls.
 */
#include "ctl/base/missing.h"

#include <stddef.h>

#include "ctl/base/near.h"
#include "ctl/base/say.h"
#include "view/json.h"

enum outcome missing_function(const struct request *r, const char *name)
{
	struct prof_filter filter = {.program = r->program, .order = PROF_BY_CALLS};
	struct prof_stats_list *list = NULL;
	struct near near;

	near_init(&near, name);
	if (prof_get_all_stats(&filter, r->timeout, &list) == PROF_OK)
		for (size_t i = 0; i < list->count; i++)
			near_offer(&near, list->functions[i].function_name);
	if (r->program != NULL)
		near_complain(&near, "there are no calls of a function '%s' by a program '%s'",
			      name, r->program);
	else
		near_complain(&near, "there is no function '%s'", name);
	if (r->json)
		say_json(view_missing(&near));
	prof_free(list);
	return OUTCOME_NO;
}
