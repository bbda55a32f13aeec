/*
 * What systemd hears from profd and hands to it: readiness, reloads, the watchdog, sockets. Without
 * libsystemd, and outside of systemd, nothing happens.
 */
#ifndef DAEMON_BASE_NOTIFY_H
#define DAEMON_BASE_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

/* How often the watchdog must be fed at least, 0: there is none. */
int64_t notify_watchdog_ns(void);
void notify_watchdog(void);

/*
 * The inherited listening socket of this name (FileDescriptorName=), or -1. False with a sentence
 * in `why` when there are sockets, but of other names.
 */
bool notify_sockets(const char *const *names, int *fds, unsigned count, char *why, size_t room);

#endif
