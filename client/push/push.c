/*
 * The pushing thread.
 */
#include "client/push/push.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "client/link/aside.h"
#include "client/base/clock.h"
#include "client/base/debug.h"
#include "client/base/error.h"
#include "client/link/link.h"
#include "client/push/message.h"
#include "client/base/options.h"
#include "client/record/policy.h"
#include "client/push/snapshot.h"
#include "client/record/thread.h"
#include "client/push/wait.h"
#include "client/push/wake.h"
#include "proto/endpoint.h"
#include "proto/name.h"

#include "config.h"

#define ARENA_LIMIT  ((size_t)256 << 20)
#define ACK_WAIT     5.0 /* after that a push counts as lost; the next one tells the same and more */
#define RETRY_WAIT   0.05 /* between tries to reach a profd that somebody waits for */
#define REFUSED_WAIT 10.0 /* until a refused process tries again */
#define KEEP_ALIVE   3600.0
#define FORK_WAIT    0.25 /* until the child of a fork pushes by itself */
#define RESTART_WAIT 10.0 /* a profd that answered so lately may be about to come back */

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
	uint64_t heard;		     /* what others asked for, as last looked at, and */
	bool stopping;		     /* whether the end has come */
	double answered;	     /* when profd answered last; 0: never */
	double sent;		     /* the newest push over this link; 0: none */
	double taken, safe_at;	     /* the snapshot; the one that is safe, which has */
	uint64_t safe_calls;	     /* known where somebody debugs */
	double quiet_until;	     /* refused: do not try before */
	uint64_t generation;	     /* of the last push */
	bool in_flight, flushing;    /* a push waits for its ack; it asked for it soon */
	struct content sent_content; /* by the push in flight */
	uint64_t serving;	     /* flushes that are done once the snapshot is safe */
	prof_error trouble;	     /* why profd could not be reached or did not take it, */
	char said[REASON_MAX];	     /* in its words */
};

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
	p->sent = 0.0;
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

static uint64_t count_calls(const struct snapshot *s)
{
	uint64_t calls = 0;

	for (uint32_t path = 1; path < s->room; path++)
		calls += tally_calls(&s->standings[path].returned) +
			 tally_calls(&s->standings[path].failed);
	return calls;
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
	if (debug_is_on())
		p->safe_calls = count_calls(&p->snapshot);
	p->safe_at = p->taken;
	wait_complete(p->serving, PROF_OK, "");
}

static void stay_away(struct pusher *p, prof_error why, const char *said)
{
	p->trouble = why;
	name_copy(p->said, sizeof(p->said), said, strlen(said));
	p->quiet_until = clock_seconds() + REFUSED_WAIT;
	wait_complete(p->serving, why, p->said);
	drop_link(p);
}

static void say_verdict(const Profd__Ack *ack)
{
	if (!wire_speaks(ack->version) || ack->verdict == PROFD__VERDICT__VERDICT_WRONG_VERSION)
		debug_say(DEBUG_PUSH,
			  "profd does not speak this library's protocol, version %d, but %u: "
			  "nothing is pushed",
			  PROF_PROTOCOL, ack->version);
	else if (ack->verdict == PROFD__VERDICT__VERDICT_REFUSED)
		debug_say(DEBUG_PUSH, "profd refuses what is pushed: %s; tried again every %g s",
			  ack->text, REFUSED_WAIT);
	else if (ack->verdict == PROFD__VERDICT__VERDICT_SAFE)
		debug_say(DEBUG_PUSH, "profd has what is pushed on its disk");
}

