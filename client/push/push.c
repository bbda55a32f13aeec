/*
 * The pushing thread, and how others wait for it (flush, exit).
 */
#include "client/push/push.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "client/link/aside.h"
#include "client/base/clock.h"
#include "client/link/link.h"
#include "client/push/message.h"
#include "client/base/options.h"
#include "client/record/policy.h"
#include "client/push/snapshot.h"
#include "client/record/thread.h"
#include "client/push/wake.h"
#include "proto/endpoint.h"

#define ARENA_LIMIT  ((size_t)256 << 20)
#define ACK_WAIT     5.0 /* after that a push counts as lost; the next one tells the same and more */
#define RETRY_WAIT   0.05 /* between tries to reach a profd that somebody waits for */
#define REFUSED_WAIT 10.0 /* until a refused process tries again */
#define KEEP_ALIVE   3600.0
#define FORK_WAIT    0.25 /* until the child of a fork pushes by itself */
#define RESTART_WAIT 10.0 /* a profd that answered so lately may be about to come back */

/* What others and the thread tell each other; under the lock, which no instrumented call takes. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int running;	      /* atomic: the thread was started */
	bool ended;	      /* it is gone, or this is the end of the process */
	bool stop;	      /* say goodbye */
	uint64_t asked, done; /* flushes */
	prof_error outcome;   /* of the flushes up to `done` */
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* The thread's own. */
struct pusher {
	struct pusher
		*inherited; /* the parent's, in a forked child: of no use there, but not lost */
	struct snapshot snapshot;
	struct wire_arena out, in;
	struct letterhead head;
	char folder[ENDPOINT_MAX];
	struct link *link;
	int wake;		     /* readable when somebody asks, once there was a link */
	uint64_t heard;		     /* shared.asked and */
	bool stopping;		     /* shared.stop, as last looked at */
	double answered;	     /* when profd answered last; 0: never */
	double sent;		     /* the push in flight */
	double taken, safe_at;	     /* the snapshot; the one that is safe */
	double quiet_until;	     /* refused: do not try before */
	uint64_t generation;	     /* of the last push */
	bool in_flight, flushing;    /* a push waits for its ack; it asked for it soon */
	struct content sent_content; /* by the push in flight */
	uint64_t serving;	     /* flushes that are done once the snapshot is safe */
	prof_error trouble;	     /* why profd could not be reached or did not take it */
};

static double now_seconds(void)
{
	return (double)clock_monotonic_ns() * 1e-9;
}

/* ---------------------------------------------------------------- the others' side */

/* Waits on shared.changed until the time (now_seconds) has come; false then. */
static bool wait_until(double until)
{
	struct timespec t;
	double whole;

	if (until > 4e9)
		until = 4e9;
	t.tv_nsec = (long)(modf(until, &whole) * 1e9);
	t.tv_sec = (time_t)whole;
	return pthread_cond_clockwait(&shared.changed, &shared.lock, CLOCK_MONOTONIC, &t) == 0;
}

/* Until all that was recorded before is safe. */
static prof_error flush_until(double until)
{
	prof_error outcome = PROF_TIMEOUT;
	uint64_t mine;

	pthread_mutex_lock(&shared.lock);
	mine = ++shared.asked;
	pthread_cond_broadcast(&shared.changed);
	wake_ring();
	while (shared.done < mine && !shared.ended && wait_until(until))
		;
	if (shared.done >= mine)
		outcome = shared.outcome;
	else if (shared.ended)
		outcome = PROF_NOT_RUNNING;
	pthread_mutex_unlock(&shared.lock);
	return outcome;
}

