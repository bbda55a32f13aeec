/*
 * Questions about a stretch of the past: which one, and how it is cut into steps.
 */
#ifndef CTL_PAST_H
#define CTL_PAST_H

#include <stddef.h>

#include "ctl/command.h"

/* Seconds since 1970. */
double past_now(void);

/* --since and --until; without --since the last `usual` seconds. False, after a message, when that
 * is no stretch. */
bool past_range(const struct request *r, double usual, struct prof_range *range);

/* --step, or else the shortest of the lengths that people count in which makes at most `most`
 * steps. */
double past_step(const struct request *r, const struct prof_range *range, size_t most);

/* A moment as short as the step allows: "14:05:10", "14:05", "11-22 14:00", "2026-11-22". */
const char *past_moment(char *to, double moment, double step);

/* Where in the history a step stands: 0 for its first. */
size_t past_place(const struct prof_history *history, const struct prof_step *step);

/* How many places there are: up to the end of the range, those without calls too; at least 1. */
size_t past_places(const struct prof_history *history);

/* RFC 3339 in UTC, for machines. Writes into `to` (UNITS_ROOM bytes are enough) and returns it. */
const char *past_stamp(char *to, double moment);

#endif
