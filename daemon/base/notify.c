/*
 * The line to systemd.
 */
#include <config.h>

#include "daemon/base/notify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_SYSTEMD
#include <systemd/sd-daemon.h>

#include "daemon/base/clock.h"

void notify_ready(void)
{
	sd_notify(0, "READY=1");
}

void notify_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_monotonic() / 1000);
}

void notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

int64_t notify_watchdog_ns(void)
{
	uint64_t us;

	return sd_watchdog_enabled(0, &us) > 0 ? (int64_t)us * 1000 / 2 : 0;
}

void notify_watchdog(void)
{
	sd_notify(0, "WATCHDOG=1");
}

static int find_name(const char *const *names, unsigned count, const char *name)
{
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(names[i], name) == 0)
			return (int)i;
	}
	return -1;
}

bool notify_sockets(const char *const *names, int *fds, unsigned count, char *why, size_t room)
{
	char **given = NULL;
	int inherited = sd_listen_fds_with_names(1, &given);
	bool known = true;

	for (unsigned i = 0; i < count; i++)
		fds[i] = -1;
	for (int i = 0; i < inherited; i++) {
		int at = find_name(names, count, given[i]);

		if (at >= 0 && fds[at] < 0) {
			fds[at] = SD_LISTEN_FDS_START + i;
		} else if (known) {
			snprintf(why, room, "the inherited socket \"%.100s\" is %s", given[i],
				 at < 0 ? "not one of records and control" : "there twice");
			known = false;
		}
		free(given[i]);
	}
	free(given);
	return known;
}

#else

void notify_ready(void)
{
}

void notify_reloading(void)
{
}

void notify_stopping(void)
{
}

int64_t notify_watchdog_ns(void)
{
	return 0;
}

void notify_watchdog(void)
{
}

bool notify_sockets(const char *const *names, int *fds, unsigned count, char *why, size_t room)
{
	(void)names;
	(void)why;
	(void)room;
	for (unsigned i = 0; i < count; i++)
		fds[i] = -1;
	return true;
}

#endif
