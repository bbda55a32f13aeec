/*
 * Where profd writes lines for people: syslog, or standard error. The only part that speaks
 * syslog(3).
 *
 * Lines for syslog are written by a thread of its own, since syslog(3) waits while its reader is
 * stopped, and profd must not.
 */
#ifndef DAEMON_BASE_LOG_H
#define DAEMON_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <syslog.h> /* the priorities */

enum log_target { LOG_TO_STDERR, LOG_TO_SYSLOG };

/* Until it is called, lines go to standard error. False when the thread cannot be started, and
 * nothing has changed. */
bool log_open(enum log_target target);

/* Waits a bounded time until all lines are written, and goes back to standard error. */
void log_close(void);

/* One line, of a priority of syslog(3); never waits. */
void log_line(int priority, const char *line);
void log_write(int priority, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Lines lost because the reader of syslog was too slow. */
uint64_t log_lost(void);

#endif
