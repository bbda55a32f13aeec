/*
 * From a condition variable to a descriptor.
 */
#include "client/push/wake.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "client/link/aside.h"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t rung;
	uint64_t rings;
	int fd;	      /* -1: none yet */
	bool running; /* the thread was started */
} bell = {.lock = PTHREAD_MUTEX_INITIALIZER, .rung = PTHREAD_COND_INITIALIZER, .fd = -1};

static void wake_main(void)
{
	uint64_t heard = 0, one = 1;
	ssize_t n;

	for (;;) {
		pthread_mutex_lock(&bell.lock);
		while (bell.rings == heard)
			pthread_cond_wait(&bell.rung, &bell.lock);
		heard = bell.rings;
		pthread_mutex_unlock(&bell.lock);
		n = write(bell.fd, &one, sizeof(one));
		(void)n; /* the counter is full: then it is readable as well */
	}
}

bool wake_open(int *fd)
{
	if (bell.fd < 0)
		bell.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (bell.fd >= 0 && !bell.running)
		bell.running = aside_start_beside("prof-wake", wake_main);
	*fd = bell.fd;
	return bell.running;
}

void wake_ring(void)
{
	pthread_mutex_lock(&bell.lock);
	bell.rings++;
	pthread_cond_signal(&bell.rung);
	pthread_mutex_unlock(&bell.lock);
}

void wake_forget(void)
{
	pthread_mutex_init(&bell.lock, NULL);
	pthread_cond_init(&bell.rung, NULL);
	bell.rings = 0;
	bell.fd = -1;
	bell.running = false;
}
