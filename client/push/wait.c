/*
 * Waiting for the pushing thread, under a lock that no instrumented call takes.
 */
#include "client/push/wait.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "client/base/clock.h"
#include "client/base/debug.h"
#include "client/push/wake.h"
#include "proto/name.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int running; /* atomic: the thread was started */
	bool ended;  /* it is gone, or this is the end of the process */
	struct wait_state state;
	prof_error outcome, farewell; /* of the flushes up to `done`, of the goodbye */
	char said[REASON_MAX];	      /* by profd, of these flushes */
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

/* Waits on shared.changed until the time has come; false then. */
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

/* A thread that were cancelled while it waits would keep the lock. */
static void lock(int *cancel)
{
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, cancel);
	pthread_mutex_lock(&shared.lock);
}

static void unlock(int cancel)
{
	pthread_mutex_unlock(&shared.lock);
	pthread_setcancelstate(cancel, NULL);
}

static bool is_running(void)
{
	return __atomic_load_n(&shared.running, __ATOMIC_ACQUIRE) != 0;
}

bool wait_starts(void)
{
	int free_to_start = 0;

	return !__atomic_load_n(&shared.running, __ATOMIC_RELAXED) && !shared.ended &&
	       __atomic_compare_exchange_n(&shared.running, &free_to_start, 1, false,
					   __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void wait_cannot_start(void)
{
	__atomic_store_n(&shared.running, 0, __ATOMIC_RELEASE);
}

prof_error wait_flush(double timeout, char said[REASON_MAX])
{
	double until = clock_seconds() + timeout;
	prof_error outcome = PROF_TIMEOUT;
	uint64_t mine;
	int cancel;

	if (!is_running())
		return PROF_NOT_RUNNING;
	lock(&cancel);
	mine = ++shared.state.asked;
	pthread_cond_broadcast(&shared.changed);
	wake_ring();
	while (shared.state.done < mine && !shared.ended && wait_until(until))
		;
	if (shared.state.done >= mine) {
		outcome = shared.outcome;
		memcpy(said, shared.said, REASON_MAX);
	} else if (shared.ended) {
		outcome = PROF_NOT_RUNNING;
	}
	unlock(cancel);
	return outcome;
}

prof_error wait_end(double timeout)
{
	double until = clock_seconds() + timeout;
	prof_error outcome;
	bool in_time;
	int cancel;

	if (!is_running())
		return PROF_NOT_RUNNING;
	lock(&cancel);
	if (!shared.state.stop)
		shared.state.until = until;
	shared.state.stop = true;
	pthread_cond_broadcast(&shared.changed);
	wake_ring();
	while (!shared.ended && wait_until(until))
		;
	in_time = shared.ended;
	outcome = in_time ? shared.farewell : PROF_TIMEOUT;
	shared.ended = true;
	unlock(cancel);
	if (!in_time)
		debug_say(DEBUG_END,
			  "the end: profd has not confirmed the last push within %g s, which is "
			  "not waited for any longer",
			  timeout);
	return outcome;
}

void wait_forget(void)
{
	pthread_mutex_init(&shared.lock, NULL);
	pthread_cond_init(&shared.changed, NULL);
	shared.running = 0;
	shared.ended = false;
	shared.state = (struct wait_state){0};
}

struct wait_state wait_now(void)
{
	struct wait_state state;

	pthread_mutex_lock(&shared.lock);
	state = shared.state;
	pthread_mutex_unlock(&shared.lock);
	return state;
}

void wait_complete(uint64_t flushes, prof_error outcome, const char *said)
{
	pthread_mutex_lock(&shared.lock);
	if (flushes > shared.state.done) {
		shared.state.done = flushes;
		shared.outcome = outcome;
		name_copy(shared.said, sizeof(shared.said), said, strlen(said));
		pthread_cond_broadcast(&shared.changed);
	}
	pthread_mutex_unlock(&shared.lock);
}

void wait_for_others(uint64_t heard, bool stopping, double until)
{
	pthread_mutex_lock(&shared.lock);
	while (shared.state.asked == heard && shared.state.stop == stopping && wait_until(until))
		;
	pthread_mutex_unlock(&shared.lock);
}

void wait_ended(prof_error outcome)
{
	pthread_mutex_lock(&shared.lock);
	shared.ended = true;
	shared.farewell = outcome;
	pthread_cond_broadcast(&shared.changed);
	pthread_mutex_unlock(&shared.lock);
}
