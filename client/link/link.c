/*
 * Over a Unix socket the library speaks for itself, over tcp through libzmq.
 */
#include "client/link/link.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/link/ipc.h"
#include "client/link/tcp.h"
#include "proto/endpoint.h"

/* One of `ipc` and `tcp` is NULL. */
struct link {
	pid_t owner; /* process that opened it */
	struct ipc *ipc;
	struct tcp *tcp;
};

prof_error link_open(struct link **link, const char *place, const char *name)
{
	char address[160];
	prof_error error;
	struct link *l;

	if (!endpoint_address(address, sizeof(address), place, name))
		return PROF_BAD_ENDPOINT;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return PROF_NO_MEMORY;
	l->owner = getpid();
	error = endpoint_is_tcp(address) ? tcp_open(&l->tcp, address)
					 : ipc_open(&l->ipc, address + strlen("ipc://"));
	if (error == PROF_OK)
		*link = l;
	else
		free(l);
	return error;
}

void link_close(struct link *l)
{
	if (l == NULL)
		return;
	if (l->ipc != NULL && l->owner == getpid())
		ipc_close(l->ipc);
	else if (l->ipc != NULL)
		ipc_forget(l->ipc);
	else if (l->owner == getpid())
		tcp_close(l->tcp);
	free(l);
}

prof_error link_send(struct link *l, const void *message, size_t size)
{
	return l->ipc != NULL ? ipc_send(l->ipc, message, size) : tcp_send(l->tcp, message, size);
}

prof_error link_receive(struct link *l, double timeout, int wake, const uint8_t **message,
			size_t *size)
{
	return l->ipc != NULL ? ipc_receive(l->ipc, timeout, wake, message, size)
			      : tcp_receive(l->tcp, timeout, wake, message, size);
}

void link_lock(void)
{
	tcp_lock();
}

void link_unlock(void)
{
	tcp_unlock();
}
