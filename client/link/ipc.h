/*
 * A link over a Unix socket: ZMTP spoken by ourselves. It takes one descriptor, no thread, and a
 * few kilobytes, and nothing in it can end the process, whatever the kernel refuses.
 */
#ifndef CLIENT_LINK_IPC_H
#define CLIENT_LINK_IPC_H

#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

struct ipc;

/* As link_open, link_close, link_send and link_receive; `path` is the socket's file. */
prof_error ipc_open(struct ipc **ipc, const char *path);
void ipc_close(struct ipc *ipc);
prof_error ipc_send(struct ipc *ipc, const void *message, size_t size);
prof_error ipc_receive(struct ipc *ipc, double timeout, int wake, const uint8_t **message,
		       size_t *size);

/* In the child of a fork: frees the memory alone, since the descriptor's number may be another's
 * there. */
void ipc_forget(struct ipc *ipc);

#endif
