/*
 * What a recording thread writes: its tallies (nodes), its open calls, its events. The thread
 * alone writes, the pushing thread alone reads (snapshot.c). No lock, no system call, no allocation
 * but for a new path or octave.
 *
 * The protocol between the two, which snapshot.c relies on:
 * - A finished call is first kept as the thread's `last` and folded into its node when the next
 * call ends: by then its duration has long been known, so the work hides behind the reading of the
 * clock.
 * - `sequence` is odd while the thread folds and replaces `last`, and is even and larger
 * afterwards. All fields that the pushing thread reads are written with release stores (which cost
 * nothing on x86) between the two stores of `sequence`: who sees any of them sees the odd value
 * too.
 * - Counters only grow, except min and max, which begin anew when the epoch changes; `epoch` is
 * EPOCH_NONE meanwhile.
 * - A node, an octave, a stack chunk and a slot of an asynchronous call, once made, stay where they
 * are. The block of a thread that ended is handed to the next new thread with all that it holds:
 * its tallies go on growing.
 */
#ifndef CLIENT_RECORD_THREAD_H
#define CLIENT_RECORD_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/base/clock.h"
#include "client/record/event.h"
#include "client/base/memory.h"
#include "client/record/registry.h"
#include "proto/histogram.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

/* Shared fields: relaxed reads by their only writer, release writes. */
#define READ(field)	 __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define WRITE(field, to) __atomic_store_n(&(field), (to), __ATOMIC_RELEASE)
#define OBSERVE(field)	 __atomic_load_n(&(field), __ATOMIC_ACQUIRE)

/* As profd counts epochs, from 0; or min and max are being changed, or there are none. */
#define EPOCH_NONE -1

/* The calls of one kind (returned or failed) of one path on one thread, in units of the node. */
struct counter {
	uint64_t sum, min, max;
	int64_t epoch; /* in which min and max were seen */
	uint64_t *octave[HISTOGRAM_OCTAVES];
};

/* A path as met on one thread, for durations of one unit. */
struct node {
	uint64_t slow_from; /* a call this long is slow; written by the pushing thread */
	uint64_t version;   /* of the counters: grows with each change, but for those by a hand */
	uint64_t slow;	    /* calls that passed the threshold */
	uint32_t path;	    /* 0: the root, or a place for nothing */
	uint32_t below;	    /* the path that its callees stand below */
	uint32_t function;  /* 0, where there is no path */
	uint8_t unit;	    /* enum unit */
	bool collapsed;	    /* counts calls of paths that found no room */
	bool in_hand;	    /* a hand counts in it */
	uint64_t seen;	    /* pushing thread: the version it read last */
	struct thread *thread;
	struct node *next;	/* of the thread; does not change */
	struct node *sibling;	/* of the path, on other threads; does not change */
	struct counter *failed; /* made when the first call fails */
	struct counter returned;
};

/*
 * An open call. `frame` is where the stack stood when it began: frames of callees lie below, so an
 * entry whose frame is below that of a new call was left by longjmp. `scope` is the address of its
 * prof_scope with flags; 0 when it was closed from elsewhere.
 */
#define OPEN_FAILED  (uintptr_t)1
#define OPEN_ENTERED (uintptr_t)2 /* an asynchronous call: `start` is its slot's address */
#define OPEN_FLAGS   (OPEN_FAILED | OPEN_ENTERED)

struct open_call {
	struct node *node;
	uint64_t start;
	uintptr_t frame, scope;
};

#define CHUNK_SIZE  4096
#define CHUNK_CALLS (CHUNK_SIZE / sizeof(struct open_call) - 1)

/* Open calls lie in chunks; the first entry of a chunk repeats the last of the one before, so calls
 * find their parent. */
struct chunk {
	struct open_call open[CHUNK_CALLS];
	struct chunk *next, *previous;
	uint64_t number; /* 0, 1, 2 ... from the outermost */
	uint64_t unused;
};

