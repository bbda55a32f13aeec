/*
 * Questions about a stretch of the past: which one, and how it is cut into steps.
 */
#ifndef VIEW_PAST_H
#define VIEW_PAST_H

#include <stdbool.h>
#include <stddef.h>

#include "include/profclient.h"

/* Seconds since 1970. */
double past_now(void);

/* Room for a moment in text. */
#define PAST_ROOM 48

/* Two points in time, 0 where one was not given: up to now; without the first the last `usual`
 * seconds. False when that is no stretch. */
bool past_range(double since, double until, double usual, struct prof_range *range);

/* The shortest of the lengths that people count in which makes at most `most` steps. */
double past_step(const struct prof_range *range, size_t most);

/* A moment as short as the step allows: "14:05:10", "14:05", "11-22 14:00", "2026-11-22". */
const char *past_moment(char *to, double moment, double step);

/* Where in the history a step stands: 0 for its first. */
size_t past_slot(const struct prof_history *history, const struct prof_step *step);

/* How many slots there are: up to the end of the range, those without calls too; at least 1. */
size_t past_slot_count(const struct prof_history *history);

/* RFC 3339 in UTC, for machines. Writes into `to` (PAST_ROOM bytes are enough) and returns it. */
const char *past_stamp(char *to, double moment);

#endif