prof_error push_flush(double timeout)
{
	double until = now_seconds() + timeout;
	prof_error outcome;
	int cancel;

	push_start();
	if (!__atomic_load_n(&shared.running, __ATOMIC_ACQUIRE))
		return PROF_NOT_RUNNING;
	/* A thread that were cancelled here would keep the lock. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	outcome = flush_until(until);
	pthread_setcancelstate(cancel, NULL);
	return outcome;
}

void push_finish(void)
{
	double until = now_seconds() + options_exit_wait();

	if (!__atomic_load_n(&shared.running, __ATOMIC_ACQUIRE))
		return;
	pthread_mutex_lock(&shared.lock);
	shared.stop = true;
	pthread_cond_broadcast(&shared.changed);
	wake_ring();
	while (!shared.ended && wait_until(until))
		;
	shared.ended = true;
	pthread_mutex_unlock(&shared.lock);
}

void push_forget_all(void)
{
	pthread_mutex_init(&shared.lock, NULL);
	pthread_cond_init(&shared.changed, NULL);
	shared.running = 0;
	shared.ended = shared.stop = false;
	shared.asked = shared.done = 0;
	wake_forget();
	policy_forget_users();
}

static void push_main(void);

void push_start(void)
{
	int free_to_start = 0;

	if (__atomic_load_n(&shared.running, __ATOMIC_RELAXED) || shared.ended ||
	    !__atomic_compare_exchange_n(&shared.running, &free_to_start, 1, false,
					 __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		return;
	/* Counting goes on without it; the next new thread of the host tries again. */
	if (!aside_start("prof-push", push_main))
		__atomic_store_n(&shared.running, 0, __ATOMIC_RELEASE);
}

/* ---------------------------------------------------------------- the thread's side */

static void complete(uint64_t flushes, prof_error outcome)
{
	pthread_mutex_lock(&shared.lock);
	if (flushes > shared.done) {
		shared.done = flushes;
		shared.outcome = outcome;
		pthread_cond_broadcast(&shared.changed);
	}
	pthread_mutex_unlock(&shared.lock);
}

static void drop_link(struct pusher *p)
{
	link_close(p->link);
	p->link = NULL;
	p->in_flight = false;
}

static bool open_link(struct pusher *p)
{
	if (p->link != NULL)
		return true;
	p->trouble = options_folder(p->folder, sizeof(p->folder));
	if (p->trouble == PROF_OK)
		p->trouble = link_open(&p->link, p->folder, "records");
	if (p->trouble == PROF_OK && !wake_open(&p->wake)) {
		drop_link(p);
		p->trouble = PROF_NOT_RUNNING;
	}
	return p->trouble == PROF_OK;
}

/* Whether a profd that is away now is likely to come back. */
static bool may_return(const struct pusher *p, double now)
{
	return p->answered != 0.0 && now - p->answered < RESTART_WAIT;
}

/* Everything up to the push in flight is on profd's disk. */
static void note_safe(struct pusher *p, uint64_t generation)
{
	p->head.since = generation;
	if (generation != p->generation || !p->in_flight)
		return;
	p->in_flight = false;
	p->head.safe_paths = p->sent_content.paths;
	p->head.next = p->sent_content.next;
	snapshot_forget_events(&p->snapshot, p->sent_content.event_sequence);
	if (p->sent_content.next != 0)
		return;
	p->head.safe_snapshot = p->snapshot.number;
	p->safe_at = p->taken;
	complete(p->serving, PROF_OK);
}

static void stay_away(struct pusher *p, prof_error why)
{
	p->trouble = why;
	p->quiet_until = now_seconds() + REFUSED_WAIT;
	complete(p->serving, why);
	drop_link(p);
}

static void heed_ack(struct pusher *p, const uint8_t *data, size_t size)
{
	Profd__Ack *ack;

	wire_arena_reset(&p->in);
	ack = profd__ack__unpack(&p->in.allocator, size, data);
	if (ack == NULL || ack->process.len != PROF_PROCESS_ID ||
	    memcmp(ack->process.data, p->head.process, PROF_PROCESS_ID) != 0)
		return;
	p->answered = now_seconds();
	if (!wire_speaks(ack->version) || ack->verdict == PROFD__VERDICT__VERDICT_WRONG_VERSION) {
		stay_away(p, PROF_WRONG_VERSION);
		return;
	}
	if (ack->verdict == PROFD__VERDICT__VERDICT_REFUSED) {
		stay_away(p, PROF_DENIED);
		return;
	}
	if (ack->policy != NULL && policy_replace(ack->policy))
		snapshot_set_slow();
	if (ack->epoch <= PROF_NUMBER_MAX)
		thread_set_epoch((int64_t)ack->epoch);
	if (ack->verdict == PROFD__VERDICT__VERDICT_SEND_ALL) {
		p->head.since = p->head.safe_snapshot = 0;
		p->head.safe_paths = p->head.next = 0;
		p->in_flight = false;
	} else if (ack->verdict == PROFD__VERDICT__VERDICT_SAFE &&
		   ack->generation > p->head.since && ack->generation <= p->generation) {
		note_safe(p, ack->generation);
	}
}

