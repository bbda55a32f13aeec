/*
 * profctl bench: time whole commands, compare them, hand on what was measured.
 */
#include "ctl/bench/bench.h"

#include <signal.h>

#include "ctl/bench/export.h"
#include "ctl/bench/save.h"
#include "ctl/base/say.h"

/* Every way of handing on is tried, whatever became of another; the first trouble is what is told
 * by the exit status. */
static enum outcome hand_on(const struct bench_session *session, const struct request *r,
			    const char *revision)
{
	bool quiet = export_uses_output(r);
	enum outcome exported, saved = OUTCOME_DONE;

	/* Whoever has seen enough of the screen still wants the files. */
	signal(SIGPIPE, SIG_IGN);
	if (!quiet)
		bench_show(session);
	exported = export_all(session, r);
	if (r->bench.save != NULL && session->whole)
		saved = save_all(session, r, revision, quiet);
	else if (r->bench.save != NULL)
		complain("nothing was saved: the runs were not completed");
	return exported != OUTCOME_DONE ? exported : saved;
}

enum outcome run_bench(const struct request *r)
{
	char revision[REVISION_ROOM] = "";
	struct bench_session session;
	struct bench_plan plan;
	enum outcome outcome = bench_plan_read(&plan, r, r->operands), handed_on;

	if (outcome == OUTCOME_DONE && !(export_check(r) && save_check_note(r)))
		outcome = OUTCOME_USAGE;
	if (outcome == OUTCOME_DONE) {
		if (r->bench.save != NULL)
			save_revision(revision);
		outcome = bench_run(&plan, &session);
		handed_on = hand_on(&session, r, revision);
		if (outcome == OUTCOME_DONE)
			outcome = handed_on;
		bench_session_free(&session);
	}
	bench_plan_free(&plan);
	return outcome;
}
