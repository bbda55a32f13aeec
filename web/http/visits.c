/*
 * A list of connections under one lock. A descriptor in it is open, since visits_end comes before
 * it is closed.
 */
#include "web/http/visits.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct visit {
	struct visit *next, **at; /* at: what points here */
	int fd;
	double limit; /* on the monotonic clock; 0: none */
};

struct visits {
	pthread_mutex_t lock;
	struct visit *first;
};

static double limit_in(double seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9 + seconds;
}

struct visits *visits_new(void)
{
	struct visits *visits = calloc(1, sizeof(*visits));

	if (visits != NULL)
		pthread_mutex_init(&visits->lock, NULL);
	return visits;
}

void visits_free(struct visits *visits)
{
	if (visits == NULL)
		return;
	while (visits->first != NULL)
		visits_end(visits, visits->first);
	pthread_mutex_destroy(&visits->lock);
	free(visits);
}

struct visit *visits_begin(struct visits *visits, int fd, double seconds)
{
	struct visit *visit = calloc(1, sizeof(*visit));

	if (visit == NULL)
		return NULL;
	visit->fd = fd;
	visit->limit = limit_in(seconds);
	pthread_mutex_lock(&visits->lock);
	visit->next = visits->first;
	visit->at = &visits->first;
	if (visit->next != NULL)
		visit->next->at = &visit->next;
	visits->first = visit;
	pthread_mutex_unlock(&visits->lock);
	return visit;
}

void visits_end(struct visits *visits, struct visit *visit)
{
	if (visit == NULL)
		return;
	pthread_mutex_lock(&visits->lock);
	*visit->at = visit->next;
	if (visit->next != NULL)
		visit->next->at = visit->at;
	pthread_mutex_unlock(&visits->lock);
	free(visit);
}

void visits_allow(struct visits *visits, struct visit *visit, double seconds)
{
	if (visit == NULL)
		return;
	pthread_mutex_lock(&visits->lock);
	visit->limit = seconds > 0.0 ? limit_in(seconds) : 0.0;
	pthread_mutex_unlock(&visits->lock);
}

void visits_tend(struct visits *visits)
{
	double now = limit_in(0.0);

	pthread_mutex_lock(&visits->lock);
	for (struct visit *v = visits->first; v != NULL; v = v->next)
		if (v->limit > 0.0 && v->limit < now)
			shutdown(v->fd, SHUT_RDWR);
	pthread_mutex_unlock(&visits->lock);
}