static void take_snapshot(struct pusher *p, double now)
{
	policy_refresh();
	snapshot_take(&p->snapshot);
	p->taken = now;
	p->serving = p->heard;
}

/* Sends where things stand. What finds no room in one push follows in the next ones, as it stood in
 * the same snapshot: else paths that never rest would keep those after them from being told. False
 * when it could not be sent. */
static bool push(struct pusher *p, bool flush, bool goodbye)
{
	struct letterhead *h = &p->head;
	struct content content;
	double now = now_seconds();
	bool first = p->generation == 0;

	if (h->next == 0)
		take_snapshot(p, now);
	options_program(h->program, sizeof(h->program));
	h->generation = p->generation + 1;
	h->span_ns = (uint64_t)((now - p->safe_at) * 1e9);
	h->flush = flush || first;
	h->goodbye = goodbye;
	if (!message_make(&content, &p->snapshot, h, &p->out)) {
		/* An ack that comes now is not for this snapshot. */
		p->in_flight = false;
		h->next = 0;
		return false;
	}
	/* To profd a remote process lives as long as it is heard of. */
	if (content.empty && !h->flush && !goodbye &&
	    !(endpoint_is_tcp(p->folder) && now - p->sent >= KEEP_ALIVE))
		return true;
	p->generation++;
	p->sent_content = content;
	p->sent = now;
	p->flushing = h->flush;
	p->in_flight = link_send(p->link, content.data, content.size) == PROF_OK;
	if (!p->in_flight)
		drop_link(p);
	return p->in_flight;
}

static void wait_without_link(const struct pusher *p, double until)
{
	pthread_mutex_lock(&shared.lock);
	while (shared.asked == p->heard && shared.stop == p->stopping && wait_until(until))
		;
	pthread_mutex_unlock(&shared.lock);
}

/* Over tcp only a lost link tells that nobody listens; over ipc there would be none. */
static bool was_never_there(const struct pusher *p)
{
	return p->answered == 0.0 && endpoint_is_tcp(p->folder);
}

/* A profd that answered a moment ago may have been killed in the middle of the handshake. */
static void heed_loss(struct pusher *p, prof_error why)
{
	if (why == PROF_DENIED || (why == PROF_NO_HANDSHAKE && !may_return(p, now_seconds()))) {
		stay_away(p, why);
		return;
	}
	if (was_never_there(p))
		complete(p->serving, why);
	drop_link(p);
}

/* Waits for a message, a wake-up or the time, whatever comes first. */
static void wait_for(struct pusher *p, double until)
{
	double timeout = until - now_seconds();
	const uint8_t *data = NULL;
	uint64_t drained;
	prof_error error;
	size_t size;
	ssize_t n;

	if (p->link == NULL) {
		wait_without_link(p, until);
		return;
	}
	if (timeout < 0.0)
		timeout = 0.0;
	error = link_receive(p->link, timeout, p->wake, &data, &size);
	if (error == PROF_UNREACHABLE || error == PROF_DENIED || error == PROF_NO_HANDSHAKE)
		heed_loss(p, error);
	else if (error == PROF_OK && data != NULL)
		heed_ack(p, data, size);
	if (data == NULL) {
		n = read(p->wake, &drained, sizeof(drained));
		(void)n; /* nothing to drain */
	}
}

/* One push for all flushes asked for until now, or why there can be none. */
static void serve(struct pusher *p, uint64_t asked)
{
	double now = now_seconds();

	if (now < p->quiet_until) {
		complete(asked, p->trouble);
	} else if (!open_link(p)) {
		if (!may_return(p, now))
			complete(asked, p->trouble);
	} else {
		push(p, true, false);
	}
}

