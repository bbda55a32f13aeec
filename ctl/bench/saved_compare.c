/*
 * profctl bench compare: one result against another.
 */
#include "ctl/base/command.h"
#include "ctl/bench/pair.h"
#include "ctl/base/say.h"

enum outcome run_bench_compare(const struct request *r)
{
	struct pair pair = {0};
	enum outcome outcome = source_find(&pair.first, r, r->operands[0]);

	if (outcome == OUTCOME_DONE)
		outcome = source_find(&pair.second, r, r->operands[1]);
	if (outcome == OUTCOME_DONE) {
		pair_compare(&pair, r->threshold < 0.0 ? RESULT_RELEVANCE : r->threshold);
		if (r->json)
			pair_tell(&pair, false);
		else
			pair_print(&pair);
	}
	pair_free(&pair);
	return outcome;
}
