/*
 * Messages about commands that failed.
 */
#include "ctl/bench/failure.h"

#include <stdio.h>
#include <string.h>

#include "ctl/base/say.h"
#include "ctl/base/units.h"

#define BY_SHELL_NOT_FOUND 127 /* POSIX: the shell found no such command */
#define BY_SHELL_SIGNAL	   128 /* plus the number of the signal that ended the command */
#define LAST_SIGNAL	   64

/* "exit status 3", "killed by signal 9 (Killed)"; "" for a status of 0. As snprintf. */
static void failure_status(char *to, size_t room, int status)
{
	int signal = status - BY_SHELL_SIGNAL;

	if (status < 0)
		snprintf(to, room, "killed by signal %d (%s)", -status, strsignal(-status));
	else if (signal > 0 && signal <= LAST_SIGNAL)
		snprintf(to, room, "exit status %d, as of signal %d (%s)", status, signal,
			 strsignal(signal));
	else if (status == BY_SHELL_NOT_FOUND)
		snprintf(to, room, "exit status %d: there is no such command, most likely", status);
	else if (status != 0)
		snprintf(to, room, "exit status %d", status);
	else if (room > 0)
		to[0] = '\0';
}

void failure_tell(const struct bench_plan *plan, const char *what, const struct spawn_end *end)
{
	char text[160], limit[UNITS_ROOM];

	if (end->error != 0 && end->culprit != NULL) {
		complain("%s: %s", end->culprit, strerror(end->error));
	} else if (end->error != 0) {
		complain("%s: cannot be run: %s", what, strerror(end->error));
	} else if (end->sample.over_limit) {
		complain("%s: took longer than %s, and was killed", what,
			 units_seconds(limit, plan->limit));
	} else if (end->wanted_terminal) {
		complain("%s: wants the terminal, which it cannot have while it is timed; it was "
			 "killed",
			 what);
	} else {
		failure_status(text, sizeof(text), end->sample.status);
		complain("%s: %s", what, text);
	}
}
