/*
 * Scopes: synchronous calls. prof_scope_begin and prof_scope_end are the hot path: two readings of
 * the clock, and what hides behind them. Whatever is not the plain case is settled out of line.
 */
#include "client/record/failure.h"
#include "client/record/thread.h"

/* What a prof_scope holds. It knows all that its end needs, should its entry be gone by then. */
struct scope {
	struct thread *thread;	/* NULL: not timed */
	struct open_call *open; /* plus 1 once prof_scope_fail has marked it */
	struct node *node;
	uint64_t start;
};

_Static_assert(sizeof(struct scope) == sizeof(struct prof_scope), "the public struct has the room");
_Static_assert(sizeof(struct chunk) == CHUNK_SIZE, "a chunk is a page");
_Static_assert(sizeof(struct slab) % 64 == 0, "slots lie in cache lines");

static struct chunk *chunk_of(const struct open_call *o)
{
	return (struct chunk *)((uintptr_t)o & ~(uintptr_t)(CHUNK_SIZE - 1));
}

struct open_call *open_call_original(struct open_call *o)
{
	struct chunk *c = chunk_of(o);

	return o == &c->open[0] && c->previous != NULL ? &c->previous->open[CHUNK_CALLS - 1] : o;
}

bool open_call_is_above(const struct open_call *a, const struct open_call *b)
{
	const struct chunk *ca = chunk_of(a), *cb = chunk_of(b);

	return ca == cb ? a > b : ca->number > cb->number;
}

/* The entry for the next call, in the next chunk; NULL without memory. */
static struct open_call *next_chunk(struct open_call *top)
{
	struct chunk *full = chunk_of(top), *next = full->next;

	if (next == NULL) {
		next = memory_pages(CHUNK_SIZE);
		if (next == NULL)
			return NULL;
		next->previous = full;
		next->number = full->number + 1;
	}
	WRITE(next->open[0].node, top->node);
	WRITE(next->open[0].start, top->start);
	next->open[0].frame = top->frame;
	next->open[0].scope = top->scope;
	WRITE(full->next, next);
	return &next->open[1];
}

/* Whether an entry is not that of a call that is open below the new one: its frame is gone, or it
 * is this very scope. */
static inline bool is_left(const struct open_call *o, uintptr_t frame, const struct scope *s)
{
	uintptr_t scope = READ(o->scope) & ~OPEN_FLAGS;

	return o->frame < frame || scope == (uintptr_t)s || scope == 0;
}

/* Closes what was left by longjmp, or closed from another thread. Returns the innermost that is
 * really open. */
__attribute__((noinline)) static struct open_call *heal(struct thread *t, uintptr_t frame,
							const struct scope *s)
{
	struct open_call *o = open_call_original(READ(t->top));
	uintptr_t low, high;
	bool apart = thread_is_on_signal_stack(&low, &high);

	while (o->node != &t->root && is_left(o, frame, s)) {
		/* On the stack of signal handlers nothing tells whether what lies on the other was
		 * left. */
		if (apart && (o->frame < low || o->frame >= high) && READ(o->scope) != 0)
			break;
		WRITE(o->scope, 0);
		o = open_call_original(o - 1);
	}
	WRITE(t->top, o);
	return o;
}

/* The node where it is not the first one looked at; so the entry is found twice. */
__attribute__((noinline)) static struct node *find_node(struct thread *t, uint32_t function)
{
	struct open_call *top = READ(t->top), *next = top + 1;

	if (next == &chunk_of(next)->open[CHUNK_CALLS] && (next = next_chunk(top)) == NULL)
		return NULL;
	return node_search_scope(t, READ(top->node)->below, function, next);
}

/* Begins a call of the function: the plain case. */
static inline void begin_on(struct thread *t, struct scope *s, uint32_t function, uintptr_t frame)
{
	struct open_call *o = READ(t->top);
	struct node *n;

	if (UNLIKELY(is_left(o, frame, s)))
		o = heal(t, frame, s);
	n = node_known(t, READ(o->node)->below, function, UNIT_TICKS);
	if (UNLIKELY(n == NULL) && (n = find_node(t, function)) == NULL)
		return;
	o++;
	if (UNLIKELY(o == &chunk_of(o)->open[CHUNK_CALLS]) && (o = next_chunk(o - 1)) == NULL)
		return;
	s->thread = t;
	s->open = o;
	s->node = n;
	WRITE(o->node, n);
	o->frame = frame;
	WRITE(o->scope, (uintptr_t)s);
	s->start = clock_ticks(t->counter_clock);
	WRITE(o->start, s->start);
	WRITE(t->top, o);
}

