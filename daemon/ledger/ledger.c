/*
 * The ledger as a whole: made, freed, cleared, counted; what it changed since the last batch.
 */
#include "daemon/ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/ledger/data.h"

#define SECOND UINT64_C(1000000000)

void ledger_limits_init(struct ledger_limits *limits)
{
	*limits = (struct ledger_limits){
		.processes = 65536,
		.paths = 131072,
		.functions = PROF_FUNCTIONS_MAX,
		.events = 1000,
		.standings = 1u << 20,
		.share = 100,
		.tombstone_ns = 600 * SECOND,
		.silence_ns = 600 * SECOND,
		.remote_silence_ns = 30 * 86400 * SECOND,
		.window_ns = {10 * SECOND, 60 * SECOND, 3600 * SECOND},
		.keep_ns = {3600 * SECOND, 86400 * SECOND, 365 * 86400 * SECOND},
	};
}

bool roll_reserve(struct roll *r)
{
	uint32_t room = r->room == 0 ? 16 : r->room * 2;
	void **items;

	if (r->count < r->room)
		return true;
	items = realloc(r->items, room * sizeof(*items));
	if (items == NULL)
		return false;
	r->items = items;
	r->room = room;
	return true;
}

void roll_append(struct roll *r, void *item)
{
	r->items[r->count++] = item;
}

/* Working space with room for every bucket. False without memory. */
static bool statistic_init_full(struct statistic *s)
{
	tally_init(&s->returned);
	tally_init(&s->failed);
	s->slow = 0;
	return histogram_reserve(&s->returned.histogram, HISTOGRAM_SIZE) &&
	       histogram_reserve(&s->failed.histogram, HISTOGRAM_SIZE);
}

static void statistic_deinit(struct statistic *s)
{
	tally_deinit(&s->returned);
	tally_deinit(&s->failed);
	s->slow = 0;
}

static bool limits_fit(const struct ledger_limits *limits)
{
	for (unsigned i = 0; i < BATCH_LENGTHS; i++)
		if (limits->window_ns[i] == 0 || limits->window_ns[i] > INT64_MAX ||
		    (i != 0 && limits->window_ns[i] % limits->window_ns[i - 1] != 0))
			return false;
	return true;
}

struct ledger *ledger_new(const struct ledger_limits *limits)
{
	struct ledger *l;

	if (!limits_fit(limits))
		return NULL;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->limits = *limits;
	l->changed = 1;
	l->next_process = l->next_event = 1;
	tally_init(&l->both);
	table_secret_init(&l->secret);
	l->packed = malloc(CODEC_STANDING_MAX);
	l->defined = calloc(PROF_PATHS_MAX / 64 + 1, sizeof(*l->defined));
	l->events_gone = calloc(2 * (limits->events + (size_t)1), sizeof(*l->events_gone));
	if (!statistic_init_full(&l->room[0]) || !statistic_init_full(&l->room[1]) ||
	    !statistic_init_full(&l->room[2]) ||
	    !histogram_reserve(&l->both.histogram, HISTOGRAM_SIZE) || l->packed == NULL ||
	    l->defined == NULL || l->events_gone == NULL) {
		ledger_free(l);
		return NULL;
	}
	return l;
}

static void free_functions(struct ledger *l)
{
	for (uint32_t i = 0; i < l->functions.count; i++) {
		struct function *f = l->functions.items[i];

		tally_deinit(&f->all);
		free(f);
	}
	free(l->functions.items);
}

static void free_paths(struct ledger *l)
{
	for (uint32_t i = 0; i < l->paths.count; i++) {
		struct path *p = l->paths.items[i];

		statistic_deinit(&p->statistic);
		free(p);
	}
	free(l->paths.items);
}

void ledger_free(struct ledger *l)
{
	if (l == NULL)
		return;
	while (l->first != NULL)
		ledger_forget_process(l, l->first);
	ledger_clear_events(l, NULL);
	ledger_free_windows(l->open);
	ledger_free_windows(l->closed);
	free_paths(l);
	free_functions(l);
	for (uint32_t i = 0; i < l->programs.count; i++)
		free(l->programs.items[i]);
	free(l->programs.items);
	table_deinit(&l->programs_by_name);
	table_deinit(&l->functions_by_name);
	table_deinit(&l->paths_by_key);
	table_deinit(&l->processes_by_key);
	ledger_free_owners(l);
	for (unsigned i = 0; i < 3; i++)
		statistic_deinit(&l->room[i]);
	tally_deinit(&l->both);
	free(l->packed);
	free(l->defined);
	free(l->events_gone);
	free(l);
}

void ledger_change_path(struct ledger *l, struct path *path)
{
	l->dirty = true;
	if (path->changed == l->changed)
		return;
	path->changed = l->changed;
	path->next_changed = l->changed_paths;
	l->changed_paths = path;
}

void ledger_change_process(struct ledger *l, struct process *process)
{
	l->dirty = true;
	if (process->changed == l->changed)
		return;
	process->changed = l->changed;
	process->next_changed = l->changed_processes;
	l->changed_processes = process;
}

bool ledger_is_dirty(const struct ledger *l)
{
	return l->dirty;
}

uint64_t ledger_epoch(const struct ledger *l)
{
	return l->epoch;
}

/* Whether it had any calls. Its rows go with the mark of the function, so its paths need not be
 * told. */
static bool clear_function(struct ledger *l, struct function *f)
{
	bool had = tally_calls(&f->all) != 0;

	l->counts.calls -= tally_calls(&f->all);
	l->counts.errors -= f->errors;
	l->counts.slow -= f->slow;
	tally_deinit(&f->all);
	f->errors = f->slow = 0;
	f->epoch = l->epoch;
	f->cleared = true;
	for (struct path *p = f->paths; p != NULL; p = p->next_of_function)
		statistic_deinit(&p->statistic);
	return had;
}

uint64_t ledger_clear(struct ledger *l, const char *function, int64_t now_ns)
{
	struct function *one = NULL;
	uint64_t had = 0;

	if (function != NULL) {
		one = ledger_find_function(l, function);
		if (one == NULL)
			return 0;
	}
	l->epoch++;
	l->dirty = true;
	if (one != NULL) {
		had = clear_function(l, one);
	} else {
		for (uint32_t i = 0; i < l->functions.count; i++)
			had += clear_function(l, l->functions.items[i]);
		l->cleared_all = true;
		l->since_at_ns = now_ns;
	}
	ledger_clear_windows(l, one);
	ledger_clear_events(l, one);
	return had;
}

void ledger_count(const struct ledger *l, struct ledger_counts *counts)
{
	*counts = l->counts;
	counts->functions = l->functions.count;
	counts->paths = l->paths.count;
	counts->processes = l->processes_by_key.used;
	counts->programs = l->programs.count;
	counts->events = l->events + l->running_events;
	counts->users = l->owners_by_uid.used;
	counts->epoch = l->epoch;
	counts->since_at_ns = l->since_at_ns;
}
