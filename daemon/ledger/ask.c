/*
 * Questions: what the ledger knows of functions, events and processes.
 */
#include "daemon/ledger/data.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

static void describe(struct ledger_function *to, const struct function *f, const struct tally *all,
		     uint64_t errors, uint64_t slow)
{
	to->name = f->name;
	to->calls = tally_calls(all);
	to->errors = errors;
	to->slow = slow;
	to->sum_ns = all->sum_ns;
	to->recursive_ns = all->recursive_ns;
	to->min_ns = all->min_ns;
	to->max_ns = all->max_ns;
	tally_get_quantiles(all, to->quantile);
}

/* False when it has no calls, of this program if one is named. */
static bool get(struct ledger *l, const struct function *f, const struct program *program,
		struct ledger_function *to)
{
	uint64_t errors = 0, slow = 0;

	if (tally_calls(&f->all) == 0)
		return false;
	if (program == NULL) {
		describe(to, f, &f->all, f->errors, f->slow);
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
	describe(to, f, &l->both, errors, slow);
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

/* False when it has no calls, of this program if one is named. Without its quantiles, which take
 * the time. */
static bool add_totals(const struct function *f, const struct program *program,
		       struct ledger_totals *totals)
{
	struct ledger_totals own = {1, tally_calls(&f->all), f->slow, f->errors,
				    tally_total_ns(&f->all)};

	if (program != NULL) {
		own = (struct ledger_totals){.functions = 1};
		for (const struct path *p = f->paths; p != NULL; p = p->next_of_function) {
			const struct statistic *s = &p->statistic;

			if (p->program != program)
				continue;
			own.calls += tally_calls(&s->returned) + tally_calls(&s->failed);
			own.errors += tally_calls(&s->failed);
			own.slow += s->slow;
			own.sum_ns += tally_total_ns(&s->returned) + tally_total_ns(&s->failed);
		}
	}
	if (own.calls == 0)
		return false;
	totals->functions++;
	totals->calls += own.calls;
	totals->slow += own.slow;
	totals->errors += own.errors;
	totals->sum_ns += own.sum_ns;
	return true;
}

bool ledger_each_changed(struct ledger *l, const char *pattern, const char *program,
			 struct ledger_mark *mark, struct ledger_totals *totals,
			 ledger_each_function *each, void *context)
{
	const struct program *p = program == NULL ? NULL : ledger_find_program(l, program);
	bool whole = mark->change == 0 || mark->change < l->first_change ||
		     mark->change > l->change || mark->epoch != l->epoch;
	uint64_t since = whole ? 0 : mark->change;
	struct ledger_function told;

	*mark = (struct ledger_mark){l->change, l->epoch};
	*totals = (struct ledger_totals){0};
	for (uint32_t i = 0; i < l->functions.count && (program == NULL || p != NULL); i++) {
		const struct function *f = l->functions.items[i];

		if (pattern != NULL && fnmatch(pattern, f->name, 0) != 0)
			continue;
		if (!add_totals(f, p, totals) || (!whole && f->change <= since))
			continue;
		if (get(l, f, p, &told))
			each(context, &told);
	}
	return whole;
}

void ledger_each_functions(struct ledger *l, const char *pattern, const char *program,
			   ledger_each_function *each, void *context)
{
	struct ledger_totals totals;
	struct ledger_mark all = {0};

	ledger_each_changed(l, pattern, program, &all, &totals, each, context);
}

bool ledger_each_programs(struct ledger *l, ledger_each_program *each, void *context)
{
	struct ledger_program *told = calloc(l->programs.count + 1u, sizeof(*told));

	if (told == NULL)
		return false;
	for (const struct process *p = l->first; p != NULL; p = p->next) {
		if (p->generation == 0)
			continue; /* its first push is not merged as a whole yet */
		told[p->program->id - 1].processes++;
		told[p->program->id - 1].living += p->ended_at_ns == 0;
	}
	for (uint32_t i = 0; i < l->paths.count; i++) {
		const struct path *p = l->paths.items[i];

		told[p->program->id - 1].calls +=
			tally_calls(&p->statistic.returned) + tally_calls(&p->statistic.failed);
	}
	for (uint32_t i = 0; i < l->programs.count; i++) {
		told[i].name = ((const struct program *)l->programs.items[i])->name;
		each(context, &told[i]);
	}
	free(told);
	return true;
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
