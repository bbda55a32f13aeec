/*
 * Programs, functions and paths: found by name and place, made on first sight, and where a table is
 * full, what stands for the rest.
 */
#include "daemon/ledger_data.h"

#include <stdlib.h>
#include <string.h>

/* An eighth of the paths is kept for functions alone, so that what collapses finds its function. */
#define DEEP_PATHS(limit) ((limit) - (limit) / 8)

struct place {
	const struct program *program;
	const struct path *parent;
	const struct function *function;
};

static bool same_program(const void *item, const void *key)
{
	return strcmp(((const struct program *)item)->name, key) == 0;
}

static bool same_function(const void *item, const void *key)
{
	return strcmp(((const struct function *)item)->name, key) == 0;
}

static bool same_place(const void *item, const void *key)
{
	const struct path *path = item;
	const struct place *place = key;

	return path->program == place->program && path->parent == place->parent &&
	       path->function == place->function;
}

static uint64_t hash_name(const struct ledger *l, const char *name)
{
	return table_hash(&l->secret, name, strlen(name));
}

static uint64_t hash_place(const struct ledger *l, const struct place *place)
{
	uint32_t ids[3] = {place->program->id, place->parent == NULL ? 0 : place->parent->id,
			   place->function->id};

	return table_hash(&l->secret, ids, sizeof(ids));
}

struct program *ledger_find_program(const struct ledger *l, const char *name)
{
	return table_find(&l->programs_by_name, hash_name(l, name), same_program, name);
}

struct function *ledger_find_function(const struct ledger *l, const char *name)
{
	return table_find(&l->functions_by_name, hash_name(l, name), same_function, name);
}

struct program *ledger_make_program(struct ledger *l, const char *name)
{
	size_t size = strlen(name) + 1;
	struct program *p;

	if (!roll_reserve(&l->programs) || !table_reserve(&l->programs_by_name))
		return NULL;
	p = malloc(sizeof(*p) + size);
	if (p == NULL)
		return NULL;
	p->id = l->programs.count + 1;
	memcpy(p->name, name, size);
	roll_append(&l->programs, p);
	table_put(&l->programs_by_name, hash_name(l, name), p);
	l->dirty = true;
	return p;
}

struct function *ledger_make_function(struct ledger *l, const char *name)
{
	size_t size = strlen(name) + 1;
	struct function *f;

	if (!roll_reserve(&l->functions) || !table_reserve(&l->functions_by_name))
		return NULL;
	f = calloc(1, sizeof(*f) + size);
	if (f == NULL)
		return NULL;
	f->id = l->functions.count + 1;
	tally_init(&f->all);
	memcpy(f->name, name, size);
	roll_append(&l->functions, f);
	table_put(&l->functions_by_name, hash_name(l, name), f);
	l->dirty = true;
	return f;
}

struct path *ledger_make_path(struct ledger *l, const struct program *program,
			      const struct path *parent, struct function *function)
{
	struct place place = {program, parent, function};
	struct path *p;

	if (!roll_reserve(&l->paths) || !table_reserve(&l->paths_by_place))
		return NULL;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->id = l->paths.count + 1;
	p->program = program;
	p->parent = parent;
	p->function = function;
	tally_init(&p->statistic.returned);
	tally_init(&p->statistic.failed);
	p->next_of_function = function->paths;
	function->paths = p;
	roll_append(&l->paths, p);
	table_put(&l->paths_by_place, hash_place(l, &place), p);
	l->dirty = true;
	return p;
}

struct program *ledger_place_program(struct ledger *l, const char *name)
{
	struct program *p = ledger_find_program(l, name);

	if (p == NULL && l->programs.count >= l->limits.processes) {
		name = PROF_OTHER;
		p = ledger_find_program(l, name);
	}
	return p != NULL ? p : ledger_make_program(l, name);
}

static struct function *place_function(struct ledger *l, const char *name)
{
	struct function *f = ledger_find_function(l, name);

	if (f == NULL && l->functions.count >= l->limits.functions) {
		l->counts.functions_collapsed++;
		name = PROF_OTHER;
		f = ledger_find_function(l, name);
	}
	return f != NULL ? f : ledger_make_function(l, name);
}

static struct path *find_path(const struct ledger *l, const struct place *place)
{
	return table_find(&l->paths_by_place, hash_place(l, place), same_place, place);
}

struct path *ledger_place_path(struct ledger *l, const struct program *program,
			       const struct path *parent, const char *function)
{
	struct place place = {program, parent, NULL};
	struct path *path;
	uint32_t limit = parent == NULL ? l->limits.paths : DEEP_PATHS(l->limits.paths);
	struct function *f = place_function(l, function);

	if (f == NULL)
		return NULL;
	place.function = f;
	path = find_path(l, &place);
	if (path != NULL)
		return path;
	if (l->paths.count < limit)
		return ledger_make_path(l, program, parent, f);
	l->counts.paths_collapsed++;
	place.parent = NULL;
	path = find_path(l, &place);
	if (path != NULL)
		return path;
	if (l->paths.count < l->limits.paths)
		return ledger_make_path(l, program, NULL, f);
	f = ledger_find_function(l, PROF_OTHER);
	if (f == NULL)
		f = ledger_make_function(l, PROF_OTHER);
	if (f == NULL)
		return NULL;
	place.function = f;
	path = find_path(l, &place);
	return path != NULL ? path : ledger_make_path(l, program, NULL, f);
}

const char *ledger_print_path(char *to, size_t room, const struct path *path)
{
	static const char arrow[] = " > ", dots[] = "... > ";
	char *at = to + room - 1;

	*at = '\0';
	for (const struct path *p = path; p != NULL; p = p->parent) {
		size_t length = strlen(p->function->name);
		size_t joint = p == path ? 0 : sizeof(arrow) - 1;

		if ((size_t)(at - to) < length + joint + sizeof(dots) - 1) {
			at -= sizeof(dots) - 1;
			memcpy(at, dots, sizeof(dots) - 1);
			break;
		}
		at -= joint;
		memcpy(at, arrow, joint);
		at -= length;
		memcpy(at, p->function->name, length);
	}
	return at;
}
