/*
 * Blocks of threads: making them, handing them on, and everything of them that is not hot.
 */
#include "client/record/thread.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "client/base/guard.h"
#include "client/base/life.h"
#include "client/base/options.h"
#include "proto/name.h"

#define FIRST_CELLS 64

__thread struct thread *thread_current;
int64_t thread_epoch;
uint64_t thread_settings = 1;
bool thread_off;

static struct {
	pthread_mutex_t lock; /* of the free blocks; the pushing thread never takes it */
	struct thread *all;   /* atomic, grows at its head */
	struct thread *free;
	uint32_t count;
	uint64_t generation;
	pthread_once_t once;
	pthread_key_t key;
} threads = {.lock = PTHREAD_MUTEX_INITIALIZER, .generation = 1, .once = PTHREAD_ONCE_INIT};

struct thread *thread_first(void)
{
	return OBSERVE(threads.all);
}

uint64_t thread_generation(void)
{
	return threads.generation;
}

bool thread_is_on_signal_stack(uintptr_t *low, uintptr_t *high)
{
	stack_t stack;

	if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_ONSTACK))
		return false;
	*low = (uintptr_t)stack.ss_sp;
	*high = *low + stack.ss_size;
	return true;
}

/* What a call that will never go on has left half done: of it and the one before, each may be
 * missing. */
static void mend(struct thread *t)
{
	uint64_t sequence = READ(t->sequence);

	if ((sequence & 1) != 0) {
		WRITE(t->last, &t->nothing);
		WRITE(t->ticks, 0);
		WRITE(t->sequence, sequence + 1);
	}
	WRITE(t->inside, 0);
}

/* A handler that interrupted us runs below what it interrupted, or on a stack of its own. */
bool thread_was_left(struct thread *t, uintptr_t frame)
{
	bool left = frame >= t->inside;
	uintptr_t low, high;

	if (thread_is_on_signal_stack(&low, &high) && (t->inside < low || t->inside >= high))
		left = false;
	if (left)
		mend(t);
	else
		WRITE(t->refused, t->refused + 1);
	return left;
}

uint64_t prof_refused_calls(void)
{
	uint64_t refused = 0;

	for (struct thread *t = thread_first(); t != NULL; t = t->next)
		refused += OBSERVE(t->refused);
	return refused;
}

/* The thread has ended: its block waits for the next one. Calls that other key destructors make
 * bring it back. One that was cancelled may have been in the middle of a call. */
static void detach(void *block)
{
	struct thread *t = block;
	struct guard guard;

	guard_begin(&guard);
	thread_current = NULL;
	if (t->generation == threads.generation) {
		mend(t);
		WRITE(t->top, &t->chunks->open[0]);
		pthread_mutex_lock(&threads.lock);
		t->next_free = threads.free;
		threads.free = t;
		pthread_mutex_unlock(&threads.lock);
	}
	guard_end(&guard);
}

void thread_lock(void)
{
	pthread_mutex_lock(&threads.lock);
}

void thread_unlock(void)
{
	pthread_mutex_unlock(&threads.lock);
}

void thread_forget_all(void)
{
	threads.generation++;
	threads.all = threads.free = NULL;
	threads.count = 0;
	thread_current = NULL;
}

static void start_once(void)
{
	WRITE(thread_off, options_disabled() || pthread_key_create(&threads.key, detach) != 0);
	if (READ(thread_off))
		return;
	clock_start();
	life_watch_forks();
}

static struct thread *make_block(void)
{
	struct memory memory = {0};
	struct thread *t = memory_take(&memory, (sizeof(*t) + 63) & ~(size_t)63);

	if (t == NULL)
		return NULL;
	t->cells = memory_take(&memory, FIRST_CELLS * sizeof(*t->cells));
	t->chunks = memory_pages(CHUNK_SIZE);
	t->shift = 64 - __builtin_ctz(FIRST_CELLS);
	t->seconds = clock_chosen.seconds;
	t->counter_clock = clock_chosen.counter;
	t->memory = memory;
	node_init(&t->nothing, t);
	node_init(&t->root, t);
	t->last = &t->nothing;
	/* `nothing` swallows what is folded before the first call: calls of no duration, in the
	 * lowest octave. */
	if (t->cells == NULL || t->chunks == NULL ||
	    counter_octave(t, &t->nothing.returned, 0) == NULL)
		return NULL;
	t->generation = threads.generation;
	t->chunks->open[0] = (struct open_call){&t->root, 0, UINTPTR_MAX, UINTPTR_MAX};
	t->top = &t->chunks->open[0];
	t->number = __atomic_add_fetch(&threads.count, 1, __ATOMIC_RELAXED);
	t->next = __atomic_load_n(&threads.all, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&threads.all, &t->next, t, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED))
		;
	return t;
}