/* An open asynchronous call. `ticket` is odd while it is open. */
struct slot {
	uint64_t ticket, start;
	struct node *node;
	struct thread *owner;
	struct slot *next_free;
	uint64_t failed; /* whether a failure is kept for it */
	uint64_t unused[2];
};

/* The slot of a call that is open in this process; else NULL. */
struct slot *call_slot(const struct thread *t, const prof_call *call);

/* Marks the call in the slot failed; `t` has been entered. */
prof_error call_fail(struct thread *t, struct slot *s, const char *message);

#define SLAB_SLOTS 63

struct slab {
	struct slot slot[SLAB_SLOTS];
	struct slab *next;
	uint64_t unused[7];
};

/* Finds a node by (parent path, function, unit); open addressing. See node.c for the other keys. */
struct cell {
	uint64_t key;
	union {
		struct node *node;
		struct open_call *outermost;
	};
};

/*
 * What records by handle need, found once: the node of a function below the innermost open call,
 * and the durations that are plain there, as the bits of doubles, which sort as the doubles do. A
 * duration between two that were recorded in this epoch changes neither min nor max and is not
 * slow. It holds as long as `settings` does.
 */
struct hand {
	const struct prof_function *function; /* NULL: empty */
	const struct node *under;
	uint64_t settings;
	uint64_t low, span;
	struct node *node;
	int64_t epoch;	 /* of the node when it was taken */
	uint64_t misses; /* plain records of other paths since */
};

#define HANDS	      8
#define HAND_PATIENCE 64

#define REPORTED_MAX 256

/* An open call that was reported as running. */
struct reported {
	uint64_t start;
	uint32_t path;
};

struct failure;

struct thread {
	uint64_t sequence;
	uint64_t folds;	       /* how often `last` was folded; grows before the fold begins */
	struct node *last;     /* the call to be folded: its node, and */
	uint64_t ticks;	       /* how long it took */
	struct open_call *top; /* the innermost open call */
	struct cell *cells;
	uint64_t shift; /* 64 - log2 of the number of cells */
	double seconds; /* of a tick */
	uint64_t counter_clock;
	uintptr_t inside; /* where the stack stood when this thread entered us; 0: it is not in here
			   */

	struct node nothing; /* what `last` points to when there is none */
	struct node root;    /* the parent of outermost calls */
	struct slot *free_slots;
	struct hand hands[HANDS]; /* by the number of the function */

	/* Rarely touched. */
	struct slot *returned_slots; /* ended by other threads; atomic stack, taken as a whole */
	struct slab *slabs;
	struct node *nodes;
	struct chunk *chunks;
	struct event_ring *events;
	struct failure *failures; /* of calls that began on this thread; any thread searches it */
	uint64_t refused;	  /* calls by signal handlers that had interrupted us */
	uint32_t used_cells;
	uint32_t number;
	uint64_t generation; /* of the process: a fork makes it older */
	struct memory memory;
	struct thread *next;	  /* of all threads; does not change */
	struct thread *next_free; /* under the lock of free blocks */

	/* The pushing thread's own. */
	uint64_t began_sequence, seen_sequence; /* when this snapshot began, the last one */
	struct reported *reported;		/* REPORTED_MAX of them */
	unsigned reported_count;
};

extern __thread struct thread *thread_current
	__attribute__((tls_model("initial-exec"), visibility("hidden")));

/* This thread's block, made if need be. NULL when the library is switched off or there is no
 * memory. */
struct thread *thread_attach(void);

/* The library was found to be switched off. */
extern bool thread_off __attribute__((visibility("hidden")));

static inline struct thread *thread_here(void)
{
	struct thread *t = thread_current;

	return UNLIKELY(t == NULL) && !READ(thread_off) ? thread_attach() : t;
}

/*
 * A signal handler may call us while it interrupts us on the same thread. What it interrupted is
 * half done, so it is sent away, and that is counted. `inside` is set before anything of the block
 * is read, and cleared after all has been written.
 */
