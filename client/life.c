/*
 * The library's life in a process: how it begins, the first call of a thread, a fork, the exit. The
 * one place that ties what records to what pushes and asks.
 */
#include "client/base/life.h"

#include <pthread.h>
#include <stdlib.h>

#include "client/ask/question.h"
#include "client/base/debug.h"
#include "client/base/error.h"
#include "client/base/options.h"
#include "client/link/link.h"
#include "client/push/push.h"
#include "client/record/registry.h"
#include "client/record/thread.h"

prof_error prof_init(const struct prof_options *options)
{
	prof_error error = options_set(options);

	if (error == PROF_OK && options_disabled())
		error = PROF_NOT_RUNNING;
	else if (error != PROF_OK)
		debug_say(DEBUG_START, "prof_init changed nothing: %s", error_text(error));
	return error;
}

/* Whoever holds one of these locks may be a thread that the child does not have. */
static void before_fork(void)
{
	link_lock();
	options_lock();
	thread_lock();
	registry_lock();
}

static void after_fork(void)
{
	registry_unlock();
	thread_unlock();
	options_unlock();
	link_unlock();
}

static void after_fork_in_child(void)
{
	after_fork();
	thread_forget_all();
	registry_forget_nodes();
	push_forget_all();
	question_forget_all();
}

static void register_fork_handlers(void)
{
	pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

void life_watch_forks(void)
{
	static pthread_once_t registered = PTHREAD_ONCE_INIT;

	pthread_once(&registered, register_fork_handlers);
}

/* Handlers run in the opposite order: before the program's own constructors this one is registered,
 * so it runs after its destructors and exit handlers, whose calls count, too. */
__attribute__((constructor(101))) static void register_exit_handlers(void)
{
	atexit(push_finish);
	at_quick_exit(push_finish);
}

/* Pushing begins with the first thread, and again with the first of a child. */
void life_thread_attached(void)
{
	push_start();
}

prof_error prof_flush(double timeout)
{
	if (!(timeout >= 0.0))
		return PROF_BAD_VALUE;
	return thread_here() == NULL ? PROF_NOT_RUNNING : push_flush(timeout, question_reason());
}

prof_error prof_end(double timeout)
{
	if (!(timeout >= 0.0))
		return PROF_BAD_VALUE;
	return thread_here() == NULL ? PROF_NOT_RUNNING : push_end(timeout);
}
