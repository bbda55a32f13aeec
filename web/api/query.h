/*
 * The parameters of a request, "?function=db.query&since=2h": one table, in which each has its name
 * and its meaning.
 */
#ifndef WEB_API_QUERY_H
#define WEB_API_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"
#include "view/frames.h"
#include "web/http/request.h"

enum parameter {
	PARAMETER_FUNCTION,
	PARAMETER_PATTERN,
	PARAMETER_PROGRAM,
	PARAMETER_SORT,
	PARAMETER_LIMIT,
	PARAMETER_SINCE,
	PARAMETER_UNTIL,
	PARAMETER_STEP,
	PARAMETER_STEPS,
	PARAMETER_SHARE,
	PARAMETER_BY,
	PARAMETER_BEFORE,
	PARAMETER_AFTER,
	PARAMETER_BEFORE_PROGRAM,
	PARAMETER_AFTER_PROGRAM,
	PARAMETER_THRESHOLD,
	PARAMETER_MARK,
	PARAMETER_NAME,
	PARAMETER_NUMBER,
	PARAMETER_FIRST,
	PARAMETER_SECOND,
	PARAMETER_BUCKETS,
	PARAMETERS
};

#define PARAMETER(name) (1u << PARAMETER_##name)

struct query {
	uint32_t given; /* bits of the parameters that were, but for empty ones */
	const char *function, *pattern, *program, *before_program,
		*after_program; /* NULL: not given */
	enum prof_order order;
	uint32_t limit;		   /* 0: all */
	double since, until, step; /* 0: not given */
	uint32_t steps;		   /* 0: not given */
	double share, threshold;   /* parts of 1 */
	enum frames_by by;
	struct prof_range before, after;
	struct prof_mark mark;
	const char *name, *first, *second; /* of saved benchmarks; NULL: not given */
	uint64_t number;		   /* 0: not given, the latest */
	uint32_t buckets;		   /* 0: not given, or as few as there can be */
};

/* Whether it was given. */
bool query_has(const struct query *query, enum parameter parameter);

/*
 * Reads one parameter. fitting: bits of those that may be given. False with a sentence in `why` for
 * one that may not, makes no sense or was given before.
 */
bool query_read(struct query *query, uint32_t fitting, const struct http_parameter *parameter,
		char *why, size_t room);

/* A mark as text, which is another parameter's value (QUERY_MARK_ROOM bytes are enough), and back.
 */
#define QUERY_MARK_ROOM 48
const char *query_mark(char *to, const struct prof_mark *mark);
bool query_read_mark(const char *text, struct prof_mark *mark);

#endif