/* Begins a call on a thread, of a function, that may be met for the first time. Returns the
 * function's number; 0 where the call is not timed. */
__attribute__((noinline)) static uint32_t begin_named(struct scope *s, const char *name,
						      uintptr_t frame)
{
	struct thread *t = thread_here();
	struct prof_function *f;
	prof_error error;

	s->thread = NULL;
	f = t == NULL ? NULL : registry_function(name, &error);
	if (f == NULL || !thread_enter(t, frame))
		return 0;
	begin_on(t, s, f->id, frame);
	thread_leave(t);
	return f->id;
}

/* The first call of the thread or of the site: finds out who they are, or that the library is off.
 */
static void begin_first(struct scope *s, struct prof_site *site, uintptr_t frame)
{
	uint32_t function = begin_named(s, site->name, frame);

	if (function != 0)
		__atomic_store_n(&site->private_, function, __ATOMIC_RELAXED);
	else if (READ(thread_off))
		__atomic_store_n(&site->private_, PROF_SITE_OFF_, __ATOMIC_RELAXED);
}

void prof_scope_begin(struct prof_scope *scope, struct prof_site *site)
{
	uint32_t function = (uint32_t)READ(site->private_);
	uintptr_t frame = thread_frame();
	struct scope *s = (struct scope *)scope;
	struct thread *t = thread_current;

	s->thread = NULL;
	if (UNLIKELY(t == NULL) || UNLIKELY(function == 0)) {
		begin_first(s, site, frame);
	} else if (thread_enter(t, frame)) {
		begin_on(t, s, function, frame);
		thread_leave(t);
	}
}

void prof_scope_begin_dynamic(struct prof_scope *scope, const char *name)
{
	begin_named((struct scope *)scope, name, thread_frame());
}

/* Takes the call's entry, and what was left above it, off its stack. Returns what `scope` was; 0
 * where the entry is another's by now. */
static uintptr_t close_entry(struct scope *s, struct open_call *o)
{
	uintptr_t mark = READ(o->scope);

	if ((mark & ~OPEN_FLAGS) != (uintptr_t)s)
		return 0;
	WRITE(o->scope, 0);
	/* Its own thread heals its stack: an entry without scope counts as left. */
	if (s->thread == thread_current && !open_call_is_above(o, READ(s->thread->top)))
		WRITE(s->thread->top, o - 1);
	return mark;
}

static struct failure_key key_of(const struct scope *s)
{
	return (struct failure_key){(uintptr_t)s, s->start};
}

/* The end of a call that is slow, failed, or not the innermost one of this thread. */
__attribute__((noinline)) static void end_otherwise(struct thread *t, struct scope *s, uint64_t now)
{
	struct outcome outcome = {.start = s->start, .count = 1, .thread = s->thread->number};
	uintptr_t failed = (uintptr_t)s->open & 1;
	uintptr_t mark = close_entry(s, (struct open_call *)((uintptr_t)s->open - failed));
	struct node *n = s->thread == t ? s->node : node_here(t, s->node);
	struct failure *failure = NULL;

	failed |= mark & OPEN_FAILED;
	/* Of an entry that is gone nothing tells whether it was marked before. */
	if (failed != 0 || mark == 0)
		failure = failure_take(s->thread, key_of(s));
	outcome.failed = failed != 0 || failure != NULL;
	outcome.error = failure == NULL ? NULL : failure->message;
	if (n != NULL)
		thread_count_calls(t, n, now > s->start ? now - s->start : 0, &outcome);
	failure_release(failure);
}

/* The end on another thread than that of the beginning, or after a fork. */
__attribute__((noinline)) static void end_elsewhere(struct scope *s, uint64_t now, uintptr_t frame)
{
	struct thread *t;

	/* A call that was open at a fork belongs to the parent alone. */
	if (s->thread->generation != thread_generation())
		return;
	t = thread_here();
	if (t == NULL || !thread_enter(t, frame))
		return;
	end_otherwise(t, s, now);
	thread_leave(t);
}

