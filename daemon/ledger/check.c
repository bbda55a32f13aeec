/*
 * Is a push well-formed, and is what it builds upon known? Judged as a whole before anything is
 * merged.
 */
#include "daemon/ledger/data.h"

#include <string.h>

#include "proto/name.h"
#include "proto/wire.h"

static enum ledger_verdict refuse(const char **why, const char *text)
{
	*why = text;
	return LEDGER_REFUSED;
}

uint32_t ledger_name_hash(const char *name)
{
	uint32_t hash = 2166136261u; /* FNV-1a: the same in every profd that reads the database */

	for (; *name != '\0'; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	return hash;
}

static bool is_too_large(const Profd__Push *push)
{
	return push->generation > PROF_NUMBER_MAX || push->epoch > PROF_NUMBER_MAX ||
	       push->span_ns > PROF_NUMBER_MAX || push->events_dropped > PROF_NUMBER_MAX ||
	       push->calls_collapsed > PROF_NUMBER_MAX;
}

const char *ledger_check_head(const Profd__Push *push)
{
	if (push->process.len != PROF_PROCESS_ID)
		return "the process is not named by 16 bytes";
	if (!name_is_valid(push->program, strlen(push->program)))
		return "the program's name is empty, too long or not UTF-8";
	if (push->generation == 0 || push->since >= push->generation)
		return "the generation is not above the one it builds upon";
	if (is_too_large(push))
		return "a number is too large";
	return NULL;
}

static bool is_defined(const struct ledger *l, const struct process *process, uint32_t id)
{
	if (id == 0 || id > PROF_PATHS_MAX)
		return false;
	if ((l->defined[id / 64] >> (id % 64) & 1) != 0)
		return true;
	return process != NULL && ledger_standing(process, id) != NULL;
}

static const char *check_path(struct ledger *l, const struct process *process,
			      const Profd__Path *path, bool *unknown)
{
	const struct standing *standing;

	if (path->id == 0 || path->id > PROF_PATHS_MAX)
		return "the id of a path is out of range";
	if (path->parent >= path->id)
		return "a path is defined before its parent";
	if (!name_is_valid(path->function, strlen(path->function)))
		return "a function's name is empty, too long or not UTF-8";
	if (path->parent != 0 && !is_defined(l, process, path->parent))
		*unknown = true;
	standing = process == NULL ? NULL : ledger_standing(process, path->id);
	if (standing != NULL && (standing->parent != path->parent ||
				 standing->name != ledger_name_hash(path->function)))
		return "a path is defined anew with another meaning";
	if ((l->defined[path->id / 64] >> (path->id % 64) & 1) != 0)
		return "a path is defined twice";
	l->defined[path->id / 64] |= UINT64_C(1) << (path->id % 64);
	return NULL;
}

static bool is_tally(struct ledger *l, const Profd__Tally *tally)
{
	if (tally == NULL)
		return true;
	return wire_read_tally(&l->both, tally) && tally_calls(&l->both) <= PROF_CALLS_MAX &&
	       tally->sum_ns <= PROF_NUMBER_MAX && tally->max_ns <= PROF_NUMBER_MAX;
}

static const char *check_standing(struct ledger *l, const Profd__Standing *standing)
{
	if (standing->path == 0 || standing->path > PROF_PATHS_MAX)
		return "the id of a path is out of range";
	if (standing->epoch > PROF_NUMBER_MAX || standing->slow > PROF_CALLS_MAX)
		return "a number is too large";
	if (!is_tally(l, standing->returned) || !is_tally(l, standing->failed))
		return "a tally is not well-formed";
	return NULL;
}

static const char *check_event(const Profd__Event *event)
{
	if (event->path == 0 || event->path > PROF_PATHS_MAX)
		return "the id of a path is out of range";
	if (event->sequence == 0 || event->sequence > PROF_NUMBER_MAX ||
	    event->duration_ns > PROF_NUMBER_MAX || event->threshold_ns > PROF_NUMBER_MAX ||
	    event->started_at_ns < 0)
		return "a number of an event is out of range";
	return NULL;
}

static const char *check_body(struct ledger *l, const Profd__Push *push,
			      const struct process *process, bool *unknown)
{
	const char *wrong = NULL;

	for (size_t i = 0; i < push->n_paths && wrong == NULL; i++)
		wrong = check_path(l, process, push->paths[i], unknown);
	for (size_t i = 0; i < push->n_standings && wrong == NULL; i++) {
		wrong = check_standing(l, push->standings[i]);
		*unknown |= wrong == NULL && !is_defined(l, process, push->standings[i]->path);
	}
	for (size_t i = 0; i < push->n_events && wrong == NULL; i++) {
		wrong = check_event(push->events[i]);
		*unknown |= wrong == NULL && !is_defined(l, process, push->events[i]->path);
	}
	return wrong;
}

/* The bits that check_path set; all ids were in range where it set one. */
static void forget_defined(struct ledger *l, const Profd__Push *push)
{
	for (size_t i = 0; i < push->n_paths; i++)
		if (push->paths[i]->id <= PROF_PATHS_MAX)
			l->defined[push->paths[i]->id / 64] = 0;
}

/* How many standings the push may need beyond those that are there. */
static uint64_t count_standings(const Profd__Push *push, const struct process *process)
{
	uint64_t chunks = 0;
	uint32_t last = UINT32_MAX;

	for (size_t i = 0; i < push->n_paths; i++) {
		uint32_t number = (push->paths[i]->id - 1) / BATCH_CHUNK;
		bool there = process != NULL && number < process->chunks_room &&
			     process->chunks[number] != NULL;

		if (!there && number != last)
			chunks++;
		last = number;
	}
	return chunks * BATCH_CHUNK;
}

/* What of the owner's share of the tables a push would go beyond; NULL: nothing. */
static const char *check_room(const struct ledger *l, const Profd__Push *push,
			      const struct process *process, const struct owner *owner)
{
	uint64_t standings = count_standings(push, process);

	if (process == NULL && !ledger_leaves_room(l, owner->processes, l->processes_by_key.used,
						   l->limits.processes, 1))
		return "profd knows as many processes of this user as it may";
	if (standings != 0 && !ledger_leaves_room(l, owner->standings, l->room_of_standings,
						  l->limits.standings, standings))
		return "profd holds as many paths of this user's processes as it may";
	return NULL;
}

enum ledger_verdict ledger_check(struct ledger *l, const Profd__Push *push,
				 const struct process *process, const struct owner *owner,
				 const char **why)
{
	bool unknown = push->since > (process == NULL ? 0 : process->generation);
	const char *wrong;

	wrong = check_body(l, push, process, &unknown);
	forget_defined(l, push);
	if (wrong != NULL)
		return refuse(why, wrong);
	if (unknown && push->since == 0)
		return refuse(why, "a path is used that is not defined");
	if (unknown)
		return LEDGER_SEND_ALL;
	wrong = check_room(l, push, process, owner);
	return wrong == NULL ? LEDGER_MERGED : refuse(why, wrong);
}
