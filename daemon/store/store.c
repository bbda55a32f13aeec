/*
 * The writing thread, and how batches go to it and come back.
 */
#include "daemon/store/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/store/data.h"

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t size_of(const char *file, const char *suffix)
{
	char name[4096];
	struct stat status;

	snprintf(name, sizeof(name), "%s%s", file, suffix);
	return stat(name, &status) == 0 ? (uint64_t)status.st_size : 0;
}

/* What SQLite said, then back to where the transaction began. */
static void give_up(struct store *s, int result, char *why, size_t room)
{
	const char *said = sqlite3_errmsg(s->db);

	/* A reset has already put "not an error" in place of what the step said. */
	if (sqlite3_errcode(s->db) == SQLITE_OK)
		said = sqlite3_errstr(result);
	snprintf(why, room, "the database %s: %s%s", s->file, said,
		 store_is_damage(result) ? "; it is damaged and will be set aside when profd starts"
					 : "");
	if (!sqlite3_get_autocommit(s->db))
		store_run(s, ROLLBACK);
	if (store_is_damage(result) && !s->damaged)
		s->damaged = store_set_meta(s, "closed", STORE_DAMAGED) == SQLITE_OK;
}

static bool commit(struct store *s, const struct batch *batch, struct store_counts *counts,
		   char *why, size_t room)
{
	double began = now_seconds();
	int result = store_write(s, batch);

	if (result != SQLITE_OK)
		give_up(s, result, why, room);
	counts->last_commit_seconds = now_seconds() - began;
	if (counts->last_commit_seconds > counts->longest_commit_seconds)
		counts->longest_commit_seconds = counts->last_commit_seconds;
	counts->bytes = size_of(s->file, "");
	counts->wal_bytes = size_of(s->file, "-wal");
	store_find_reader(s, counts);
	counts->rows = (uint64_t)sqlite3_total_changes(s->db);
	counts->commits += result == SQLITE_OK;
	counts->failures += result != SQLITE_OK;
	return result == SQLITE_OK;
}

/* The mutex is held when it is called, and when it returns. */
static void write_given(struct store *s)
{
	struct store_counts counts = s->counts;
	struct batch *batch = s->given;
	char why[sizeof(s->why)] = "";
	uint64_t one = 1;
	bool committed;

	pthread_mutex_unlock(&s->mutex);
	committed = commit(s, batch, &counts, why, sizeof(why));
	pthread_mutex_lock(&s->mutex);
	s->counts = counts;
	s->committed = committed;
	memcpy(s->why, committed ? s->tending : why, sizeof(why));
	s->tending[0] = '\0';
	s->given = NULL;
	s->done = batch;
	if (write(s->ready_fd, &one, sizeof(one)) < 0)
		abort(); /* an eventfd of our own that holds 0 or 1 takes it */
}

/* A step that fails is told with the next batch, and tried again after it. */
static bool tend(struct store *s)
{
	char why[sizeof(s->tending)];
	uint64_t limit = s->limit, shortened;
	bool more;
	int result;

	pthread_mutex_unlock(&s->mutex);
	result = store_tend(s, limit, &more, &shortened);
	if (result != SQLITE_OK)
		give_up(s, result, why, sizeof(why));
	pthread_mutex_lock(&s->mutex);
	if (result == SQLITE_OK) {
		s->counts.shortened += shortened;
		return more;
	}
	memcpy(s->tending, why, sizeof(why));
	s->counts.failures++;
	return false;
}

static void *write_batches(void *context)
{
	struct store *s = context;
	bool more = false;

	pthread_mutex_lock(&s->mutex);
	for (;;) {
		if (s->given != NULL) {
			write_given(s);
			more = s->committed;
		} else if (s->stop) {
			break;
		} else if (more) {
			more = tend(s);
		} else {
			pthread_cond_wait(&s->work, &s->mutex);
		}
	}
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

bool store_start(struct store *s)
{
	sigset_t all, before;

	/* Signals are for the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	s->started = pthread_create(&s->thread, NULL, write_batches, s) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return s->started;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	if (s->started) {
		pthread_mutex_lock(&s->mutex);
		s->stop = true;
		pthread_cond_signal(&s->work);
		pthread_mutex_unlock(&s->mutex);
		pthread_join(s->thread, NULL);
	}
	store_set_meta(s, "closed", s->damaged ? STORE_DAMAGED : STORE_CLOSED);
	sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	batch_free(s->done);
	store_free(s);
}

void store_limit(struct store *s, uint64_t bytes)
{
	pthread_mutex_lock(&s->mutex);
	s->limit = bytes;
	pthread_mutex_unlock(&s->mutex);
}

int store_fd(const struct store *s)
{
	return s->ready_fd;
}

void store_put(struct store *s, struct batch *batch)
{
	pthread_mutex_lock(&s->mutex);
	s->given = batch;
	pthread_cond_signal(&s->work);
	pthread_mutex_unlock(&s->mutex);
}

bool store_is_busy(const struct store *s)
{
	struct store *held = (struct store *)s;
	bool busy;

	pthread_mutex_lock(&held->mutex);
	busy = s->given != NULL || s->done != NULL;
	pthread_mutex_unlock(&held->mutex);
	return busy;
}

struct batch *store_get(struct store *s, bool *committed, char *why, unsigned room)
{
	struct batch *batch;
	uint64_t count;

	pthread_mutex_lock(&s->mutex);
	batch = s->done;
	s->done = NULL;
	if (batch != NULL) {
		*committed = s->committed;
		snprintf(why, room, "%s", s->why);
		if (read(s->ready_fd, &count, sizeof(count)) < 0)
			abort(); /* it was made readable with the batch */
	}
	pthread_mutex_unlock(&s->mutex);
	return batch;
}

void store_count(const struct store *s, struct store_counts *counts)
{
	struct store *held = (struct store *)s;

	pthread_mutex_lock(&held->mutex);
	*counts = s->counts;
	counts->file = s->file;
	pthread_mutex_unlock(&held->mutex);
}
