/*
 * Lines for people, and the thread that hands them to syslog.
 */
#include "daemon/base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WAITING_MAX   1024
#define LINE_MAX_SIZE 4096

struct waiting_line {
	int priority;
	char *text;
};

/* syslog(3) is one per process, and so is this. */
static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t thread;
	bool open, closing, done;
	struct waiting_line line[WAITING_MAX];
	unsigned first, count;
	uint64_t lost;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static void *write_lines(void *unused)
{
	(void)unused;
	pthread_mutex_lock(&queue.lock);
	while (queue.count != 0 || !queue.closing) {
		struct waiting_line line;

		if (queue.count == 0) {
			pthread_cond_wait(&queue.changed, &queue.lock);
			continue;
		}
		line = queue.line[queue.first];
		queue.first = (queue.first + 1) % WAITING_MAX;
		queue.count--;
		pthread_mutex_unlock(&queue.lock);
		syslog(line.priority, "%s", line.text);
		free(line.text);
		pthread_mutex_lock(&queue.lock);
	}
	queue.done = true;
	pthread_cond_broadcast(&queue.changed);
	pthread_mutex_unlock(&queue.lock);
	return NULL;
}

bool log_open(enum log_target target)
{
	if (target == LOG_TO_STDERR || queue.open)
		return true;
	openlog("profd", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	queue.closing = queue.done = false;
	if (pthread_create(&queue.thread, NULL, write_lines, NULL) != 0)
		return false;
	queue.open = true;
	return true;
}

void log_close(void)
{
	struct timespec until;
	bool done;

	if (!queue.open)
		return;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 1;
	pthread_mutex_lock(&queue.lock);
	queue.closing = true;
	pthread_cond_broadcast(&queue.changed);
	while (!queue.done) {
		if (pthread_cond_timedwait(&queue.changed, &queue.lock, &until) != 0)
			break;
	}
	done = queue.done;
	queue.open = false;
	pthread_mutex_unlock(&queue.lock);
	if (done)
		pthread_join(queue.thread, NULL);
	else
		pthread_detach(queue.thread); /* it hangs in syslog(3); the process ends now */
}

void log_line(int priority, const char *text)
{
	char *copy;

	if (!queue.open) {
		fprintf(stderr, "profd: %s\n", text);
		return;
	}
	copy = strdup(text);
	pthread_mutex_lock(&queue.lock);
	if (copy != NULL && queue.count < WAITING_MAX) {
		unsigned at = (queue.first + queue.count++) % WAITING_MAX;

		queue.line[at] = (struct waiting_line){priority, copy};
		/* cppcheck-suppress memleak ; the queue owns it now */
		copy = NULL;
		pthread_cond_signal(&queue.changed);
	} else {
		queue.lost++;
	}
	pthread_mutex_unlock(&queue.lock);
	free(copy);
}

void log_write(int priority, const char *format, ...)
{
	char text[LINE_MAX_SIZE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	log_line(priority, text);
}

uint64_t log_lost(void)
{
	uint64_t lost;

	pthread_mutex_lock(&queue.lock);
	lost = queue.lost;
	pthread_mutex_unlock(&queue.lock);
	return lost;
}
