/*
 * Ranges, steps and moments of the past.
 */
#include "view/past.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

#define MINUTE 60.0
#define HOUR   3600.0
#define DAY    86400.0

static const double lengths[] = {
	10,	     20,	  30,	   MINUTE,   2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
	15 * MINUTE, 30 * MINUTE, HOUR,	   2 * HOUR, 3 * HOUR,	 6 * HOUR,   12 * HOUR,
	DAY,	     2 * DAY,	  7 * DAY, 14 * DAY, 28 * DAY,
};

#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

double past_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

bool past_range(double since, double until, double usual, struct prof_range *range)
{
	struct prof_range asked;

	asked.until = until > 0.0 ? until : past_now();
	asked.since = since > 0.0 ? since : asked.until - usual;
	if (asked.since >= asked.until)
		return false;
	*range = asked;
	return true;
}

double past_step(const struct prof_range *range, size_t most)
{
	size_t i = 0;

	while (i < LENGTHS - 1 && (range->until - range->since) / lengths[i] > (double)most + 0.5)
		i++;
	return lengths[i];
}

static size_t form(char *to, const struct tm *tm, double step)
{
	if (step >= DAY)
		return strftime(to, PAST_ROOM, "%Y-%m-%d", tm);
	if (step >= HOUR)
		return strftime(to, PAST_ROOM, "%m-%d %H:%M", tm);
	if (step >= MINUTE)
		return strftime(to, PAST_ROOM, "%H:%M", tm);
	return strftime(to, PAST_ROOM, "%T", tm);
}

const char *past_moment(char *to, double moment, double step)
{
	time_t t = (time_t)floor(moment);
	struct tm tm = {0};

	if (localtime_r(&t, &tm) == NULL || form(to, &tm, step) == 0)
		snprintf(to, PAST_ROOM, "%.0f", moment);
	return to;
}

const char *past_stamp(char *to, double moment)
{
	time_t t = (time_t)floor(moment);
	struct tm tm = {0};

	if (gmtime_r(&t, &tm) == NULL || strftime(to, PAST_ROOM, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(to, PAST_ROOM, "%.0f", moment);
	return to;
}

size_t past_slot(const struct prof_history *h, const struct prof_step *s)
{
	double slot = h->step > 0.0 ? (s->start - h->extent.since) / h->step : 0.0;

	return slot > 0.0 ? (size_t)(slot + 1e-6) : 0;
}

size_t past_slot_count(const struct prof_history *h)
{
	double slots = h->step > 0.0 ? (h->extent.until - h->extent.since) / h->step : 1.0;
	size_t count = slots > 1.0 ? (size_t)ceil(slots - 1e-6) : 1;
	size_t last = h->count == 0 ? 0 : past_slot(h, h->steps[h->count - 1]) + 1;

	return count > last ? count : last;
}
