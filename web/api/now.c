/*
 * Addresses that tell what is so now.
 */
#include "view/json.h"
#include "base/near.h"
#include "web/api/api.h"
#include "web/api/stream.h"

static struct prof_filter filter_of(const struct query *q)
{
	return (struct prof_filter){.size = sizeof(struct prof_filter),
				    .pattern = q->pattern,
				    .program = q->program,
				    .order = q->order,
				    .limit = q->limit};
}

void api_summary(const struct request *request, struct reply *reply)
{
	struct prof_filter filter = filter_of(&request->query);
	struct prof_summary *summary;
	prof_error error = prof_get_summary(&filter, request->timeout, &summary);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_summary(reply_json(reply, 200), summary);
	prof_free(summary);
}

void api_list(const struct request *request, struct reply *reply)
{
	struct prof_filter filter = filter_of(&request->query);
	struct prof_stats_list *list;
	prof_error error = prof_get_all_stats(&filter, request->timeout, &list);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_functions(reply_json(reply, 200), list);
	prof_free(list);
}

/* Which known names are near one that is not. */
static void answer_missing(const struct request *request, struct reply *reply)
{
	struct prof_filter filter = {
		.size = sizeof(filter), .program = request->query.program, .order = PROF_BY_CALLS};
	struct prof_stats_list *list = NULL;
	struct near near;

	near_init(&near, request->query.function);
	if (prof_get_all_stats(&filter, request->timeout, &list) == PROF_OK)
		for (size_t i = 0; i < list->count; i++)
			near_offer(&near, list->functions[i]->function_name);
	view_missing(reply_json(reply, 404), &near);
	prof_free(list);
}

void api_stats(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	struct prof_stats *stats;
	prof_error error;

	if (q->function == NULL) {
		reply_error(reply, 400, "missing parameter: function=NAME");
		return;
	}
	error = prof_get_stats(q->function, q->program, request->timeout, &stats);
	if (error == PROF_NOT_FOUND) {
		answer_missing(request, reply);
		return;
	}
	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_function(reply_json(reply, 200), stats);
	prof_free(stats);
}

void api_changes(const struct request *request, struct reply *reply)
{
	struct prof_filter filter = filter_of(&request->query);
	struct prof_changes *changes;
	char mark[QUERY_MARK_ROOM];
	prof_error error =
		prof_get_changes(&filter, &request->query.mark, request->timeout, &changes);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_changes(reply_json(reply, 200), changes, query_mark(mark, &changes->mark));
	prof_free(changes);
}

typedef prof_error get_calls(const char *, uint32_t, double, struct prof_slow_list **);

/* profd knows no filter by program here, so the limit is ours too when there is one. */
static void answer_calls(const struct request *request, struct reply *reply, get_calls *get)
{
	const struct query *q = &request->query;
	uint32_t limit = q->program == NULL ? q->limit : 0;
	struct prof_slow_list *list;
	prof_error error = get(q->pattern, limit, request->timeout, &list);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_calls(reply_json(reply, 200), list, q->program, NULL, q->limit);
	prof_free(list);
}

void api_slow(const struct request *request, struct reply *reply)
{
	answer_calls(request, reply, prof_get_slow);
}

void api_running(const struct request *request, struct reply *reply)
{
	answer_calls(request, reply, prof_get_running);
}

void api_ps(const struct request *request, struct reply *reply)
{
	struct prof_process_list *list;
	prof_error error = prof_get_processes(request->timeout, &list);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_processes(reply_json(reply, 200), list, request->query.program);
	prof_free(list);
}

void api_programs(const struct request *request, struct reply *reply)
{
	struct prof_program_list *list;
	prof_error error = prof_get_programs(request->timeout, &list);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_programs(reply_json(reply, 200), list);
	prof_free(list);
}

void api_status(const struct request *request, struct reply *reply)
{
	struct prof_status *status;
	prof_error error = prof_get_status(request->timeout, &status);

	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_status(reply_json(reply, 200), status);
	prof_free(status);
}

/* Where a stream was cut off, the browser tells what it heard last, and it goes on from there. */
void api_events(const struct request *request, struct reply *reply)
{
	struct stream_question question = {.pattern = request->query.pattern,
					   .program = request->query.program,
					   .mark = request->query.mark,
					   .timeout = request->timeout};

	if (request->last_event_id != NULL)
		query_read_mark(request->last_event_id, &question.mark);
	if (!stream_start(&reply->stream, &question)) {
		reply_error(reply, 503, "out of memory");
		return;
	}
	reply->status = 200;
	reply->type = "text/event-stream";
}
