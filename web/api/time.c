/*
 * Addresses that tell what was so over time.
 */
#include <string.h>

#include "view/differences.h"
#include "view/json.h"
#include "view/past.h"
#include "web/api/api.h"

#define USUAL	   3600.0
#define MOST_STEPS 60

/* Which calls; false when that makes no sense. */
static bool select_calls(const struct query *q, struct prof_selection *selection,
			 struct reply *reply)
{
	if (q->function != NULL && q->pattern != NULL) {
		reply_error(reply, 400, "function and pattern are mutually exclusive");
		return false;
	}
	*selection = (struct prof_selection){.size = sizeof(*selection),
					     .function = q->function,
					     .pattern = q->pattern,
					     .program = q->program};
	return true;
}

static void answer_history(const struct request *request, struct reply *reply, bool buckets)
{
	const struct query *q = &request->query;
	struct prof_selection selection;
	struct prof_history *history;
	struct prof_range range;
	prof_error error;
	double step;

	if (!select_calls(q, &selection, reply))
		return;
	if (!past_range(q->since, q->until, USUAL, &range)) {
		reply_error(reply, 400, "since must be earlier than until (default: now)");
		return;
	}
	step = q->step > 0.0 ? q->step : past_step(&range, q->steps > 0 ? q->steps : MOST_STEPS);
	error = prof_get_history(&selection, &range, step, buckets, request->timeout, &history);
	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	if (buckets)
		view_heatmap(reply_json(reply, 200), q->function, history);
	else
		view_history(reply_json(reply, 200), q->function, history);
	prof_free(history);
}

void api_history(const struct request *request, struct reply *reply)
{
	answer_history(request, reply, false);
}

void api_heatmap(const struct request *request, struct reply *reply)
{
	answer_history(request, reply, true);
}

void api_histogram(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	struct prof_range range = {q->since, q->until};
	bool ranged = q->since > 0.0 || q->until > 0.0;
	struct prof_histogram_list *list;
	struct prof_selection selection;
	prof_error error;

	if (!select_calls(q, &selection, reply))
		return;
	if (q->until > 0.0 && q->since >= q->until) {
		reply_error(reply, 400, "since must be earlier than until");
		return;
	}
	error = prof_get_histograms(&selection, ranged ? &range : NULL, request->timeout, &list);
	if (error != PROF_OK) {
		reply_failure(reply, error);
		return;
	}
	view_histograms(reply_json(reply, 200), list);
	prof_free(list);
}

/* One side of a comparison. */
struct compared {
	struct prof_selection selection;
	const struct prof_range *range;	  /* NULL: since the last clear */
	struct prof_histogram_list *list; /* NULL: there were no calls */
};

static prof_error ask(struct compared *one, double timeout)
{
	prof_error error = prof_get_histograms(&one->selection, one->range, timeout, &one->list);

	return error == PROF_NOT_FOUND ? PROF_OK : error;
}

void api_diff(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	struct compared before = {0}, after = {0};
	struct differences differences = {0};
	double threshold = query_has(q, PARAMETER_THRESHOLD) ? q->threshold : DIFFERENCES_THRESHOLD;
	prof_error error;

	if (!query_has(q, PARAMETER_BEFORE) && q->before_program == NULL) {
		reply_error(reply, 400,
			    "nothing to compare with: give before and after a time range, or "
			    "before_program and after_program a program");
		return;
	}
	if (!select_calls(q, &before.selection, reply))
		return;
	after.selection = before.selection;
	before.range = query_has(q, PARAMETER_BEFORE) ? &q->before : NULL;
	after.range = query_has(q, PARAMETER_AFTER) ? &q->after : NULL;
	if (q->before_program != NULL)
		before.selection.program = q->before_program;
	if (q->after_program != NULL)
		after.selection.program = q->after_program;
	error = ask(&before, request->timeout);
	if (error == PROF_OK)
		error = ask(&after, request->timeout);
	if (error == PROF_OK && !differences_find(&differences, before.list, after.list, threshold))
		error = PROF_NO_MEMORY;
	if (error == PROF_OK)
		view_differences(reply_json(reply, 200), &differences);
	else
		reply_failure(reply, error);
	differences_free(&differences);
	prof_free(before.list);
	prof_free(after.list);
}
