/*
 * The queue before the query thread, and the answers behind it.
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

#include "daemon/ask/past.h"
#include "daemon/ask/question.h"
#include "daemon/base/clock.h"
#include "daemon/store/lookup.h"
#include "daemon/store/saved.h"

#define WAITING_MAX  128		  /* questions that wait, of all who ask */
#define WAITING_EACH 8			  /* of one connection */
#define MEMORY_MAX   (32u << 20)	  /* of all that wait */
#define LIMIT_NS     INT64_C(30000000000) /* how long one may take */

/* The thread gives way to the one that receives pushes, where both want the same processor. */
#define NICE 5

struct job {
	struct job *next;
	struct question question;
	struct answer answer;
};

struct jobs {
	struct job *first, **end;
};

struct query {
	struct lookup *lookup;
	struct saved_writer *writer;
	int ready_fd;
	bool started;
	pthread_t thread;
	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t work;
	struct jobs waiting, done;
	const struct job *current;
	bool stop;
	struct query_counts counts;
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

static struct job *remove_first(struct jobs *jobs)
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

	while ((job = remove_first(jobs)) != NULL) {
		free(job->answer.bytes);
		question_deinit(&job->question);
		free(job);
	}
}

/* The mutex is held when it is called, and when it returns. */
static void run(struct query *t, struct job *job)
{
	uint64_t one = 1;
	int64_t began = clock_monotonic();
	double took;

	t->current = job;
	pthread_mutex_unlock(&t->mutex);
	job->answer = past_answer(t->lookup, t->writer, &job->question, LIMIT_NS);
	took = (double)(clock_monotonic() - began) * 1e-9;
	pthread_mutex_lock(&t->mutex);
	t->current = NULL;
	t->counts.answered++;
	if (took > t->counts.longest_seconds)
		t->counts.longest_seconds = took;
	append(&t->done, job);
	if (write(t->ready_fd, &one, sizeof(one)) < 0)
		abort(); /* an eventfd of our own takes it */
}

static void *answer_questions(void *context)
{
	struct query *t = context;
	struct job *job;

	/* Of this thread alone on Linux; where it is forbidden, it stays as it is. */
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	pthread_mutex_lock(&t->mutex);
	while (!t->stop) {
		job = remove_first(&t->waiting);
		if (job != NULL)
			run(t, job);
		else
			pthread_cond_wait(&t->work, &t->mutex);
	}
	pthread_mutex_unlock(&t->mutex);
	return NULL;
}

static bool start_thread(struct query *t)
{
	sigset_t all, before;

	/* Signals are for the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	t->started = pthread_create(&t->thread, NULL, answer_questions, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return t->started;
}

struct query *query_start(const char *database, char *why, size_t room)
{
	struct query *t = calloc(1, sizeof(*t));

	snprintf(why, room, "no memory, thread or descriptor for the query thread");
	if (t == NULL)
		return NULL;
	pthread_mutex_init(&t->mutex, NULL);
	pthread_cond_init(&t->work, NULL);
	jobs_init(&t->waiting);
	jobs_init(&t->done);
	t->ready_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	t->writer = saved_writer_new(database);
	if (t->writer != NULL && t->ready_fd >= 0)
		t->lookup = lookup_open(database, why, room);
	if (t->lookup == NULL || !start_thread(t)) {
		query_end(t);
		return NULL;
	}
	return t;
}

void query_end(struct query *t)
{
	if (t == NULL)
		return;
	if (t->started) {
		lookup_stop(t->lookup);
		pthread_mutex_lock(&t->mutex);
		t->stop = true;
		pthread_cond_signal(&t->work);
		pthread_mutex_unlock(&t->mutex);
		pthread_join(t->thread, NULL);
	}
	lookup_close(t->lookup);
	saved_writer_free(t->writer);
	free_jobs(&t->waiting);
	free_jobs(&t->done);
	if (t->ready_fd >= 0)
		close(t->ready_fd);
	pthread_cond_destroy(&t->work);
	pthread_mutex_destroy(&t->mutex);
	free(t);
}

int query_fd(const struct query *t)
{
	return t->ready_fd;
}

static bool is_of(const struct job *job, const struct question *q)
{
	return memcmp(&job->question.route, &q->route, sizeof(q->route)) == 0;
}

/* Answers that were not sent yet count too: their questions take memory. */
static bool has_room(const struct query *t, const struct question *q)
{
	const struct jobs *const lists[] = {&t->waiting, &t->done};
	size_t memory = q->arena.used;
	unsigned all = 1, own = 1;

	if (t->current != NULL) {
		all++;
		own += is_of(t->current, q);
	}
	for (unsigned i = 0; i < 2; i++) {
		for (const struct job *job = lists[i]->first; job != NULL; job = job->next) {
			all++;
			own += is_of(job, q);
			memory += job->question.arena.used;
		}
	}
	return all <= WAITING_MAX && own <= WAITING_EACH && memory <= MEMORY_MAX;
}

bool query_put(struct query *t, const struct question *q)
{
	struct job *job = calloc(1, sizeof(*job));
	bool accepted;

	if (job != NULL)
		job->question = *q;
	pthread_mutex_lock(&t->mutex);
	accepted = job != NULL && has_room(t, q);
	if (accepted) {
		append(&t->waiting, job);
		pthread_cond_signal(&t->work);
	} else {
		t->counts.refused++;
	}
	pthread_mutex_unlock(&t->mutex);
	if (!accepted)
		free(job);
	return accepted;
}

bool query_get(struct query *t, struct question *q, struct answer *answer)
{
	struct job *job;
	uint64_t count;

	pthread_mutex_lock(&t->mutex);
	job = remove_first(&t->done);
	/* Readable as long as one is there: looked at again only when there is none. */
	if (job == NULL && read(t->ready_fd, &count, sizeof(count)) < 0)
		count = 0;
	pthread_mutex_unlock(&t->mutex);
	if (job == NULL)
		return false;
	*q = job->question;
	*answer = job->answer;
	free(job);
	return true;
}

void query_count(struct query *t, struct query_counts *counts)
{
	pthread_mutex_lock(&t->mutex);
	*counts = t->counts;
	pthread_mutex_unlock(&t->mutex);
}
