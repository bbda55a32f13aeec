/*
 * Events: calls worth telling by themselves. The newest are kept, and those of calls that run as
 * long as they do: the event of a running call gives way to that of its end, or goes when it is
 * taken back.
 */
#include "daemon/ledger/data.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "proto/name.h"

/* Each kind has room of its own; failures are events too, but may fill half of their room only. */
enum kind { KIND_RUNNING, KIND_EVENT, KIND_FAILURE };

/* The call runs, as far as is known. */
static bool runs(const struct event *e)
{
	return e->running && e->ended_at_ns == 0;
}

static bool is_of(const struct event *e, enum kind kind)
{
	switch (kind) {
	case KIND_RUNNING:
		return runs(e);
	case KIND_EVENT:
		return !runs(e);
	case KIND_FAILURE: /* it failed with a message, and is not slow */
		return !runs(e) && e->threshold_ns == 0;
	}
	return false;
}

static void count_event(struct ledger *l, const struct event *e, int more)
{
	uint32_t running = is_of(e, KIND_RUNNING) ? (uint32_t)more : 0;
	uint32_t failures = is_of(e, KIND_FAILURE) ? (uint32_t)more : 0;
	uint32_t events = (uint32_t)more - running;

	l->running_events += running;
	l->failure_events += failures;
	l->events += events;
	if (e->owner == NULL)
		return;
	e->owner->running += running;
	e->owner->failures += failures;
	e->owner->events += events;
}

static void unlink_event(struct ledger *l, struct event *e)
{
	*(e->previous == NULL ? &l->first_event : &e->previous->next) = e->next;
	*(e->next == NULL ? &l->last_event : &e->next->previous) = e->previous;
	count_event(l, e, -1);
}

static void take_event(struct ledger *l, struct event *e)
{
	unlink_event(l, e);
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

/* The next batch tells that it is gone. At most twice limits.events of those that one told were
 * kept, so there is room to note each once. */
static void note_gone(struct ledger *l, const struct event *e)
{
	if (e->id <= l->collected_event)
		l->events_gone[l->events_gone_count++] = e->id;
}

/* Takes one out of the middle. */
static void drop_event(struct ledger *l, struct event *e)
{
	note_gone(l, e);
	take_event(l, e);
}

/* The oldest of the kind, of one owner (NULL: of anyone). There is one. */
static struct event *find_oldest(const struct ledger *l, enum kind kind, const struct owner *owner)
{
	struct event *e = l->first_event;

	while (!is_of(e, kind) || (owner != NULL && e->owner != owner))
		e = e->next;
	return e;
}

/* Who has more than a share makes room for what comes by itself; else the oldest gives way. */
static void make_room(struct ledger *l, enum kind kind, const struct owner *owner, uint32_t own,
		      uint32_t all, uint32_t limit)
{
	bool greedy = own > 1 && !ledger_leaves_room(l, own, all, limit, 0);
	struct event *e = find_oldest(l, kind, greedy ? owner : NULL);

	if (e == l->first_event)
		take_event(l, e);
	else
		drop_event(l, e);
}

/*
 * What happens all the time must not push out what is rare: failures fill at most half of the room,
 * and calls that run have room of their own, so that one which hangs is told as long as it does.
 */
static void keep_to_limits(struct ledger *l, const struct owner *owner)
{
	static const struct owner nobody;
	const struct owner *o = owner == NULL ? &nobody : owner;
	uint32_t most = l->limits.events, half = (most + 1) / 2;

	if (l->failure_events > half)
		make_room(l, KIND_FAILURE, owner, o->failures, l->failure_events, half);
	while (l->events > most)
		make_room(l, KIND_EVENT, owner, o->events, l->events, most);
	while (l->running_events > most)
		make_room(l, KIND_RUNNING, owner, o->running, l->running_events, most);
}

void ledger_append_event(struct ledger *l, struct event *e)
{
	e->previous = l->last_event;
	*(l->last_event == NULL ? &l->first_event : &l->last_event->next) = e;
	l->last_event = e;
	count_event(l, e, 1);
	l->dirty = true;
	keep_to_limits(l, e->owner);
}

/* That it never returns is an event of its own, the newest. */
void ledger_end_running(struct ledger *l, const struct process *process)
{
	struct event *next;

	for (struct event *e = l->first_event; e != NULL && l->running_events != 0; e = next) {
		next = e->next;
		if (!runs(e) || e->process != process->id)
			continue;
		note_gone(l, e);
		unlink_event(l, e);
		e->id = l->next_event++;
		e->next = NULL;
		e->ended_at_ns = process->ended_at_ns;
		ledger_append_event(l, e);
	}
}

static void drop_running(struct ledger *l, uint64_t process, uint64_t call)
{
	struct event *e = l->running_events == 0 ? NULL : l->last_event;

	while (e != NULL && !(runs(e) && e->process == process && e->call == call))
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
				     .failed = e->failed,
				     .unfinished = e->running && e->ended_at_ns != 0};
}

/* How long the call has been running, until its process ended or now; as heard otherwise. */
static uint64_t duration_at(const struct event *e, int64_t now_ns)
{
	int64_t until_ns = e->ended_at_ns != 0 ? e->ended_at_ns : now_ns;

	if (!e->running || until_ns <= e->heard_at_ns)
		return e->duration_ns;
	return e->duration_ns + ((uint64_t)until_ns - (uint64_t)e->heard_at_ns);
}

static bool tell_event(const struct event *e, const char *pattern, int64_t now_ns,
		       ledger_each_event *each, void *context)
{
	struct ledger_event told = ledger_event_of(e);
	char path[4096];

	if (pattern != NULL && fnmatch(pattern, told.function, 0) != 0)
		return true;
	told.duration_ns = duration_at(e, now_ns);
	return each(context, &told, ledger_print_path(path, sizeof(path), e->path));
}

void ledger_each_events(const struct ledger *l, const char *pattern, bool running, int64_t now_ns,
			ledger_each_event *each, void *context)
{
	bool more = true;

	for (const struct event *e = l->first_event; e != NULL && more; e = e->next)
		more = !runs(e) || tell_event(e, pattern, now_ns, each, context);
	for (const struct event *e = l->last_event; e != NULL && more && !running; e = e->previous)
		more = runs(e) || tell_event(e, pattern, now_ns, each, context);
}

bool ledger_merge_event(struct ledger *l, struct process *process, const Profd__Event *message,
			int64_t now_ns, ledger_new_event *heard, void *context)
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
	e->heard_at_ns = now_ns;
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
