/*
 * The one kept link of the process to profd's socket `control`, and the thread that owns it, which
 * stands aside from the host as the pushing thread does. Those who ask take turns; a fork gets a
 * link of its own.
 */
#include "client/ask/question.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "client/base/error.h"
#include "client/link/aside.h"
#include "client/base/life.h"
#include "client/base/options.h"
#include "client/link/link.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/endpoint.h"

#define ANSWER_MEMORY_MAX (512u << 20)

/* What profd said of this thread's last question. */
static _Thread_local char reason[REASON_MAX];

/* A question as handed to the asking thread by the one that waits for its outcome. */
struct job {
	const void *bytes;
	size_t size;
	bool changes, done; /* changes: asks for a change */
	uint64_t id;
	Profd__Question__AskCase ask;
	struct timespec limit;
	struct answer *answer;
	prof_error outcome;
	char reason[REASON_MAX];
};

static struct {
	pthread_mutex_t lock; /* of what stands before `link` */
	pthread_cond_t free, moved;
	bool busy;	   /* somebody is asking: it has `job` and `last_id` */
	bool running;	   /* the asking thread was started */
	struct job *job;   /* NULL: none waits to be done */
	struct link *link; /* of the asking thread, as is what follows; NULL: none is open */
	pid_t owner;	   /* process that opened it */
	char folder[ENDPOINT_MAX];
	uint64_t last_id;
} kept = {.lock = PTHREAD_MUTEX_INITIALIZER,
	  .free = PTHREAD_COND_INITIALIZER,
	  .moved = PTHREAD_COND_INITIALIZER};

void question_forget_all(void)
{
	pthread_mutex_init(&kept.lock, NULL);
	pthread_cond_init(&kept.free, NULL);
	pthread_cond_init(&kept.moved, NULL);
	kept.busy = kept.running = false;
	kept.job = NULL;
}

