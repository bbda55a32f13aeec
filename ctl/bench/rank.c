/*
 * Ranking what was measured.
 */
#include "ctl/bench/rank.h"

#include <stdlib.h>

#include "ctl/base/say.h"

/* By median; of equals the one that was named first. Insertion keeps that order. */
static void insert(struct ranking *ranking, const struct prof_bench_result *result)
{
	size_t at = ranking->count++;

	for (; at > 0 && result->median < ranking->results[at - 1]->median; at--)
		ranking->results[at] = ranking->results[at - 1];
	ranking->results[at] = result;
}

void ranking_make(struct ranking *ranking, const struct bench_session *session)
{
	struct prof_bench_criteria criteria = PROF_BENCH_CRITERIA_INIT;

	*ranking = (struct ranking){0};
	ranking->results = need(calloc(session->plan->count + 1, sizeof(*ranking->results)));
	ranking->comparisons =
		need(calloc(session->plan->count + 1, sizeof(*ranking->comparisons)));
	for (size_t i = 0; i < session->plan->count; i++)
		if (session->measured[i].result != NULL)
			insert(ranking, session->measured[i].result);
	if (ranking->count > 2)
		criteria.significance /= (double)(ranking->count - 1);
	for (size_t i = 1; i < ranking->count; i++)
		if (prof_bench_compare(ranking->results[i], ranking->results[0], &criteria,
				       &ranking->comparisons[i - 1]) != PROF_OK)
			need(NULL);
}

void ranking_free(struct ranking *ranking)
{
	for (size_t i = 1; i < ranking->count; i++)
		prof_bench_free(ranking->comparisons[i - 1]);
	free(ranking->comparisons);
	free(ranking->results);
}
