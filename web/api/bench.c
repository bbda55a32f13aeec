/*
 * Addresses that tell of saved benchmarks.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/json.h"
#include "view/json_saved.h"
#include "base/near.h"
#include "view/result.h"
#include "view/series.h"
#include "web/api/api.h"

#define LABEL_ROOM 320

/* That nothing is kept under this name, and which names are near; or why else there is no answer.
 */
static void answer_failure(const struct request *request, struct reply *reply, const char *name,
			   prof_error error)
{
	struct prof_saved_list *list = NULL;
	struct near near;

	if (error != PROF_NOT_FOUND) {
		reply_failure(reply, error);
		return;
	}
	near_init(&near, name);
	if (prof_get_saved_latest(NULL, 0, request->timeout, &list) == PROF_OK)
		for (size_t i = 0; i < list->count; i++)
			near_offer(&near, list->results[i]->benchmark->name);
	view_missing(reply_json(reply, 404), &near);
	prof_free(list);
}

static bool is_named(const char *name, struct reply *reply)
{
	if (name == NULL)
		reply_error(reply, 400, "missing parameter: name=NAME");
	return name != NULL;
}

void api_bench_list(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	struct prof_saved_list *list;
	prof_error error = prof_get_saved_latest(q->pattern, q->limit, request->timeout, &list);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_saved_list(reply_json(reply, 200), list);
	prof_free(list);
}

void api_bench_history(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	struct prof_saved_list *list;
	struct series series;
	prof_error error;

	if (!is_named(q->name, reply))
		return;
	error = prof_get_saved_history(q->name, 0, q->limit, request->timeout, &list);
	if (error != PROF_OK) {
		answer_failure(request, reply, q->name, error);
		return;
	}
	if (series_find(&series, list, q->since)) {
		view_series(reply_json(reply, 200), q->name, &series);
		series_free(&series);
	} else {
		reply_failure(reply, PROF_NO_MEMORY);
	}
	prof_free(list);
}

/* A result that was asked for, and what it is made of. */
struct found {
	char label[LABEL_ROOM];
	struct prof_saved *saved;
	struct prof_bench_result *figures;
	struct result result;
};

static prof_error find(struct found *f, const char *name, uint64_t number, double timeout)
{
	prof_error error = prof_get_saved(name, number, timeout, &f->saved);

	if (error != PROF_OK)
		return error;
	snprintf(f->label, sizeof(f->label), "%s#%" PRIu64, name, f->saved->number);
	error = result_find_figures(f->saved->benchmark, f->label, &f->figures);
	f->result = (struct result){f->label, f->saved->benchmark, f->figures, f->saved};
	return error;
}

static void forget(struct found *f)
{
	prof_bench_free(f->figures);
	prof_free(f->saved);
}

void api_bench_show(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	struct found found = {0};
	prof_error error;

	if (!is_named(q->name, reply))
		return;
	error = find(&found, q->name, q->number, request->timeout);
	if (error == PROF_OK) {
		view_result(reply_json(reply, 200), NULL, &found.result, true);
	} else {
		answer_failure(request, reply, q->name, error);
	}
	forget(&found);
}

/* "sort#3"; false, with a reply, when nothing is kept there. */
static bool find_operand(struct found *f, const struct request *request, const char *operand,
			 struct reply *reply)
{
	uint64_t number;
	size_t length;
	prof_error error;
	char *name;

	if (!result_read_name(operand, &length, &number)) {
		reply_error(reply, 400, "first and second must be NAME or NAME#N, with N from 1");
		return false;
	}
	name = strndup(operand, length);
	error = name == NULL ? PROF_NO_MEMORY : find(f, name, number, request->timeout);
	if (error != PROF_OK)
		answer_failure(request, reply, name == NULL ? "" : name, error);
	free(name);
	return error == PROF_OK;
}

static void compare(const struct found *first, const struct found *second, double relevance,
		    struct reply *reply)
{
	struct prof_bench_criteria criteria = PROF_BENCH_CRITERIA_INIT;
	struct prof_bench_comparison *comparison;
	prof_error error;

	criteria.relevance = relevance;
	error = prof_bench_compare(first->figures, second->figures, &criteria, &comparison);
	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_pair(reply_json(reply, 200), &first->result, &second->result, comparison, false);
	prof_bench_free(comparison);
}

void api_bench_compare(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	struct found first = {0}, second = {0};

	if (q->first == NULL || q->second == NULL)
		reply_error(reply, 400,
			    "nothing to compare: give first and second names such as sort#3");
	else if (find_operand(&first, request, q->first, reply) &&
		 find_operand(&second, request, q->second, reply))
		compare(&first, &second,
			query_has(q, PARAMETER_THRESHOLD) ? q->threshold : RESULT_RELEVANCE, reply);
	forget(&first);
	forget(&second);
}
