/*
 * Saving results, with what a reader of next month will want to know about them.
 */
#include "ctl/bench/save.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"
#include "proto/limits.h"
#include "proto/name.h"

void save_revision(char to[REVISION_ROOM])
{
	/* Without an optional lock it writes nothing into the repository. */
	FILE *git = popen("GIT_OPTIONAL_LOCKS=0 git describe --always --dirty --abbrev=40 "
			  "--exclude='*' 2>/dev/null",
			  "re");

	to[0] = '\0';
	if (git == NULL)
		return;
	if (fgets(to, REVISION_ROOM, git) == NULL)
		to[0] = '\0';
	if (pclose(git) != 0)
		to[0] = '\0';
	to[strcspn(to, "\n")] = '\0';
}

bool save_check_note(const struct request *r)
{
	const char *note = r->bench.note;

	if (note == NULL)
		return true;
	if (r->bench.save == NULL) {
		complain("--note requires --save");
		return false;
	}
	if (!name_is_utf8(note, strlen(note))) {
		complain("--note: must be UTF-8");
		return false;
	}
	return true;
}

static int *list_statuses(const struct bench_measured *m)
{
	int *statuses = need(calloc(m->count, sizeof(*statuses)));

	for (size_t i = 0; i < m->count; i++)
		statuses[i] = m->samples[i].status;
	return statuses;
}

static prof_error save(const struct bench_session *session, size_t index, const char *name,
		       const struct request *r, const char *revision, uint64_t *number)
{
	const struct bench_measured *m = &session->measured[index];
	const char *line = session->plan->commands[index].line;
	int *statuses = list_statuses(m);
	char command[PROF_SAVED_TEXT_MAX + 1];
	struct prof_benchmark about = {
		.size = sizeof(about),
		.name = name,
		.statuses = statuses,
		.command = command,
		.compiler = "", /* of the command: not known */
		.revision = revision,
		.note = r->bench.note,
	};
	prof_error error;

	name_copy(command, sizeof(command), line, strlen(line));
	error = prof_bench_save(m->result, &about, r->timeout, number);
	free(statuses);
	return error;
}

/* The answer in JSON, if one was asked for, is what was measured. */
static enum outcome report_failure(const struct request *r, prof_error error)
{
	struct request plain = *r;

	plain.json = false;
	return say_failure(&plain, error);
}

enum outcome save_all(const struct bench_session *session, const struct request *r,
		      const char *revision, bool quiet)
{
	const struct bench_plan *plan = session->plan;
	prof_error error = PROF_OK;

	if (!quiet)
		putchar('\n');
	for (size_t i = 0; error == PROF_OK && i < plan->count; i++) {
		char *name = bench_saved_name(plan, &plan->commands[i], r->bench.save);
		char shown[NAME_PRINTED_MAX];
		uint64_t number;

		error = save(session, i, name, r, revision, &number);
		name_print(shown, sizeof(shown), name);
		if (error == PROF_OK && !quiet)
			printf("saved as %s, number %" PRIu64 "\n", shown, number);
		free(name);
	}
	return error == PROF_OK ? OUTCOME_DONE : report_failure(r, error);
}
