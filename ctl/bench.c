/*
 * profctl bench: time whole commands, compare them, hand on what was measured.
 */
#include "ctl/bench.h"

#include "ctl/command.h"

enum outcome run_bench(const struct request *r)
{
	struct bench_session session;
	struct bench_plan plan;
	enum outcome outcome = bench_plan_read(&plan, r, r->operands);

	if (outcome == OUTCOME_DONE) {
		outcome = bench_run(&plan, &session);
		bench_show(&session);
		bench_session_free(&session);
	}
	bench_plan_free(&plan);
	return outcome;
}