static struct thread *take_block(void)
{
	struct thread *t;

	pthread_mutex_lock(&threads.lock);
	t = threads.free;
	if (t != NULL)
		threads.free = t->next_free;
	pthread_mutex_unlock(&threads.lock);
	return t == NULL ? make_block() : t;
}

static void attach(void)
{
	struct thread *t;

	pthread_once(&threads.once, start_once);
	if (READ(thread_off))
		return;
	t = take_block();
	if (t != NULL && pthread_setspecific(threads.key, t) == 0)
		thread_current = t;
	else if (t != NULL)
		detach(t);
	if (thread_current != NULL)
		life_thread_attached();
}

struct thread *thread_attach(void)
{
	int before = errno;
	struct guard guard;

	guard_begin(&guard);
	if (thread_current == NULL) /* a handler may have come first */
		attach();
	guard_end(&guard);
	errno = before;
	return thread_current;
}

static void new_settings(void)
{
	WRITE(thread_settings, READ(thread_settings) + 1);
}

void thread_set_epoch(int64_t epoch)
{
	if (READ(thread_epoch) == epoch)
		return;
	WRITE(thread_epoch, epoch);
	new_settings();
}

void node_set_slow(struct node *n, uint64_t slow_from)
{
	if (READ(n->slow_from) == slow_from)
		return;
	WRITE(n->slow_from, slow_from);
	new_settings();
}

/* Between begin and end of a change. */
static void fold(struct thread *t)
{
	struct node *n = t->last;

	WRITE(t->folds, t->folds + 1);
	counter_add(t, n, &n->returned, t->ticks, (double)(int64_t)t->ticks * t->seconds, 1);
}

void thread_returned_otherwise(struct thread *t, struct node *n, uint64_t ticks)
{
	uint64_t sequence = thread_begin_change(t);

	fold(t);
	WRITE(t->last, n);
	WRITE(t->ticks, ticks);
	thread_end_change(t, sequence);
}

static void report(struct thread *t, const struct node *n, uint64_t duration, bool slow,
		   const struct outcome *o)
{
	struct event *e;

	if (t->events == NULL) {
		struct event_ring *ring = memory_take(&t->memory, sizeof(*ring));

		if (ring == NULL)
			return;
		WRITE(t->events, ring);
	}
	e = event_next(t->events);
	if (e == NULL)
		return;
	*e = (struct event){.path = n->path, .failed = o->failed, .start = o->start};
	e->call = call_name(o->start, o->thread);
	e->duration_ns = n->unit == UNIT_NS ? duration : clock_ns(duration);
	if (slow)
		e->threshold_ns = n->unit == UNIT_NS ? n->slow_from : clock_ns(n->slow_from);
	if (o->error != NULL)
		name_copy(e->error, sizeof(e->error), o->error,
			  strnlen(o->error, 4 * sizeof(e->error)));
	event_publish(t->events);
}

void thread_count_calls(struct thread *t, struct node *n, uint64_t duration,
			const struct outcome *o)
{
	double seconds =
		n->unit == UNIT_NS ? (double)duration * 1e-9 : (double)duration * t->seconds;
	bool slow = duration >= __atomic_load_n(&n->slow_from, __ATOMIC_RELAXED);
	struct counter *c = o->failed ? node_failed(t, n) : &n->returned;
	uint64_t sequence;

	if (c == NULL)
		c = &n->returned;
	sequence = thread_begin_change(t);
	fold(t);
	WRITE(t->last, &t->nothing);
	WRITE(t->ticks, 0);
	counter_add(t, n, c, duration, seconds, o->count);
	if (slow)
		WRITE(n->slow, READ(n->slow) + o->count);
	thread_end_change(t, sequence);
	if (slow || (o->error != NULL && o->error[0] != '\0'))
		report(t, n, duration, slow, o);
}
