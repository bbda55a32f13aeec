/*
 * Events: calls worth telling by themselves. The newest are kept, and the event of a call that was
 * still running gives way to that of its end, or goes when it is taken back.
 */
#include "daemon/ledger/data.h"

#include <stdlib.h>
#include <string.h>

#include "proto/name.h"

/* It failed with a message, and is not slow. */
static bool is_failure(const struct event *e)
{
	return e->threshold_ns == 0;
}

static void count_event(const struct event *e, int more)
{
	if (e->owner == NULL)
		return;
	e->owner->events += (uint32_t)more;
	if (is_failure(e))
		e->owner->failures += (uint32_t)more;
}

static void take_event(struct ledger *l, struct event *e)
{
	*(e->previous == NULL ? &l->first_event : &e->previous->next) = e->next;
	*(e->next == NULL ? &l->last_event : &e->next->previous) = e->previous;
	l->events--;
	l->running_events -= e->running;
	l->failure_events -= is_failure(e);
	count_event(e, -1);
	free(e->error);
	free(e);
}

struct event *ledger_make_event(struct ledger *l, const char *error)
{
	struct event *e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	if (error != NULL) {
		e->error = strdup(error);
		if (e->error == NULL) {
			free(e);
			return NULL;
		}
	}
	e->id = l->next_event++;
	return e;
}

/*
 * Takes one out of the middle. At most limits.events of those that a batch told were kept, so there
 * is room to note each once.
 */
static void drop_event(struct ledger *l, struct event *e)
{
	if (e->id <= l->collected_event)
		l->events_gone[l->events_gone_count++] = e->id;
	take_event(l, e);
}

/* The oldest, or the oldest failure, or that of one owner (NULL: of anyone). There is one. */
static struct event *find_oldest(const struct ledger *l, bool failure, const struct owner *owner)
{
	struct event *e = l->first_event;

	while ((failure && !is_failure(e)) || (owner != NULL && e->owner != owner))
		e = e->next;
	return e;
}

/* Who has more than a share makes room for what comes by itself; else the oldest gives way. */
static void make_room(struct ledger *l, bool failure, const struct owner *owner, uint32_t all,
		      uint32_t limit)
{
	uint32_t own = owner == NULL ? 0 : failure ? owner->failures : owner->events;
	bool greedy = own > 1 && !ledger_leaves_room(l, own, all, limit, 0);
	struct event *e = find_oldest(l, failure, greedy ? owner : NULL);

	if (e == l->first_event)
		take_event(l, e);
	else
		drop_event(l, e);
}

/* Failures fill at most half of the room: a function that fails all the time must not push out slow
 * calls. */
void ledger_append_event(struct ledger *l, struct event *e)
{
	const struct owner *owner = e->owner;
	uint32_t half = (l->limits.events + 1) / 2;

	e->previous = l->last_event;
	*(l->last_event == NULL ? &l->first_event : &l->last_event->next) = e;
	l->last_event = e;
	l->events++;
	l->running_events += e->running;
	l->failure_events += is_failure(e);
	count_event(e, 1);
	l->dirty = true;
	if (l->failure_events > half)
		make_room(l, true, owner, l->failure_events, half);
	while (l->events > l->limits.events)
		make_room(l, false, owner, l->events, l->limits.events);
}

static void drop_running(struct ledger *l, uint64_t process, uint64_t call)
{
	struct event *e = l->running_events == 0 ? NULL : l->last_event;

	while (e != NULL && !(e->running && e->process == process && e->call == call))
		e = e->previous;
	if (e == NULL)
		return;
	drop_event(l, e);
}

struct ledger_event ledger_event_of(const struct event *e)
{
	return (struct ledger_event){.function = e->path->function->name,
				     .program = e->path->program->name,
				     .error = e->error,
				     .pid = e->pid,
				     .started_at_ns = e->started_at_ns,
				     .duration_ns = e->duration_ns,
				     .threshold_ns = e->threshold_ns,
				     .running = e->running,
				     .failed = e->failed};
}

bool ledger_merge_event(struct ledger *l, struct process *process, const Profd__Event *message,
			ledger_new_event *heard, void *context)
{
	char error[PROF_ERROR_TEXT_MAX + 1];
	struct event *e;
	bool has_error = message->failed && message->error[0] != '\0';

	if (message->sequence <= process->sequence)
		return true;
	if (!message->running && !message->failed && message->threshold_ns == 0) {
		drop_running(l, process->id, message->call);
		process->sequence = message->sequence;
		ledger_change_process(l, process);
		return true;
	}
	name_copy(error, sizeof(error), message->error, strlen(message->error));
	e = ledger_make_event(l, has_error ? error : NULL);
	if (e == NULL)
		return false;
	e->process = process->id;
	e->owner = process->owner;
	e->call = message->call;
	e->path = ledger_path(l, ledger_standing(process, message->path)->path);
	e->pid = process->pid;
	e->started_at_ns = message->started_at_ns;
	e->duration_ns = message->duration_ns;
	e->threshold_ns = message->threshold_ns;
	e->running = message->running;
	e->failed = message->failed;
	if (heard != NULL) {
		struct ledger_event told = ledger_event_of(e);

		heard(context, &told);
	}
	drop_running(l, process->id, message->call);
	ledger_append_event(l, e);
	process->sequence = message->sequence;
	ledger_change_process(l, process);
	return true;
}

void ledger_clear_events(struct ledger *l, const struct function *function)
{
	struct event *next;

	for (struct event *e = l->first_event; e != NULL; e = next) {
		next = e->next;
		if (function == NULL || e->path->function == function)
			take_event(l, e);
	}
}