void prof_scope_end(struct prof_scope *scope)
{
	struct scope *s = (struct scope *)scope;
	uintptr_t frame = thread_frame();
	struct thread *t = s->thread;
	struct open_call *o = s->open;
	uint64_t now, ticks;

	if (UNLIKELY(t == NULL))
		return;
	now = clock_ticks(t->counter_clock);
	if (UNLIKELY(t != thread_current)) {
		end_elsewhere(s, now, frame);
		return;
	}
	if (UNLIKELY(!thread_enter(t, frame)))
		return;
	ticks = now - s->start;
	if (UNLIKELY(READ(t->top) != o) || UNLIKELY(READ(o->scope) != (uintptr_t)s) ||
	    UNLIKELY(ticks >= READ(s->node->slow_from)) || UNLIKELY((int64_t)ticks < 0)) {
		end_otherwise(t, s, now);
	} else {
		WRITE(t->top, o - 1);
		thread_returned(t, s->node, ticks);
	}
	thread_leave(t);
}

/* Marks the innermost open call of the thread, which has entered. */
static prof_error fail(struct thread *t, const char *message)
{
	struct open_call *o = open_call_original(READ(t->top));
	uintptr_t scope;

	while (o->node != &t->root && READ(o->scope) == 0)
		o = open_call_original(o - 1);
	if (o->node == &t->root)
		return PROF_NO_CALL;
	scope = READ(o->scope) & ~OPEN_FLAGS;
	if ((READ(o->scope) & OPEN_ENTERED) != 0)
		return call_fail(t, (struct slot *)(uintptr_t)READ(o->start), message);
	if (!failure_keep(t, t, (struct failure_key){scope, READ(o->start)}, message))
		return PROF_NO_MEMORY;
	WRITE(o->scope, scope | OPEN_FAILED);
	return PROF_OK;
}

prof_error prof_fail(const char *message)
{
	struct thread *t = thread_current;
	prof_error error;

	if (t == NULL)
		return READ(thread_off) ? PROF_NOT_RUNNING : PROF_NO_CALL;
	if (!thread_enter(t, thread_frame()))
		return PROF_INTERRUPTED;
	error = fail(t, message);
	thread_leave(t);
	return error;
}

prof_error prof_scope_fail(struct prof_scope *scope, const char *message)
{
	struct scope *s = (struct scope *)scope;
	struct thread *t = thread_here();
	bool kept;

	if (s == NULL)
		return PROF_BAD_ARGUMENT;
	if (t == NULL)
		return PROF_NOT_RUNNING;
	if (s->thread == NULL || s->thread->generation != t->generation)
		return PROF_NO_CALL;
	if (!thread_enter(t, thread_frame()))
		return PROF_INTERRUPTED;
	kept = failure_keep(s->thread, t, key_of(s), message);
	if (kept)
		s->open = (struct open_call *)((uintptr_t)s->open | 1);
	thread_leave(t);
	return kept ? PROF_OK : PROF_NO_MEMORY;
}

/* An entry for an asynchronous call: it is not timed here, and only prof_call_leave takes it off.
 */
static prof_error enter(struct thread *t, struct scope *s, const prof_call *call)
{
	struct slot *slot = call_slot(t, call);
	struct open_call *o = READ(t->top);
	struct node *n;

	if (slot == NULL)
		return PROF_NO_CALL;
	n = node_here(t, READ(slot->node));
	if (is_left(o, 0, s))
		o = heal(t, 0, s);
	o++;
	if (o == &chunk_of(o)->open[CHUNK_CALLS])
		o = next_chunk(o - 1);
	if (n == NULL || o == NULL)
		return PROF_NO_MEMORY;
	*s = (struct scope){t, o, n, 0};
	WRITE(o->node, n);
	o->frame = UINTPTR_MAX;
	WRITE(o->scope, (uintptr_t)s | OPEN_ENTERED);
	WRITE(o->start, (uintptr_t)slot);
	node_entered(t, n->function, o);
	WRITE(t->top, o);
	return PROF_OK;
}

prof_error prof_call_enter(prof_call call, struct prof_scope *scope)
{
	struct thread *t = thread_here();
	prof_error error;

	if (scope == NULL)
		return PROF_BAD_ARGUMENT;
	((struct scope *)scope)->thread = NULL;
	if (t == NULL)
		return PROF_NOT_RUNNING;
	if (!thread_enter(t, thread_frame()))
		return PROF_INTERRUPTED;
	error = enter(t, (struct scope *)scope, &call);
	thread_leave(t);
	return error;
}

void prof_call_leave(struct prof_scope *scope)
{
	struct scope *s = (struct scope *)scope;
	struct thread *t = thread_current;

	if (s == NULL || s->thread == NULL || s->thread->generation != thread_generation())
		return;
	if (t != NULL && !thread_enter(t, thread_frame()))
		return;
	close_entry(s, s->open);
	s->thread = NULL;
	if (t != NULL)
		thread_leave(t);
}