/* Waits for the ack of the push in flight; one that does not come counts as lost. */
static void await_ack(struct pusher *p, double until)
{
	if (until > p->sent + ACK_WAIT)
		until = p->sent + ACK_WAIT;
	while (p->in_flight && p->link != NULL && now_seconds() < until)
		wait_for(p, until);
	if (p->in_flight)
		drop_link(p);
}

/* The last push; tries again while a profd that was there a moment ago may come back. */
static void say_goodbye(struct pusher *p)
{
	double now = now_seconds(), until = now + options_exit_wait();

	if (p->generation == 0 && registry_paths() == 0)
		return;
	p->head.next = 0;
	while (now < until && now >= p->quiet_until) {
		if (!open_link(p) && !may_return(p, now))
			return;
		if (p->link != NULL && push(p, true, true)) {
			await_ack(p, until);
			if (p->link != NULL && p->head.since == p->generation && p->head.next == 0)
				return;
		}
		if (p->link == NULL && was_never_there(p))
			return;
		if (p->link == NULL)
			wait_for(p, now + RETRY_WAIT);
		now = now_seconds();
	}
}

/* When there is something to do next, if nobody asks before. */
static double next_time(const struct pusher *p, double next_push, uint64_t asked, uint64_t done)
{
	if (p->in_flight)
		return p->sent + ACK_WAIT;
	if (p->head.next != 0 && p->link != NULL)
		return 0.0;
	return asked > done ? now_seconds() + RETRY_WAIT : next_push;
}

/*
 * At once; but a child of a fork often becomes another program a moment later. In the middle of an
 * exec the kernel makes no threads (EAGAIN while fs->in_exec), and libzmq aborts without its own.
 */
static double first_time(void)
{
	double wait = options_interval();

	if (thread_generation() == 1)
		return 0.0;
	return now_seconds() + (wait > FORK_WAIT ? wait : FORK_WAIT);
}

static void run(struct pusher *p)
{
	double next_push = first_time(), now;
	uint64_t asked, done;
	bool stop;

	for (;;) {
		pthread_mutex_lock(&shared.lock);
		asked = p->heard = shared.asked;
		done = shared.done;
		p->stopping = shared.stop;
		pthread_mutex_unlock(&shared.lock);
		if (p->stopping)
			return;
		now = now_seconds();
		if (p->in_flight && now - p->sent >= ACK_WAIT)
			drop_link(p);
		if (asked > done && !(p->in_flight && p->flushing))
			serve(p, asked);
		else if (!p->in_flight &&
			 (now >= next_push || (p->head.next != 0 && p->link != NULL))) {
			if (now >= p->quiet_until && open_link(p))
				push(p, false, false);
			next_push = now + options_interval();
		}
		pthread_mutex_lock(&shared.lock);
		done = shared.done;
		stop = shared.stop;
		pthread_mutex_unlock(&shared.lock);
		if (!stop)
			wait_for(p, next_time(p, next_push, asked, done));
	}
}

static bool pusher_init(struct pusher *p)
{
	memset(p, 0, sizeof(*p));
	wire_arena_init(&p->out, ARENA_LIMIT);
	wire_arena_init(&p->in, ARENA_LIMIT);
	p->head.started_at_ns = clock_wall_ns();
	p->safe_at = now_seconds();
	return getrandom(p->head.process, sizeof(p->head.process), 0) ==
		       (ssize_t)sizeof(p->head.process) &&
	       snapshot_init(&p->snapshot);
}

static void push_main(void)
{
	static struct pusher *newest;
	struct pusher *p = malloc(sizeof(*p));

	if (p != NULL && pusher_init(p)) {
		p->inherited = newest;
		newest = p;
		run(p);
		say_goodbye(p);
		/* The process ends: taking things down would take memory, and libzmq aborts where
		 * there is none. */
	} else {
		free(p);
	}
	pthread_mutex_lock(&shared.lock);
	shared.ended = true;
	pthread_cond_broadcast(&shared.changed);
	pthread_mutex_unlock(&shared.lock);
}
