/*
 * Programs, functions and paths: found by name and key, made on first sight, and where a table is
 * full, what stands for the rest.
 */
#include "daemon/ledger/data.h"

#include <stdlib.h>
#include <string.h>

/* An eighth of the paths is kept for functions alone, so that what collapses finds its function. */
#define DEEP_PATHS(limit) ((limit) - (limit) / 8)

struct path_key {
	const struct program *program;
	const struct path *parent;
	const struct function *function;
	bool recursive;
};

static bool same_program(const void *item, const void *key)
{
	return strcmp(((const struct program *)item)->name, key) == 0;
}

static bool same_function(const void *item, const void *key)
{
	return strcmp(((const struct function *)item)->name, key) == 0;
}

static bool same_key(const void *item, const void *key)
{
	const struct path *path = item;
	const struct path_key *sought = key;

	return path->program == sought->program && path->parent == sought->parent &&
	       path->function == sought->function && path->recursive == sought->recursive;
}

static uint64_t hash_name(const struct ledger *l, const char *name)
{
	return table_hash(&l->secret, name, strlen(name));
}

static uint64_t hash_key(const struct ledger *l, const struct path_key *key)
{
	uint32_t ids[4] = {key->program->id, key->parent == NULL ? 0 : key->parent->id,
			   key->function->id, key->recursive};

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
			      const struct path *parent, struct function *function, bool recursive)
{
	struct path_key key = {program, parent, function, recursive};
	struct path *p;

	if (!roll_reserve(&l->paths) || !table_reserve(&l->paths_by_key))
		return NULL;
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->id = l->paths.count + 1;
	p->program = program;
	p->parent = parent;
	p->function = function;
	p->recursive = recursive;
	tally_init(&p->statistic.returned);
	tally_init(&p->statistic.failed);
	p->next_of_function = function->paths;
	function->paths = p;
	roll_append(&l->paths, p);
	table_put(&l->paths_by_key, hash_key(l, &key), p);
	l->dirty = true;
	return p;
}

struct program *ledger_intern_program(struct ledger *l, struct owner *owner, const char *name)
{
	struct program *p = ledger_find_program(l, name);

	if (p != NULL)
		return p;
	if (!ledger_leaves_room(l, owner->programs, l->programs.count, l->limits.processes, 1)) {
		p = ledger_find_program(l, PROF_OTHER);
		return p != NULL ? p : ledger_make_program(l, PROF_OTHER);
	}
	p = ledger_make_program(l, name);
	owner->programs += p != NULL;
	return p;
}

static struct function *intern_other(struct ledger *l)
{
	struct function *f = ledger_find_function(l, PROF_OTHER);

	return f != NULL ? f : ledger_make_function(l, PROF_OTHER);
}

static struct function *intern_function(struct ledger *l, struct owner *owner, const char *name)
{
	struct function *f = ledger_find_function(l, name);

	if (f != NULL)
		return f;
	if (!ledger_leaves_room(l, owner->functions, l->functions.count, l->limits.functions, 1)) {
		l->counts.functions_collapsed++;
		return intern_other(l);
	}
	f = ledger_make_function(l, name);
	if (f == NULL)
		return NULL;
	f->owned = true;
	owner->functions++;
	return f;
}

static struct path *find_path(const struct ledger *l, const struct path_key *key)
{
	return table_find(&l->paths_by_key, hash_key(l, key), same_key, key);
}

void ledger_mark_recursive(const struct path *path, struct tally *t)
{
	if (path->recursive)
		t->recursive_ns = t->sum_ns;
}

static struct path *make_own_path(struct ledger *l, struct owner *owner,
				  const struct program *program, const struct path *parent,
				  struct function *function, bool recursive)
{
	struct path *path = ledger_make_path(l, program, parent, function, recursive);

	if (path == NULL)
		return NULL;
	path->owned = true;
	owner->paths++;
	return path;
}

/* Where there is no room for a path: that of its function alone, else that of all others. */
static struct path *intern_collapsed(struct ledger *l, struct owner *owner,
				     const struct program *program, struct function *f)
{
	struct path_key key = {program, NULL, f, false};
	struct path *path = find_path(l, &key);

	l->counts.paths_collapsed++;
	if (path != NULL)
		return path;
	if (ledger_leaves_room(l, owner->paths, l->paths.count, l->limits.paths, 1))
		return make_own_path(l, owner, program, NULL, f, false);
	f = intern_other(l);
	if (f == NULL)
		return NULL;
	key.function = f;
	path = find_path(l, &key);
	return path != NULL ? path : ledger_make_path(l, program, NULL, f, false);
}

struct path *ledger_intern_path(struct ledger *l, const struct process *process,
				const struct program *program, const struct path *parent,
				const char *function, bool recursive)
{
	struct path_key key = {program, parent, NULL, recursive};
	struct owner *owner = process->owner;
	uint32_t limit = parent == NULL ? l->limits.paths : DEEP_PATHS(l->limits.paths);
	struct function *f = intern_function(l, owner, function);
	struct path *path;

	if (f == NULL)
		return NULL;
	key.function = f;
	path = find_path(l, &key);
	if (path != NULL)
		return path;
	if (ledger_leaves_room(l, owner->paths, l->paths.count, limit, 1))
		return make_own_path(l, owner, program, parent, f, recursive);
	return intern_collapsed(l, owner, program, f);
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