/* Waits for this thread's turn; false when the time is up before it. */
static bool take_turn(const struct timespec *limit)
{
	bool taken;

	life_watch_forks();
	pthread_mutex_lock(&kept.lock);
	while (kept.busy &&
	       pthread_cond_clockwait(&kept.free, &kept.lock, CLOCK_MONOTONIC, limit) == 0)
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
	char folder[ENDPOINT_MAX];
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

const char *prof_reason(void)
{
	return reason;
}

char *question_reason(void)
{
	reason[0] = '\0';
	return reason;
}

static prof_error error_of(const Profd__Answer *message, struct job *job)
{
	name_copy(job->reason, sizeof(job->reason), message->text, strlen(message->text));
	if (!wire_speaks(message->version))
		return PROF_WRONG_VERSION;
	switch (message->result) {
	case PROFD__RESULT__RESULT_DONE:
		return (int)message->answer_case == (int)job->ask ? PROF_OK : PROF_BAD_ANSWER;
	case PROFD__RESULT__RESULT_NOT_FOUND:
		return PROF_NOT_FOUND;
	case PROFD__RESULT__RESULT_DENIED:
		return PROF_DENIED;
	case PROFD__RESULT__RESULT_WRONG_VERSION:
		return PROF_WRONG_VERSION;
	case PROFD__RESULT__RESULT_TOO_MUCH:
		return PROF_TOO_MUCH;
	case PROFD__RESULT__RESULT_BUSY:
	case PROFD__RESULT__RESULT_TOO_LONG:
		return PROF_BUSY;
	case PROFD__RESULT__RESULT_UNSPECIFIED:
	case PROFD__RESULT__RESULT_BAD_QUESTION:
	case PROFD__RESULT__RESULT_FAILED:
	case _PROFD__RESULT_IS_INT_SIZE:
		break;
	}
	return PROF_BAD_ANSWER;
}

/* An answer with another id belongs to a question whose time was up before it came. */
static prof_error await(struct job *job)
{
	struct answer *answer = job->answer;
	const uint8_t *bytes;
	double left;

	do {
		prof_error error;

		left = time_left(&job->limit);
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
		if (answer->message->id == job->id)
			return error_of(answer->message, job);
	} while (left > 0.0);
	return PROF_TIMEOUT;
}

/*
 * A kept link may lead to a profd that has gone meanwhile; only then is the question put a second
 * time. One that asks for a change gets a new link instead: a profd that was started anew knows
 * nothing of the first.
 */
static prof_error converse(struct job *job)
{
	prof_error error;
	bool fresh;

	if (job->changes)
		drop_link();
	do {
		error = hold_link(&fresh);
		if (error != PROF_OK)
			return error;
		error = link_send(kept.link, job->bytes, job->size);
		if (error == PROF_OK)
			error = await(job);
		if (error == PROF_UNREACHABLE || error == PROF_DENIED || error == PROF_NO_HANDSHAKE)
			drop_link();
	} while (error == PROF_UNREACHABLE && !fresh);
	return error;
}

static void ask_main(void)
{
	struct job *job;

	pthread_mutex_lock(&kept.lock);
	for (;;) {
		while (kept.job == NULL)
			pthread_cond_wait(&kept.moved, &kept.lock);
		job = kept.job;
		kept.job = NULL;
		pthread_mutex_unlock(&kept.lock);
		job->outcome = converse(job);
		pthread_mutex_lock(&kept.lock);
		job->done = true;
		pthread_cond_broadcast(&kept.moved);
	}
}

/* Has the asking thread do it; it keeps to the time limit by itself. */
static prof_error hand_over(struct job *job)
{
	pthread_mutex_lock(&kept.lock);
	if (!kept.running)
		kept.running = aside_start("prof-ask", ask_main);
	if (!kept.running) {
		job->outcome = PROF_NOT_RUNNING;
		job->done = true;
	} else {
		kept.job = job;
		pthread_cond_broadcast(&kept.moved);
	}
	while (!job->done)
		pthread_cond_wait(&kept.moved, &kept.lock);
	pthread_mutex_unlock(&kept.lock);
	memcpy(reason, job->reason, sizeof(reason));
	return job->outcome;
}

/* By it profd knows a copy of the message that the network makes; 0 when there is no randomness. */
static uint64_t random_number(void)
{
	uint64_t number;

	return getrandom(&number, sizeof(number), 0) == sizeof(number) ? number : 0;
}

static prof_error ask(Profd__Question *question, bool changes, double timeout,
		      struct answer *answer)
{
	struct job job = {.answer = answer,
			  .limit = time_limit(timeout),
			  .changes = changes,
			  .ask = question->ask_case};
	prof_error error = PROF_NO_MEMORY;
	uint8_t *bytes;

	if (!take_turn(&job.limit))
		return PROF_TIMEOUT;
	question->version = PROF_PROTOCOL;
	question->id = job.id = ++kept.last_id;
	question->once = changes ? random_number() : 0;
	job.size = profd__question__get_packed_size(question);
	job.bytes = bytes = malloc(job.size);
	wire_arena_init(&answer->arena, ANSWER_MEMORY_MAX);
	if (bytes != NULL) {
		profd__question__pack(question, bytes);
		error = hand_over(&job);
	}
	end_turn();
	free(bytes);
	if (error != PROF_OK)
		answer_deinit(answer);
	return error;
}

/* A thread that were cancelled while it waits would keep its turn for ever. */
static prof_error ask_uncancelled(Profd__Question *question, bool changes, double timeout,
				  struct answer *answer)
{
	prof_error error;
	int cancel;

	reason[0] = '\0';
	if (!(timeout >= 0.0 && timeout <= PROF_SECONDS_MAX))
		return PROF_BAD_VALUE;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	error = ask(question, changes, timeout, answer);
	pthread_setcancelstate(cancel, NULL);
	return error;
}

prof_error question_ask(Profd__Question *question, double timeout, struct answer *answer)
{
	return ask_uncancelled(question, false, timeout, answer);
}

prof_error question_change(Profd__Question *question, double timeout, uint64_t *number)
{
	struct answer answer;
	prof_error error = ask_uncancelled(question, true, timeout, &answer);

	if (error != PROF_OK)
		return error;
	if (number != NULL) /* the three answers share one pointer */
		*number = answer.message->clear->number;
	answer_deinit(&answer);
	return PROF_OK;
}

void answer_deinit(struct answer *answer)
{
	wire_arena_deinit(&answer->arena);
	answer->message = NULL;
}