static void heed_ack(struct pusher *p, const uint8_t *data, size_t size)
{
	Profd__Ack *ack;

	wire_arena_reset(&p->in);
	ack = profd__ack__unpack(&p->in.allocator, size, data);
	if (ack == NULL || ack->process.len != PROF_PROCESS_ID ||
	    memcmp(ack->process.data, p->head.process, PROF_PROCESS_ID) != 0)
		return;
	p->answered = clock_seconds();
	say_verdict(ack);
	if (!wire_speaks(ack->version) || ack->verdict == PROFD__VERDICT__VERDICT_WRONG_VERSION) {
		stay_away(p, PROF_WRONG_VERSION, ack->text);
		return;
	}
	if (ack->verdict == PROFD__VERDICT__VERDICT_REFUSED) {
		stay_away(p, PROF_DENIED, ack->text);
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
	double now = clock_seconds();
	bool first = p->generation == 0;

	if (h->next == 0)
		take_snapshot(p, now);
	else
		snapshot_watch(&p->snapshot);
	options_program(h->program, sizeof(h->program));
	h->generation = p->generation + 1;
	h->span_ns = (uint64_t)((now - p->safe_at) * 1e9);
	h->flush = flush || first;
	h->goodbye = goodbye;
	if (!message_make(&content, &p->snapshot, h, &p->out)) {
		debug_say(DEBUG_PUSH, "no memory for a push");
		/* An ack that comes now is not for this snapshot. */
		p->in_flight = false;
		h->next = 0;
		return false;
	}
	/* Who never said anything need not say goodbye. */
	if (content.empty && first && goodbye)
		return true;
	/* profd knows by a link that was pushed over who lives; a remote one must be heard. */
	if (content.empty && !h->flush && !goodbye && p->sent != 0.0 &&
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

/* Over tcp only a lost link tells that nobody listens; over ipc there would be none. */
static bool was_never_there(const struct pusher *p)
{
	return p->answered == 0.0 && endpoint_is_tcp(p->folder);
}

/* A profd that answered a moment ago may have been killed in the middle of the handshake. */
static void heed_loss(struct pusher *p, prof_error why)
{
	debug_say(DEBUG_LINK, "the connection to %s has ended: %s", p->folder,
		  why == PROF_UNREACHABLE ? "profd ended, or closed it" : error_text(why));
	if (why == PROF_DENIED || (why == PROF_NO_HANDSHAKE && !may_return(p, clock_seconds()))) {
		stay_away(p, why, "");
		return;
	}
	if (was_never_there(p))
		wait_complete(p->serving, why, "");
	drop_link(p);
}

/* Waits for a message, a wake-up or the time, whatever comes first. */
static void wait_for(struct pusher *p, double until)
{
	double timeout = until - clock_seconds();
	const uint8_t *data = NULL;
	uint64_t drained;
	prof_error error;
	size_t size;
	ssize_t n;

	if (p->link == NULL) {
		wait_for_others(p->heard, p->stopping, until);
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
	double now = clock_seconds();

	if (now < p->quiet_until) {
		wait_complete(asked, p->trouble, p->said);
	} else if (!open_link(p)) {
		if (!may_return(p, now))
			wait_complete(asked, p->trouble, "");
	} else {
		push(p, true, false);
	}
}

static void give_up_ack(struct pusher *p)
{
	debug_say(DEBUG_PUSH, "profd has not confirmed a push for %.3g s",
		  clock_seconds() - p->sent);
	drop_link(p);
}

/* Waits for the ack of the push in flight; one that does not come counts as lost. */
static void await_ack(struct pusher *p, double until)
{
	if (until > p->sent + ACK_WAIT)
		until = p->sent + ACK_WAIT;
	while (p->in_flight && p->link != NULL && clock_seconds() < until)
		wait_for(p, until);
	if (p->in_flight)
		give_up_ack(p);
}

/* The last push; tries again while a profd that was there a moment ago may come back. */
static prof_error say_goodbye(struct pusher *p, double until)
{
	double now = clock_seconds();

	if (p->generation == 0 && registry_paths() == 0)
		return PROF_OK;
	p->head.next = 0;
	while (now < until && now >= p->quiet_until) {
		if (!open_link(p) && !may_return(p, now))
			return p->trouble;
		if (p->link != NULL && push(p, true, true)) {
			await_ack(p, until);
			if (p->link != NULL && p->head.since == p->generation && p->head.next == 0)
				return PROF_OK;
		}
		if (p->link == NULL && was_never_there(p))
			return PROF_UNREACHABLE;
		if (p->link == NULL)
			wait_for(p, now + RETRY_WAIT);
		now = clock_seconds();
	}
	return now < p->quiet_until ? p->trouble : PROF_TIMEOUT;
}

/* When there is something to do next, if nobody asks before. */
static double next_time(const struct pusher *p, double next_push, uint64_t asked, uint64_t done)
{
	if (p->in_flight)
		return p->sent + ACK_WAIT;
	if (p->head.next != 0 && p->link != NULL)
		return 0.0;
	return asked > done ? clock_seconds() + RETRY_WAIT : next_push;
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
	return clock_seconds() + (wait > FORK_WAIT ? wait : FORK_WAIT);
}

/* Until which time to say goodbye. */
static double run(struct pusher *p)
{
	double next_push = first_time(), now;
	struct wait_state state;

	for (;;) {
		state = wait_now();
		p->heard = state.asked;
		p->stopping = state.stop;
		if (p->stopping)
			return state.until;
		now = clock_seconds();
		if (p->in_flight && now - p->sent >= ACK_WAIT)
			give_up_ack(p);
		if (state.asked > state.done && !(p->in_flight && p->flushing))
			serve(p, state.asked);
		else if (!p->in_flight &&
			 (now >= next_push || (p->head.next != 0 && p->link != NULL))) {
			if (now >= p->quiet_until && open_link(p))
				push(p, false, false);
			next_push = now + options_interval();
		}
		state = wait_now();
		if (!state.stop)
			wait_for(p, next_time(p, next_push, p->heard, state.done));
	}
}

static bool pusher_init(struct pusher *p)
{
	memset(p, 0, sizeof(*p));
	wire_arena_init(&p->out, ARENA_LIMIT);
	wire_arena_init(&p->in, ARENA_LIMIT);
	p->head.started_at_ns = clock_wall_ns();
	p->safe_at = clock_seconds();
	return getrandom(p->head.process, sizeof(p->head.process), 0) ==
		       (ssize_t)sizeof(p->head.process) &&
	       snapshot_init(&p->snapshot);
}

static void say_start(struct pusher *p)
{
	if (!debug_is_on())
		return;
	options_program(p->head.program, sizeof(p->head.program));
	debug_say(DEBUG_START, "pushes as program '%s'%s every %g s; libprofclient %s",
		  p->head.program,
		  thread_generation() == 1 ? "" : ", the child of a fork, on its own account,",
		  options_interval(), PACKAGE_VERSION);
}

static void say_end(struct pusher *p, prof_error outcome)
{
	uint64_t calls;

	if (!debug_is_on())
		return;
	if (outcome != PROF_OK)
		snapshot_take(&p->snapshot);
	calls = count_calls(&p->snapshot);
	if (outcome == PROF_OK)
		debug_say(DEBUG_END, "the end: all %" PRIu64 " calls are on profd's disk", calls);
	else
		debug_say(DEBUG_END, "the end: up to %" PRIu64 " of %" PRIu64 " calls are lost: %s",
			  calls - p->safe_calls, calls, error_text(outcome));
}

static void push_main(void)
{
	static struct pusher *newest;
	struct pusher *p = malloc(sizeof(*p));
	prof_error outcome = PROF_NO_MEMORY;

	if (p != NULL && pusher_init(p)) {
		p->inherited = newest;
		newest = p;
		say_start(p);
		outcome = say_goodbye(p, run(p));
		say_end(p, outcome);
		/* The process ends: taking things down would take memory, and libzmq aborts where
		 * there is none. */
	} else {
		free(p);
	}
	wait_ended(outcome);
}

/* ---------------------------------------------------------------- the others' side */

void push_start(void)
{
	/* Counting goes on without it; the next new thread of the host tries again. */
	if (wait_starts() && !aside_start("prof-push", push_main))
		wait_cannot_start();
}

prof_error push_flush(double timeout, char said[REASON_MAX])
{
	push_start();
	return wait_flush(timeout, said);
}

prof_error push_end(double timeout)
{
	push_start();
	return wait_end(timeout);
}

void push_finish(void)
{
	wait_end(options_exit_wait());
}

void push_forget_all(void)
{
	wait_forget();
	wake_forget();
	policy_forget_users();
}
