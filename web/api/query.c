/*
 * Reading parameters. What a value may be is told by view/, so that it is what profctl's options
 * take.
 */
#include "web/api/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cli.h"
#include "view/parse.h"
#include "view/value.h"

struct row {
	const char *name;
	/* Parses the value into the field, which lies there in struct query; NULL, or what it must
	 * be. */
	const char *(*parse)(void *field, const char *value);
	size_t field;
};

static const char *parse_number(void *field, const char *value)
{
	return value_number(value, INT64_MAX, field) ? NULL : "a whole number from 0 on";
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

static const char *parse_mark(void *field, const char *value)
{
	return query_read_mark(value, field) ? NULL : "a mark of an earlier answer";
}

#define AT(field) offsetof(struct query, field)

static const struct row rows[PARAMETERS] = {
	[PARAMETER_FUNCTION] = {"function", cli_text, AT(function)},
	[PARAMETER_PATTERN] = {"pattern", cli_text, AT(pattern)},
	[PARAMETER_PROGRAM] = {"program", cli_text, AT(program)},
	[PARAMETER_SORT] = {"sort", parse_order, AT(order)},
	[PARAMETER_LIMIT] = {"limit", parse_count, AT(limit)},
	[PARAMETER_SINCE] = {"since", parse_point, AT(since)},
	[PARAMETER_UNTIL] = {"until", parse_point, AT(until)},
	[PARAMETER_STEP] = {"step", parse_length, AT(step)},
	[PARAMETER_STEPS] = {"steps", parse_count, AT(steps)},
	[PARAMETER_SHARE] = {"share", parse_percent, AT(share)},
	[PARAMETER_BY] = {"by", parse_by, AT(by)},
	[PARAMETER_BEFORE] = {"before", parse_range, AT(before)},
	[PARAMETER_AFTER] = {"after", parse_range, AT(after)},
	[PARAMETER_BEFORE_PROGRAM] = {"before_program", cli_text, AT(before_program)},
	[PARAMETER_AFTER_PROGRAM] = {"after_program", cli_text, AT(after_program)},
	[PARAMETER_THRESHOLD] = {"threshold", parse_percent, AT(threshold)},
	[PARAMETER_MARK] = {"mark", parse_mark, AT(mark)},
	[PARAMETER_NAME] = {"name", cli_text, AT(name)},
	[PARAMETER_NUMBER] = {"number", parse_number, AT(number)},
	[PARAMETER_FIRST] = {"first", cli_text, AT(first)},
	[PARAMETER_SECOND] = {"second", cli_text, AT(second)},
	[PARAMETER_BUCKETS] = {"buckets", parse_count, AT(buckets)},
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

bool query_read(struct query *q, uint32_t fitting, const struct http_parameter *p, char *why,
		size_t room)
{
	const char *wanted;
	unsigned i = 0;

	if (strlen(p->name) != p->name_length)
		return refuse(why, room, "a parameter", "has a NUL in its name");
	while (i < PARAMETERS && strcmp(rows[i].name, p->name) != 0)
		i++;
	if (i == PARAMETERS || (fitting >> i & 1) == 0)
		return refuse(why, room, p->name, "is not a parameter here");
	if (query_has(q, (enum parameter)i))
		return refuse(why, room, p->name, "is given twice");
	if (p->value == NULL || p->length == 0)
		return true;
	wanted = memchr(p->value, '\0', p->length) == NULL
			 ? rows[i].parse((char *)q + rows[i].field, p->value)
			 : "text without NUL";
	if (wanted != NULL) {
		snprintf(why, room, "%s must be %s", rows[i].name, wanted);
		return false;
	}
	q->given |= 1u << i;
	return true;
}
