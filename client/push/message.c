/*
 * From standings to the bytes of a push.
 */
#include "client/push/message.h"

#include <unistd.h>

#include "client/record/policy.h"
#include "client/record/registry.h"
#include "client/record/thread.h"

/* What one push tells at most; the rest follows in the next one at once. */
#define STANDINGS_A_PUSH 4096
#define PATHS_A_PUSH	 16384

static void *allocate(struct wire_arena *a, size_t size)
{
	return a->allocator.alloc(a->allocator.allocator_data, size == 0 ? 1 : size);
}

static bool add_paths(Profd__Push *push, uint32_t from, uint32_t to, struct wire_arena *a)
{
	size_t count = to > from ? to - from : 0;
	Profd__Path *paths = allocate(a, count * sizeof(*paths));

	push->paths = allocate(a, count * sizeof(*push->paths));
	if (paths == NULL || push->paths == NULL)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct path *p = registry_path_at(from + i + 1);

		profd__path__init(&paths[i]);
		paths[i].id = p->id;
		paths[i].parent = p->parent;
		paths[i].function = p->function->name;
		paths[i].recursive = p->recursive;
		push->paths[i] = &paths[i];
	}
	push->n_paths = count;
	return true;
}

static Profd__Tally *make_tally(const struct tally *t, struct wire_arena *a)
{
	unsigned used = t->histogram.used;
	Profd__Tally *message = allocate(a, sizeof(*message));
	int32_t *index = allocate(a, used * sizeof(*index));
	uint64_t *count = allocate(a, used * sizeof(*count));

	if (message == NULL || index == NULL || count == NULL)
		return NULL;
	wire_write_tally(message, t, index, count);
	/* profd would refuse the push. */
	if (message->sum_ns > PROF_NUMBER_MAX)
		message->sum_ns = PROF_NUMBER_MAX;
	return message;
}

static Profd__Standing *make_standing(const struct standing *s, uint32_t path, struct wire_arena *a)
{
	Profd__Standing *message = allocate(a, sizeof(*message));

	if (message == NULL)
		return NULL;
	profd__standing__init(message);
	message->path = path;
	message->epoch = (uint64_t)s->epoch;
	message->slow = s->slow;
	if (tally_calls(&s->returned) != 0 &&
	    (message->returned = make_tally(&s->returned, a)) == NULL)
		return NULL;
	if (tally_calls(&s->failed) != 0 && (message->failed = make_tally(&s->failed, a)) == NULL)
		return NULL;
	return message;
}

/* Those that have grown since the snapshot that is safe, until the push is full or a path comes
 * that is not told yet. */
static bool add_standings(Profd__Push *push, const struct snapshot *s, struct content *content,
			  const struct letterhead *head, struct wire_arena *a)
{
	push->standings = allocate(a, STANDINGS_A_PUSH * sizeof(*push->standings));
	if (push->standings == NULL)
		return false;
	for (uint32_t path = head->next == 0 ? 1 : head->next; path < s->room; path++) {
		const struct standing *standing = &s->standings[path];

		if (standing->changed <= head->safe_snapshot)
			continue;
		if (push->n_standings == STANDINGS_A_PUSH || path > content->paths) {
			content->next = path;
			break;
		}
		push->standings[push->n_standings] = make_standing(standing, path, a);
		if (push->standings[push->n_standings++] == NULL)
			return false;
	}
	return true;
}

static bool add_events(Profd__Push *push, const struct snapshot *s, struct content *content,
		       struct wire_arena *a)
{
	Profd__Event *events = allocate(a, s->event_count * sizeof(*events));

	push->events = allocate(a, s->event_count * sizeof(*push->events));
	if (events == NULL || push->events == NULL)
		return false;
	for (uint32_t i = 0; i < s->event_count; i++) {
		const struct queued *q = &s->events[i];

		if (q->event.path > content->paths)
			break;
		profd__event__init(&events[i]);
		events[i].sequence = q->sequence;
		events[i].path = q->event.path;
		events[i].call = q->event.call;
		events[i].started_at_ns = q->started_at_ns;
		events[i].duration_ns = q->event.duration_ns;
		events[i].threshold_ns = q->event.threshold_ns;
		events[i].running = q->event.running;
		events[i].failed = q->event.failed;
		events[i].error = (char *)q->event.error;
		push->events[push->n_events++] = &events[i];
		content->event_sequence = q->sequence;
	}
	return true;
}

bool message_make(struct content *content, const struct snapshot *s, const struct letterhead *head,
		  struct wire_arena *arena)
{
	Profd__Push push = PROFD__PUSH__INIT;
	uint32_t known = registry_paths();

	wire_arena_reset(arena);
	*content = (struct content){0};
	content->paths =
		known - head->safe_paths > PATHS_A_PUSH ? head->safe_paths + PATHS_A_PUSH : known;
	push.version = PROF_PROTOCOL;
	push.process = (ProtobufCBinaryData){PROF_PROCESS_ID, (uint8_t *)head->process};
	push.generation = head->generation;
	push.since = head->since;
	push.program = (char *)head->program;
	push.pid = getpid();
	push.started_at_ns = head->started_at_ns;
	push.epoch = (uint64_t)READ(thread_epoch);
	push.policy = policy_generation();
	push.flush = head->flush;
	push.goodbye = head->goodbye;
	push.span_ns = head->span_ns;
	push.events_dropped = s->events_dropped;
	push.calls_collapsed = s->calls_collapsed;
	if (!add_paths(&push, head->safe_paths, content->paths, arena) ||
	    !add_standings(&push, s, content, head, arena) || !add_events(&push, s, content, arena))
		return false;
	/* Else an event of a path that is not told yet would wait for the next round. */
	if (content->next == 0 && content->paths < known)
		content->next = content->paths + 1;
	push.goodbye = head->goodbye && content->next == 0;
	content->empty = push.n_standings == 0 && push.n_events == 0 && content->next == 0;
	content->size = profd__push__get_packed_size(&push);
	content->data = allocate(arena, content->size);
	if (content->data == NULL)
		return false;
	profd__push__pack(&push, content->data);
	return true;
}
