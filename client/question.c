/*
 * The one kept link of the process to profd's socket `control`. Threads take turns on it; a fork
 * gets a link of its own.
 */
#include "client/question.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/link.h"
#include "client/options.h"
#include "client/thread.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/place.h"

#define LONGEST_TIMEOUT	  ((double)(1 << 30))
#define ANSWER_MEMORY_MAX (512u << 20)

/* What profd said of this thread's last question. */
static _Thread_local char reason[256];

static struct {
	pthread_mutex_t lock; /* of `busy` */
	pthread_cond_t free;
	bool busy;	   /* a thread is asking: all below is its own */
	struct link *link; /* NULL: none is open */
	pid_t owner;	   /* process that opened it */
	char folder[PLACE_PATH_MAX];
	uint64_t last_id;
} kept;

static pthread_once_t begin_once = PTHREAD_ONCE_INIT;

/* Also in the child of a fork, where the thread that was asking does not exist. */
static void make_free(void)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&kept.lock, NULL);
	pthread_cond_init(&kept.free, &attributes);
	pthread_condattr_destroy(&attributes);
	kept.busy = false;
}

static void begin(void)
{
	make_free();
	thread_watch_forks();
	pthread_atfork(NULL, NULL, make_free);
}

/* Waits for this thread's turn; false when the time is up before it. */
static bool take_turn(const struct timespec *limit)
{
	bool taken;

	pthread_once(&begin_once, begin);
	pthread_mutex_lock(&kept.lock);
	while (kept.busy && pthread_cond_timedwait(&kept.free, &kept.lock, limit) == 0)
		;
	taken = !kept.busy;
	kept.busy = true;
	pthread_mutex_unlock(&kept.lock);
	return taken;
}

static void end_turn(void)
{
	pthread_mutex_lock(&kept.lock);
	kept.busy = false;
	pthread_cond_signal(&kept.free);
	pthread_mutex_unlock(&kept.lock);
}

static struct timespec time_limit(double timeout)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += (time_t)timeout;
	t.tv_nsec += (long)((timeout - (double)(time_t)timeout) * 1e9);
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

static double time_left(const struct timespec *limit)
{
	struct timespec now;
	double left;

	clock_gettime(CLOCK_MONOTONIC, &now);
	left = (double)(limit->tv_sec - now.tv_sec) + (double)(limit->tv_nsec - now.tv_nsec) * 1e-9;
	return left > 0.0 ? left : 0.0;
}

static void drop_link(void)
{
	link_close(kept.link);
	kept.link = NULL;
}

/* Makes sure of a link to where the options point now; `fresh` tells whether it is a new one. */
static prof_error hold_link(bool *fresh)
{
	char folder[PLACE_PATH_MAX];
	prof_error error = options_folder(folder, sizeof(folder));

	if (error != PROF_OK)
		return error;
	if (kept.link != NULL && (kept.owner != getpid() || strcmp(kept.folder, folder) != 0))
		drop_link();
	*fresh = kept.link == NULL;
	if (kept.link != NULL)
		return PROF_OK;
	error = link_open(&kept.link, folder, "control");
	if (error != PROF_OK)
		return error;
	kept.owner = getpid();
	strcpy(kept.folder, folder);
	return PROF_OK;
}

const char *prof_get_reason(void)
{
	return reason;
}

static prof_error error_of(const Profd__Answer *message)
{
	name_copy(reason, sizeof(reason), message->text, strlen(message->text));
	if (message->version != PROF_PROTOCOL)
		return PROF_VERSION;
	switch (message->result) {
	case PROFD__RESULT__DONE:
		return PROF_OK;
	case PROFD__RESULT__NOT_FOUND:
		return PROF_NOT_FOUND;
	case PROFD__RESULT__DENIED:
		return PROF_DENIED;
	case PROFD__RESULT__WRONG_VERSION:
		return PROF_VERSION;
	case PROFD__RESULT__TOO_MUCH:
		return PROF_TOO_MUCH;
	case PROFD__RESULT__BUSY:
	case PROFD__RESULT__TOO_LONG:
		return PROF_BUSY;
	case PROFD__RESULT__BAD_QUESTION:
	case PROFD__RESULT__FAILED:
	case _PROFD__RESULT_IS_INT_SIZE:
		break;
	}
	return PROF_BAD_ANSWER;
}

/* An answer with another id belongs to a question whose time was up before it came. */
static prof_error await(uint64_t id, const struct timespec *limit, struct answer *answer)
{
	const uint8_t *bytes;
	double left;

	do {
		prof_error error;

		left = time_left(limit);
		error = link_receive(kept.link, left, -1, &bytes, &answer->size);
		if (error == PROF_TIMEOUT)
			continue;
		if (error != PROF_OK)
			return error;
		wire_arena_reset(&answer->arena);
		answer->message =
			profd__answer__unpack(&answer->arena.allocator, answer->size, bytes);
		if (answer->message == NULL)
			return PROF_BAD_ANSWER;
		if (answer->message->id == id)
			return error_of(answer->message);
	} while (left > 0.0);
	return PROF_TIMEOUT;
}

/*
 * A kept link may lead to a profd that has gone meanwhile; only then is the question put a second
 * time. One that deletes gets a new link instead: asked twice it could delete twice.
 */
static prof_error converse(const void *bytes, size_t size, bool deletes, uint64_t id,
			   const struct timespec *limit, struct answer *answer)
{
	prof_error error;
	bool fresh;

	if (deletes)
		drop_link();
	do {
		error = hold_link(&fresh);
		if (error != PROF_OK)
			return error;
		error = link_send(kept.link, bytes, size);
		if (error == PROF_OK)
			error = await(id, limit, answer);
		if (error == PROF_UNREACHABLE)
			drop_link();
	} while (error == PROF_UNREACHABLE && !fresh);
	return error;
}

prof_error question_ask(Profd__Question *question, double timeout, struct answer *answer)
{
	bool deletes = question->ask_case == PROFD__QUESTION__ASK_CLEAR;
	struct timespec limit;
	prof_error error;
	uint8_t *bytes;
	size_t size;

	reason[0] = '\0';
	if (!(timeout >= 0.0 && timeout <= LONGEST_TIMEOUT))
		return PROF_BAD_VALUE;
	limit = time_limit(timeout);
	if (!take_turn(&limit))
		return PROF_TIMEOUT;
	question->version = PROF_PROTOCOL;
	question->id = ++kept.last_id;
	size = profd__question__get_packed_size(question);
	bytes = malloc(size);
	wire_arena_init(&answer->arena, ANSWER_MEMORY_MAX);
	if (bytes == NULL) {
		error = PROF_NO_MEMORY;
	} else {
		profd__question__pack(question, bytes);
		error = converse(bytes, size, deletes, question->id, &limit, answer);
	}
	end_turn();
	free(bytes);
	if (error != PROF_OK)
		answer_deinit(answer);
	return error;
}

void answer_deinit(struct answer *answer)
{
	wire_arena_deinit(&answer->arena);
	answer->message = NULL;
}
