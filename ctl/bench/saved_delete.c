/*
 * profctl bench delete: one result of a benchmark, or all of them, after asking.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "ctl/bench/source.h"
#include "ctl/base/units.h"
#include "proto/name.h"

/* Names what would be deleted, so that a slip of the finger is seen. OUTCOME_DONE: go on. */
static enum outcome ask_person(const struct request *r, const struct source_name *name)
{
	char count[UNITS_ROOM], moment[UNITS_ROOM], harmless[NAME_PRINTED_MAX];
	struct prof_saved *saved;
	prof_error error = prof_get_saved(name->text, name->number, r->timeout, &saved);

	if (error != PROF_OK)
		return source_not_had(r, name, error);
	name_print(harmless, sizeof(harmless), name->text);
	if (name->number == 0 && saved->results > 1)
		fprintf(stderr, "Delete all %s results of %s, the latest of %s",
			units_count(count, saved->results), harmless,
			units_moment(moment, saved->saved, 0));
	else
		fprintf(stderr, "Delete %s#%" PRIu64 " of %s (%s runs)", harmless, saved->number,
			units_moment(moment, saved->saved, 0),
			units_count(count, saved->benchmark->count));
	prof_free(saved);
	return say_ask();
}

static enum outcome delete_named(const struct request *r, const struct source_name *name)
{
	enum outcome outcome = r->yes ? OUTCOME_DONE : ask_person(r, name);
	char count[UNITS_ROOM];
	uint64_t deleted;
	prof_error error;

	if (outcome != OUTCOME_DONE)
		return outcome;
	error = prof_saved_delete(name->text, name->number, r->timeout, &deleted);
	if (error != PROF_OK)
		return source_not_had(r, name, error);
	if (r->json)
		say_count("deleted_results", deleted);
	else
		printf("%s result%s deleted.\n", units_count(count, deleted),
		       deleted == 1 ? " was" : "s were");
	return OUTCOME_DONE;
}

enum outcome run_bench_delete(const struct request *r)
{
	struct source_name name;
	enum outcome outcome;

	if (!say_can_ask(r))
		return OUTCOME_USAGE;
	outcome = source_read_saved(&name, r->operands[0]);
	if (outcome == OUTCOME_DONE) {
		outcome = delete_named(r, &name);
		free(name.text);
	}
	return outcome;
}
