/*
 * The queue before the reading thread, and the answers behind it.
 */
#include "daemon/ask/query.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/ask/read.h"
#include "daemon/base/clock.h"
#include "daemon/store/lookup.h"

/* The thread gives way to the one that takes pushes, where both want the same processor. */
#define NICE 5

struct job {
	struct job *next;
	struct route route;
	struct asker asker;
	struct answer answer;
	size_t size;
	uint8_t question[];
};

struct jobs {
	struct job *first, **end;
};

struct reader {
	struct store_reader *store;
	int ready_fd;
	bool started;
	pthread_t thread;
	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t work;
	struct jobs waiting, done;
	const struct job *current;
	bool stop;
	struct reader_counts counts;
};

static void jobs_init(struct jobs *jobs)
{
	jobs->first = NULL;
	jobs->end = &jobs->first;
}

static void append(struct jobs *jobs, struct job *job)
{
	job->next = NULL;
	*jobs->end = job;
	jobs->end = &job->next;
}

static struct job *take_first(struct jobs *jobs)
{
	struct job *job = jobs->first;

	if (job == NULL)
		return NULL;
	jobs->first = job->next;
	if (jobs->first == NULL)
		jobs->end = &jobs->first;
	return job;
}

static void free_jobs(struct jobs *jobs)
{
	struct job *job;

	while ((job = take_first(jobs)) != NULL) {
		free(job->answer.bytes);
		free(job);
	}
}

static void answer_job(struct reader *r, struct job *job)
{
	Profd__Question *q = profd__question__unpack(NULL, job->size, job->question);

	if (q == NULL)
		return;
	job->answer = answer_read(r->store, q, &job->asker, READER_LIMIT_NS);
	profd__question__free_unpacked(q, NULL);
}

/* The mutex is held when it is called, and when it returns. */
static void run(struct reader *r, struct job *job)
{
	uint64_t one = 1;
	int64_t began = clock_monotonic();
	double took;

	r->current = job;
	pthread_mutex_unlock(&r->mutex);
	answer_job(r, job);
	took = (double)(clock_monotonic() - began) * 1e-9;
	pthread_mutex_lock(&r->mutex);
	r->current = NULL;
	r->counts.read++;
	if (took > r->counts.longest_seconds)
		r->counts.longest_seconds = took;
	append(&r->done, job);
	if (write(r->ready_fd, &one, sizeof(one)) < 0)
		abort(); /* an eventfd of our own takes it */
}

static void *read_answers(void *context)
{
	struct reader *r = context;
	struct job *job;

	/* Of this thread alone on Linux; where it is forbidden, it stays as it is. */
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	pthread_mutex_lock(&r->mutex);
	while (!r->stop) {
		job = take_first(&r->waiting);
		if (job != NULL)
			run(r, job);
		else
			pthread_cond_wait(&r->work, &r->mutex);
	}
	pthread_mutex_unlock(&r->mutex);
	return NULL;
}

static bool start_thread(struct reader *r)
{
	sigset_t all, before;

	/* Signals are for the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r->started = pthread_create(&r->thread, NULL, read_answers, r) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r->started;
}

struct reader *reader_start(const char *database, char *why, size_t room)
{
	struct reader *r = calloc(1, sizeof(*r));

	snprintf(why, room, "no memory, threads or descriptors for reading");
	if (r == NULL)
		return NULL;
	pthread_mutex_init(&r->mutex, NULL);
	pthread_cond_init(&r->work, NULL);
	jobs_init(&r->waiting);
	jobs_init(&r->done);
	r->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r->store = r->ready_fd < 0 ? NULL : store_reader_open(database, why, room);
	if (r->store == NULL || !start_thread(r)) {
		reader_end(r);
		return NULL;
	}
	return r;
}

void reader_end(struct reader *r)
{
	if (r == NULL)
		return;
	if (r->started) {
		store_reader_stop(r->store);
		pthread_mutex_lock(&r->mutex);
		r->stop = true;
		pthread_cond_signal(&r->work);
		pthread_mutex_unlock(&r->mutex);
		pthread_join(r->thread, NULL);
	}
	store_reader_close(r->store);
	free_jobs(&r->waiting);
	free_jobs(&r->done);
	if (r->ready_fd >= 0)
		close(r->ready_fd);
	pthread_cond_destroy(&r->work);
	pthread_mutex_destroy(&r->mutex);
	free(r);
}

int reader_fd(const struct reader *r)
{
	return r->ready_fd;
}

static bool is_of(const struct job *job, const struct route *route)
{
	return memcmp(&job->route, route, sizeof(*route)) == 0;
}

/* Answers that were not sent yet count too: their bytes take memory. */
static bool has_room(const struct reader *r, const struct route *route, size_t bytes)
{
	const struct jobs *const lists[] = {&r->waiting, &r->done};
	unsigned all = 1, own = 1;

	if (r->current != NULL) {
		all++;
		own += is_of(r->current, route);
	}
	for (unsigned i = 0; i < 2; i++) {
		for (const struct job *job = lists[i]->first; job != NULL; job = job->next) {
			all++;
			own += is_of(job, route);
			bytes += job->size;
		}
	}
	return all <= READER_WAITING_MAX && own <= READER_WAITING_EACH && bytes <= READER_BYTES_MAX;
}

bool reader_ask(struct reader *r, const struct server_message *message, const struct asker *asker)
{
	struct job *job = calloc(1, sizeof(*job) + message->size);
	bool taken;

	if (job != NULL) {
		job->route = message->route;
		job->asker = *asker;
		job->size = message->size;
		memcpy(job->question, message->data, message->size);
	}
	pthread_mutex_lock(&r->mutex);
	taken = job != NULL && has_room(r, &message->route, message->size);
	if (taken) {
		append(&r->waiting, job);
		pthread_cond_signal(&r->work);
	} else {
		r->counts.refused++;
	}
	pthread_mutex_unlock(&r->mutex);
	if (!taken)
		free(job);
	return taken;
}

bool reader_take(struct reader *r, struct answer *answer, struct route *route)
{
	struct job *job;
	uint64_t count;

	pthread_mutex_lock(&r->mutex);
	job = take_first(&r->done);
	/* Readable as long as one is there: looked at again only when there is none. */
	if (job == NULL && read(r->ready_fd, &count, sizeof(count)) < 0)
		count = 0;
	pthread_mutex_unlock(&r->mutex);
	if (job == NULL)
		return false;
	*answer = job->answer;
	*route = job->route;
	free(job);
	return true;
}

void reader_count(struct reader *r, struct reader_counts *counts)
{
	pthread_mutex_lock(&r->mutex);
	*counts = r->counts;
	pthread_mutex_unlock(&r->mutex);
}
