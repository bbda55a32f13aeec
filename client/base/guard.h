/*
 * Around the few moments in which a thread of the host holds a lock of ours: it can neither be
 * interrupted by a signal handler, which could call us again or leave by siglongjmp, nor be
 * cancelled. Else the lock would stay taken for ever. Two system calls, never on the hot path.
 */
#ifndef CLIENT_BASE_GUARD_H
#define CLIENT_BASE_GUARD_H

#include <pthread.h>
#include <signal.h>

struct guard {
	sigset_t signals;
	int cancel;
};

static inline void guard_begin(struct guard *g)
{
	sigset_t all;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &g->cancel);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &g->signals);
}

static inline void guard_end(const struct guard *g)
{
	pthread_sigmask(SIG_SETMASK, &g->signals, NULL);
	pthread_setcancelstate(g->cancel, NULL);
}

#endif
