/*
 * Parsers of values, and what they ask for.
 */
#include "view/parse.h"

#include "view/past.h"
#include "view/value.h"
#include "view/when.h"

const char *parse_by(void *frames_by, const char *value)
{
	return value_by(value, frames_by) ? NULL : "time or calls";
}

const char *parse_count(void *uint32, const char *value)
{
	uint64_t number;

	if (!value_number(value, UINT32_MAX, &number))
		return "a whole number from 0 to 4294967295";
	*(uint32_t *)uint32 = (uint32_t)number;
	return NULL;
}

const char *parse_length(void *seconds, const char *value)
{
	return when_read_length(value, seconds) ? NULL : when_lengths;
}

const char *parse_order(void *prof_order, const char *value)
{
	return value_order(value, prof_order) ? NULL
					      : "total, calls, avg, max, p99, errors, slow or name";
}

const char *parse_percent(void *part, const char *value)
{
	return value_percent(value, part) ? NULL : "a percentage such as 5 or 0.5%";
}

const char *parse_point(void *seconds, const char *value)
{
	return when_read(value, past_now(), seconds) ? NULL : when_points;
}

const char *parse_range(void *prof_range, const char *value)
{
	struct prof_range *range = prof_range;

	return when_read_range(value, past_now(), &range->since, &range->until) ? NULL
										: when_ranges;
}
