/*
 * Reading parameters. What a value may be is told by view/, so that it is what profctl's options
 * take.
 */
#include "web/api/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "view/past.h"
#include "view/value.h"
#include "view/when.h"

struct row {
	const char *name;
	/* Reads the value into the field, which lies there in struct query. */
	bool (*take)(void *field, const char *value);
	size_t field;
	const char *wanted; /* what the value must be, for a message */
};

static bool take_text(void *field, const char *value)
{
	*(const char **)field = value;
	return true;
}

static bool take_order(void *field, const char *value)
{
	return value_order(value, field);
}

static bool take_count(void *field, const char *value)
{
	uint64_t number;

	if (!value_number(value, UINT32_MAX, &number))
		return false;
	*(uint32_t *)field = (uint32_t)number;
	return true;
}

static bool take_number(void *field, const char *value)
{
	return value_number(value, INT64_MAX, field);
}

static bool take_point(void *field, const char *value)
{
	return when_read(value, past_now(), field);
}

static bool take_length(void *field, const char *value)
{
	return when_read_length(value, field);
}

static bool take_percent(void *field, const char *value)
{
	return value_percent(value, field);
}

static bool take_by(void *field, const char *value)
{
	return value_by(value, field);
}

static bool take_range(void *field, const char *value)
{
	struct prof_range *range = field;

	return when_read_range(value, past_now(), &range->since, &range->until);
}

bool query_read_mark(const char *text, struct prof_mark *mark)
{
	const char *dot = strchr(text, '.');
	struct prof_mark read;
	char epoch[24];

	if (dot == NULL || (size_t)(dot - text) >= sizeof(epoch))
		return false;
	memcpy(epoch, text, (size_t)(dot - text));
	epoch[dot - text] = '\0';
	if (!value_number(epoch, UINT64_MAX, &read.epoch) ||
	    !value_number(dot + 1, UINT64_MAX, &read.change))
		return false;
	*mark = read;
	return true;
}

const char *query_mark(char *to, const struct prof_mark *mark)
{
	snprintf(to, QUERY_MARK_ROOM, "%" PRIu64 ".%" PRIu64, mark->epoch, mark->change);
	return to;
}

static bool take_mark(void *field, const char *value)
{
	return query_read_mark(value, field);
}

#define AT(field) offsetof(struct query, field)

static const struct row rows[PARAMETERS] = {
	[PARAMETER_FUNCTION] = {"function", take_text, AT(function), "a name"},
	[PARAMETER_PATTERN] = {"pattern", take_text, AT(pattern), "a pattern"},
	[PARAMETER_PROGRAM] = {"program", take_text, AT(program), "a name"},
	[PARAMETER_SORT] = {"sort", take_order, AT(order), value_orders},
	[PARAMETER_LIMIT] = {"limit", take_count, AT(limit), "a whole number from 0 to 4294967295"},
	[PARAMETER_SINCE] = {"since", take_point, AT(since), when_points},
	[PARAMETER_UNTIL] = {"until", take_point, AT(until), when_points},
	[PARAMETER_STEP] = {"step", take_length, AT(step), when_lengths},
	[PARAMETER_STEPS] = {"steps", take_count, AT(steps), "a whole number from 0 to 4294967295"},
	[PARAMETER_SHARE] = {"share", take_percent, AT(share), value_percents},
	[PARAMETER_BY] = {"by", take_by, AT(by), value_bys},
	[PARAMETER_BEFORE] = {"before", take_range, AT(before), when_ranges},
	[PARAMETER_AFTER] = {"after", take_range, AT(after), when_ranges},
	[PARAMETER_BEFORE_PROGRAM] = {"before_program", take_text, AT(before_program), "a name"},
	[PARAMETER_AFTER_PROGRAM] = {"after_program", take_text, AT(after_program), "a name"},
	[PARAMETER_THRESHOLD] = {"threshold", take_percent, AT(threshold), value_percents},
	[PARAMETER_MARK] = {"mark", take_mark, AT(mark), "a mark of an earlier answer"},
	[PARAMETER_NAME] = {"name", take_text, AT(name), "a name"},
	[PARAMETER_NUMBER] = {"number", take_number, AT(number), "a whole number from 0 on"},
	[PARAMETER_FIRST] = {"first", take_text, AT(first), "a name"},
	[PARAMETER_SECOND] = {"second", take_text, AT(second), "a name"},
	[PARAMETER_BUCKETS] = {"buckets", take_count, AT(buckets),
			       "a whole number from 0 to 4294967295"},
};

bool query_has(const struct query *q, enum parameter parameter)
{
	return (q->given >> parameter & 1) != 0;
}

static bool refuse(char *why, size_t room, const char *name, const char *what)
{
	snprintf(why, room, "%.64s %s", name, what);
	return false;
}

bool query_take(struct query *q, uint32_t fitting, const char *name, const char *value,
		size_t length, char *why, size_t room)
{
	unsigned i = 0;

	while (i < PARAMETERS && strcmp(rows[i].name, name) != 0)
		i++;
	if (i == PARAMETERS || (fitting >> i & 1) == 0)
		return refuse(why, room, name, "is not a parameter here");
	if (query_has(q, (enum parameter)i))
		return refuse(why, room, name, "is given twice");
	if (value == NULL || length == 0)
		return true;
	if (memchr(value, '\0', length) != NULL ||
	    !rows[i].take((char *)q + rows[i].field, value)) {
		snprintf(why, room, "%s must be %s", name, rows[i].wanted);
		return false;
	}
	q->given |= 1u << i;
	return true;
}