static inline __attribute__((always_inline)) uintptr_t thread_frame(void)
{
	return (uintptr_t)__builtin_frame_address(0);
}

/* `inside` is set: whether by a call that will never go on, since a handler left by siglongjmp.
 * Then the block is put right. */
bool thread_was_left(struct thread *t, uintptr_t frame);

/* Where `inside` was found to be 0. */
static inline void thread_go_in(struct thread *t, uintptr_t frame)
{
	__atomic_store_n(&t->inside, frame, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

static inline bool thread_enter(struct thread *t, uintptr_t frame)
{
	if (UNLIKELY(READ(t->inside) != 0) && !thread_was_left(t, frame))
		return false;
	thread_go_in(t, frame);
	return true;
}

static inline void thread_leave(struct thread *t)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__atomic_store_n(&t->inside, 0, __ATOMIC_RELAXED);
}

/* The stack that signal handlers run on by the host's wish, if this is one of them. */
bool thread_is_on_signal_stack(uintptr_t *low, uintptr_t *high);

/* All blocks of this process; follow `next`. */
struct thread *thread_first(void);

/* 1 for the process that loaded the library, one more after each fork. */
uint64_t thread_generation(void);

/* Around fork: the child gets free blocks that nobody is handing out. */
void thread_lock(void);
void thread_unlock(void);

/* In the child: the blocks are the parent's. They stay mapped, since scopes of its open calls point
 * to them; they are not the child's to count. */
void thread_forget_all(void);

/* The epoch of the process; set by the pushing thread. */
extern int64_t thread_epoch __attribute__((visibility("hidden")));

/* Grows after thread_epoch or the threshold of any node has changed; set by the pushing thread. */
extern uint64_t thread_settings __attribute__((visibility("hidden")));

/* The pushing thread learned of another epoch. What is recorded in this very moment counts on
 * either side of it. */
void thread_set_epoch(int64_t epoch);

/* A node's threshold: from now on calls this long are slow. */
void node_set_slow(struct node *n, uint64_t slow_from);

static inline uint64_t node_key(uint32_t parent, uint32_t function, enum unit unit)
{
	return (uint64_t)parent << 32 | (uint64_t)function << 1 | (uint64_t)unit;
}

/* Where a key is looked for first (Knuth's multiplicative hashing). */
static inline uint64_t key_cell(const struct thread *t, uint64_t key)
{
	return key * UINT64_C(0x9e3779b97f4a7c15) >> t->shift;
}

/* The node of the function below the parent; NULL without memory. The slow half of node_find. */
struct node *node_search(struct thread *t, uint32_t parent, uint32_t function, enum unit unit);

/* The same for a scope, whose entry is about to become `next`: with another node where the function
 * is open further out. */
struct node *node_search_scope(struct thread *t, uint32_t parent, uint32_t function,
			       struct open_call *next);

/* An asynchronous call of the function has got this entry. */
void node_entered(struct thread *t, uint32_t function, struct open_call *o);

/* Whether the first lies further in than the second. */
bool open_call_is_above(const struct open_call *a, const struct open_call *b);

/* The entry itself, where this is the copy at the start of a chunk. */
struct open_call *open_call_original(struct open_call *o);

/* The same, if it is found at the first place looked at; else NULL. */
static inline struct node *node_known(const struct thread *t, uint32_t parent, uint32_t function,
				      enum unit unit)
{
	uint64_t key = node_key(parent, function, unit);
	const struct cell *p = &t->cells[key_cell(t, key)];

	return UNLIKELY(p->key != key) ? NULL : p->node;
}

static inline struct node *node_find(struct thread *t, uint32_t parent, uint32_t function,
				     enum unit unit)
{
	struct node *n = node_known(t, parent, function, unit);

	return UNLIKELY(n == NULL) ? node_search(t, parent, function, unit) : n;
}

/* A node of no path yet. */
void node_init(struct node *n, struct thread *t);

/* This thread's node for the path of another thread's node. */
struct node *node_here(struct thread *t, const struct node *other);

/* A zeroed octave of 64 counters. Without memory the nearest that is there: in a wrong bucket, but
 * not lost; or NULL. */
uint64_t *counter_octave(struct thread *t, struct counter *c, unsigned octave);

/* Of zeroed memory. */
static inline void counter_init(struct counter *c)
{
	c->min = UINT64_MAX;
	c->epoch = EPOCH_NONE;
}

/* min and max begin anew. */
void counter_begin_epoch(struct counter *c, int64_t epoch, uint64_t duration);

/* The tally of failed calls, made if need be; NULL without memory. */
struct counter *node_failed(struct thread *t, struct node *n);

/*
 * Adds `count` calls of this duration. Between thread_begin_change and thread_end_change only. sum,
 * min and max are written before the bucket: whoever sees a call counted sees it in them as well.
 */
void counter_add(struct thread *t, struct node *n, struct counter *c, uint64_t duration,
		 double seconds, uint64_t count);

/* The bucket where one more call only adds to sum and bucket: its octave is there, min and max
 * stay. Else NULL. */
static inline uint64_t *counter_plain(const struct counter *c, uint64_t duration, double seconds)
{
	struct histogram_place place = histogram_place(seconds);
	uint64_t *octave = READ(c->octave[place.octave]);

	if (UNLIKELY(octave == NULL) || UNLIKELY(READ(c->epoch) != READ(thread_epoch)) ||
	    UNLIKELY(duration < READ(c->min)) || UNLIKELY(duration > READ(c->max)))
		return NULL;
	return octave + place.bucket;
}

static inline void counter_add_plain(struct node *n, struct counter *c, uint64_t duration,
				     uint64_t *bucket)
{
	WRITE(c->sum, READ(c->sum) + duration);
	WRITE(*bucket, READ(*bucket) + 1);
	WRITE(n->version, READ(n->version) + 1);
}

/* Begins a change; what it returns is what thread_end_change needs. It is read once: each reading
 * waits for the last store. */
static inline uint64_t thread_begin_change(struct thread *t)
{
	uint64_t sequence = READ(t->sequence);

	__atomic_store_n(&t->sequence, sequence + 1, __ATOMIC_RELAXED);
	return sequence;
}

static inline void thread_end_change(struct thread *t, uint64_t sequence)
{
	WRITE(t->sequence, sequence + 2);
}

/* Folds the call that ended last and keeps this one; in any case, and in the plain one. */
void thread_returned_otherwise(struct thread *t, struct node *n, uint64_t ticks);

/* A call that has just returned: folds the one before it and keeps this one. The hot half of every
 * end. */
static inline void thread_returned(struct thread *t, struct node *n, uint64_t ticks)
{
	struct node *last = READ(t->last);
	uint64_t duration = READ(t->ticks), sequence;
	uint64_t *bucket =
		counter_plain(&last->returned, duration, (double)(int64_t)duration * t->seconds);

	if (UNLIKELY(bucket == NULL)) {
		thread_returned_otherwise(t, n, ticks);
		return;
	}
	sequence = thread_begin_change(t);
	WRITE(t->folds, READ(t->folds) + 1);
	counter_add_plain(last, &last->returned, duration, bucket);
	WRITE(t->last, n);
	WRITE(t->ticks, ticks);
	thread_end_change(t, sequence);
}

/*
 * Counts calls at once that need more than thread_returned does: they failed, are slow, or were
 * measured elsewhere. `start` (ticks) tells when they began. Without memory for the failed tally
 * the call is counted as returned.
 */
struct outcome {
	uint64_t start, count;
	uint32_t thread; /* number of the one that it began on */
	bool failed;
	const char *error; /* NULL or the message */
};

/* Names a call of this process; a thread begins one at a time. */
static inline uint64_t call_name(uint64_t start, uint32_t thread)
{
	return start ^ (uint64_t)thread << 52;
}

void thread_count_calls(struct thread *t, struct node *n, uint64_t duration,
			const struct outcome *outcome);

#endif
