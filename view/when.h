/*
 * Points and stretches of time as people write them.
 */
#ifndef VIEW_WHEN_H
#define VIEW_WHEN_H

#include <stdbool.h>

/*
 * A point in time, in seconds since 1970: "now"; so long ago: "2h", "1h30m", "10 min ago"; a day or
 * a time of it in the local time zone: "today", "yesterday 14:00", "monday 9:30" (the latest one),
 * "14:00:05" (the latest one), "2026-11-22", "2026-11-22 14:00"; RFC 3339:
 * "2026-11-22T14:00:05.25Z"; "@1795356000". A day alone is its first second. False, with `moment`
 * untouched, for anything else.
 */
bool when_read(const char *text, double now, double *moment);

/*
 * A stretch of time: "FROM..TO"; "FROM" alone lasts until now, but a day alone is the whole day.
 * Without FROM, as far back as there is anything (0). False when it makes no sense or ends before
 * it begins.
 */
bool when_read_range(const char *text, double now, double *since, double *until);

/* A length of time above 0, in seconds: "90s", "1h30m", "2 days", "0.5 h"; a number alone is
 * seconds. */
bool when_read_length(const char *text, double *seconds);

/* What the three accept, for a message. */
extern const char when_points[], when_ranges[], when_lengths[];

#endif
