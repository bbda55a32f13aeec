/*
 * profctl bench check: whether something is slower than it was, for whoever asks by exit status.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/bench/bench.h"
#include "ctl/bench/save.h"
#include "ctl/base/command.h"
#include "ctl/bench/pair.h"
#include "ctl/base/say.h"
#include "proto/name.h"

#define THRESHOLD 0.03

/* What was just timed, and all that its source is lent. */
struct timed {
	struct bench_plan plan;
	struct bench_session session;
	struct prof_benchmark *benchmark;
	char revision[REVISION_ROOM];
	int *statuses;
};

static void timed_free(struct timed *t)
{
	bench_session_free(&t->session);
	bench_plan_free(&t->plan);
	free(t->statuses);
	prof_bench_free(t->benchmark);
}

/* Its exit status tells about the comparison alone: 1 is "slower", and nothing else is. */
static enum outcome not_compared(enum outcome outcome, enum outcome instead)
{
	return outcome == OUTCOME_NO ? instead : outcome;
}

/* The command that the baseline was made of. One that another user has stored is not run. */
static const char *command_of(const struct source *baseline)
{
	const char *command = baseline->benchmark.command;

	if (command == NULL || command[0] == '\0') {
		complain("the command that %s timed is unknown: give a command or "
			 "--result",
			 baseline->label);
		return NULL;
	}
	if (baseline->saved != NULL && baseline->saved->uid != getuid()) {
		complain("another user saved %s: give the command to run, or --result",
			 baseline->label);
		return NULL;
	}
	return command;
}

static void describe(struct timed *t, struct source *candidate)
{
	const struct bench_measured *m = &t->session.measured[0];
	struct prof_benchmark about = {
		.size = sizeof(about),
		.statuses = t->statuses,
		.command = t->plan.commands[0].line,
		.compiler = "", /* of the command: not known */
		.revision = t->revision,
	};

	for (size_t i = 0; i < m->count; i++)
		t->statuses[i] = m->samples[i].status;
	if (prof_bench_describe(m->result, &about, &t->benchmark) != PROF_OK)
		need(NULL);
	source_adopt(candidate, m->result->name, t->benchmark);
	candidate->result->doubts |= m->result->doubts;
}

static enum outcome time_command(struct timed *t, const struct request *r, const char *command,
				 struct source *candidate)
{
	char *lines[] = {(char *)command, NULL};
	enum outcome outcome = bench_plan_read(&t->plan, r, lines);

	if (outcome != OUTCOME_DONE)
		return outcome;
	save_revision(t->revision);
	outcome = bench_run(&t->plan, &t->session);
	if (outcome != OUTCOME_DONE)
		return not_compared(outcome, OUTCOME_TROUBLE);
	t->statuses = need(calloc(t->session.measured[0].count, sizeof(*t->statuses)));
	describe(t, candidate);
	return OUTCOME_DONE;
}

static enum outcome find_candidate(struct timed *t, const struct request *r, struct pair *pair)
{
	const char *command = r->operands[0];

	if (r->result != NULL)
		return not_compared(source_find(&pair->second, r, r->result), OUTCOME_USAGE);
	if (command == NULL)
		command = command_of(&pair->first);
	return command == NULL ? OUTCOME_USAGE : time_command(t, r, command, &pair->second);
}

static enum outcome report(const struct pair *pair, const struct request *r)
{
	const struct prof_bench_comparison *c = pair->comparison;
	bool slower = c->verdict == PROF_BENCH_SLOWER;
	char label[4 * SOURCE_LABEL];

	if (r->json) {
		pair_tell(pair, true);
	} else {
		pair_print(pair);
		name_print(label, sizeof(label), pair->first.label);
		printf("\n%s: %s than %s by %g %% or more%s\n", slower ? "Failed" : "Passed",
		       slower ? "slower" : "not slower", label, c->relevance * 100,
		       slower ? "" : ", as far as can be shown");
	}
	return slower ? OUTCOME_NO : OUTCOME_DONE;
}

static bool makes_sense(const struct request *r)
{
	if (r->against == NULL)
		complain("--against is required: a name or a file");
	else if (r->result != NULL && r->operands[0] != NULL)
		complain("--result and a command are mutually exclusive");
	else if (r->result != NULL && r->bench.save != NULL)
		complain("--result and --save are mutually exclusive");
	else
		return true;
	return false;
}

enum outcome run_bench_check(const struct request *r)
{
	struct timed timed = {0};
	struct pair pair = {0};
	enum outcome outcome, saved = OUTCOME_DONE;

	if (!makes_sense(r) || !save_check_note(r))
		return OUTCOME_USAGE;
	outcome = not_compared(source_find(&pair.first, r, r->against), OUTCOME_USAGE);
	if (outcome == OUTCOME_DONE)
		outcome = find_candidate(&timed, r, &pair);
	if (outcome == OUTCOME_DONE) {
		pair_compare(&pair, r->threshold < 0.0 ? THRESHOLD : r->threshold);
		outcome = report(&pair, r);
		if (r->bench.save != NULL)
			saved = save_all(&timed.session, r, timed.revision, r->json);
	}
	pair_free(&pair);
	timed_free(&timed);
	return saved != OUTCOME_DONE ? saved : outcome;
}
