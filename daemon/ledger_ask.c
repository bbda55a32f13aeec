/*
 * Questions: what the ledger knows of functions, events and processes.
 */
#include "daemon/ledger_data.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static void tell(struct ledger_function *to, const struct function *f, const struct tally *all,
		 uint64_t errors, uint64_t slow)
{
	static const double quantiles[6] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999};

	to->name = f->name;
	to->calls = tally_calls(all);
	to->errors = errors;
	to->slow = slow;
	to->sum_ns = all->sum_ns;
	to->min_ns = all->min_ns;
	to->max_ns = all->max_ns;
	for (unsigned i = 0; i < 6; i++)
		to->quantile[i] = tally_quantile(all, quantiles[i]);
}

/* False when it has no calls, of this program if one is named. */
static bool get(struct ledger *l, const struct function *f, const struct program *program,
		struct ledger_function *to)
{
	uint64_t errors = 0, slow = 0;

	if (tally_calls(&f->all) == 0)
		return false;
	if (program == NULL) {
		tell(to, f, &f->all, f->errors, f->slow);
		return true;
	}
	tally_clear(&l->both); /* has room for every bucket: the merges cannot fail */
	for (const struct path *p = f->paths; p != NULL; p = p->next_of_function) {
		if (p->program != program)
			continue;
		tally_merge(&l->both, &p->statistic.returned);
		tally_merge(&l->both, &p->statistic.failed);
		errors += tally_calls(&p->statistic.failed);
		slow += p->statistic.slow;
	}
	if (tally_calls(&l->both) == 0)
		return false;
	tell(to, f, &l->both, errors, slow);
	return true;
}

bool ledger_get_function(struct ledger *l, const char *name, const char *program,
			 struct ledger_function *f)
{
	const struct function *function = ledger_find_function(l, name);
	const struct program *p = program == NULL ? NULL : ledger_find_program(l, program);

	if (function == NULL || (program != NULL && p == NULL))
		return false;
	return get(l, function, p, f);
}

void ledger_each_functions(struct ledger *l, const char *pattern, const char *program,
			   ledger_each_function *each, void *context)
{
	const struct program *p = program == NULL ? NULL : ledger_find_program(l, program);
	struct ledger_function told;

	if (program != NULL && p == NULL)
		return;
	for (uint32_t i = 0; i < l->functions.count; i++) {
		const struct function *f = l->functions.items[i];

		if (pattern != NULL && fnmatch(pattern, f->name, 0) != 0)
			continue;
		if (get(l, f, p, &told))
			each(context, &told);
	}
}

void ledger_each_events(struct ledger *l, const char *pattern, ledger_each_event *each,
			void *context)
{
	char path[4096];

	for (const struct event *e = l->last_event; e != NULL; e = e->previous) {
		struct ledger_event told = ledger_told_event(e);

		if (pattern != NULL && fnmatch(pattern, told.function, 0) != 0)
			continue;
		if (!each(context, &told, ledger_print_path(path, sizeof(path), e->path)))
			return;
	}
}

void ledger_each_processes(struct ledger *l, ledger_each_process *each, void *context)
{
	for (const struct process *p = l->first; p != NULL; p = p->next) {
		struct ledger_process told = {
			.pid = p->pid,
			.uid = p->owner->uid,
			.paths = p->paths,
			.started_at_ns = p->started_at_ns,
			.pushed_at_ns = p->pushed_at_ns,
			.calls = p->calls,
			.events_dropped = p->events_dropped,
			.calls_collapsed = p->calls_collapsed,
			.interval_ns = p->span_ns,
			.ended = p->ended_at_ns != 0,
		};

		if (p->generation == 0)
			continue; /* its first push is not merged as a whole yet */
		told.program = p->program->name;
		each(context, &told);
	}
}
