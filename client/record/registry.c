/*
 * Functions and paths: two append-only arrays, each with an index of their numbers.
 */
#include "client/record/registry.h"

#include <pthread.h>
#include <string.h>

#include "client/base/clock.h"
#include "client/base/guard.h"
#include "client/base/memory.h"
#include "client/record/policy.h"
#include "proto/limits.h"
#include "proto/name.h"

/*
 * An array that grows without moving: segment k has FIRST << k cells. The pointers to segments and
 * the count are published with release stores, so reading needs no lock.
 */
#define FIRST	 64
#define SEGMENTS 12

struct array {
	void **segment[SEGMENTS];
	uint32_t count;
};

/* An index of the numbers of an array's entries by hash; twice as many cells as entries, a new
 * table when it is full. */
struct index {
	uint32_t mask;
	uint32_t id[];
};

static struct {
	pthread_mutex_t lock;
	struct memory memory;
	struct array functions, paths;
	struct index *by_name, *by_parent; /* by_name: atomic */
	struct prof_function *other;
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void **array_cell(struct array *a, uint32_t id)
{
	uint32_t at = id - 1 + FIRST;
	unsigned segment = 31u - (unsigned)__builtin_clz(at) - (unsigned)__builtin_ctz(FIRST);
	void **cells = __atomic_load_n(&a->segment[segment], __ATOMIC_ACQUIRE);

	return cells == NULL ? NULL : cells + (at - ((uint32_t)FIRST << segment));
}

static void *array_at(struct array *a, uint32_t id)
{
	if (id == 0 || id > __atomic_load_n(&a->count, __ATOMIC_ACQUIRE))
		return NULL;
	return *array_cell(a, id);
}

/* Under the lock. The place of the next entry, its segment made if need be; NULL without memory. */
static void **array_next(struct array *a)
{
	uint32_t id = a->count + 1, at = id - 1 + FIRST;
	unsigned segment = 31u - (unsigned)__builtin_clz(at) - (unsigned)__builtin_ctz(FIRST);

	if (a->segment[segment] == NULL) {
		void **cells =
			memory_take(&registry.memory, ((size_t)FIRST << segment) * sizeof(void *));

		if (cells == NULL)
			return NULL;
		__atomic_store_n(&a->segment[segment], cells, __ATOMIC_RELEASE);
	}
	return array_cell(a, id);
}

/* The first place that is free or whose entry `same` accepts. */
static uint32_t *index_probe(struct index *t, uint32_t hash, bool (*same)(uint32_t, const void *),
			     const void *key)
{
	uint32_t at = hash & t->mask;

	for (;;) {
		uint32_t id = __atomic_load_n(&t->id[at], __ATOMIC_ACQUIRE);

		if (id == 0 || same(id, key))
			return &t->id[at];
		at = (at + 1) & t->mask;
	}
}

static bool never(uint32_t id, const void *key)
{
	(void)id;
	(void)key;
	return false;
}

/* Under the lock: an index with room for one more than `count`; a new one is filled before it is
 * published. */
static struct index *index_grown(struct index *t, uint32_t count, uint32_t (*hash_at)(uint32_t))
{
	uint32_t cells = t == NULL ? 64 : t->mask + 1;
	struct index *grown;

	if (t != NULL && count < cells / 2)
		return t;
	if (t != NULL)
		cells *= 2;
	grown = memory_take(&registry.memory, sizeof(*grown) + cells * sizeof(grown->id[0]));
	if (grown == NULL)
		return NULL;
	grown->mask = cells - 1;
	for (uint32_t id = 1; id <= count; id++)
		*index_probe(grown, hash_at(id), never, NULL) = id;
	return grown;
}

struct prof_function *registry_function_at(uint32_t id)
{
	return array_at(&registry.functions, id);
}

uint32_t registry_functions(void)
{
	return __atomic_load_n(&registry.functions.count, __ATOMIC_ACQUIRE);
}

struct path *registry_path_at(uint32_t id)
{
	return array_at(&registry.paths, id);
}

uint32_t registry_paths(void)
{
	return __atomic_load_n(&registry.paths.count, __ATOMIC_ACQUIRE);
}

static uint64_t load(const char *from, size_t size)
{
	uint64_t piece = 0;

	memcpy(&piece, from, size);
	return piece;
}

static uint64_t mix(uint64_t h, uint64_t piece)
{
	unsigned __int128 product = (unsigned __int128)(h ^ piece) * UINT64_C(0xa0761d6478bd642f);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * Of a name, and its length. Eight bytes a step: multiply and fold, as in wyhash (Wang Yi 2019);
 * the last step overlaps the one before, so no byte is read alone.
 */
static uint32_t hash_name(const char *name, size_t length)
{
	uint64_t h = length * UINT64_C(0x9e3779b97f4a7c15);
	size_t at = 0;

	for (; at + 8 < length; at += 8)
		h = mix(h, load(name + at, 8));
	if (length >= 8)
		h = mix(h, load(name + length - 8, 8));
	else if (length >= 4)
		h = mix(h, load(name, 4) << 32 | load(name + length - 4, 4));
	else if (length != 0)
		h = mix(h, (uint64_t)(uint8_t)name[0] << 16 |
				   (uint64_t)(uint8_t)name[length / 2] << 8 |
				   (uint8_t)name[length - 1]);
	return (uint32_t)(h ^ h >> 32);
}

struct name_key {
	const char *name;
	size_t length;
	uint32_t hash;
};

static bool is_named(uint32_t id, const void *key)
{
	const struct name_key *k = key;
	const struct prof_function *f = *array_cell(&registry.functions, id);

	return f->hash == k->hash && f->length == k->length &&
	       memcmp(f->name, k->name, k->length) == 0;
}

static uint32_t function_hash_at(uint32_t id)
{
	return ((struct prof_function *)*array_cell(&registry.functions, id))->hash;
}

/* Under the lock. NULL without memory. */
static struct prof_function *add_function(const struct name_key *k)
{
	void **place = array_next(&registry.functions);
	uint32_t count = registry.functions.count;
	struct index *t = index_grown(registry.by_name, count, function_hash_at);
	struct prof_function *f;

	if (place == NULL || t == NULL)
		return NULL;
	__atomic_store_n(&registry.by_name, t, __ATOMIC_RELEASE);
	f = memory_take(&registry.memory, sizeof(*f) + k->length + 1);
	if (f == NULL)
		return NULL;
	f->id = count + 1;
	f->hash = k->hash;
	f->length = (uint16_t)k->length;
	memcpy(f->name, k->name, k->length);
	policy_apply(f);
	*place = f;
	__atomic_store_n(&registry.functions.count, f->id, __ATOMIC_RELEASE);
	__atomic_store_n(index_probe(t, k->hash, never, NULL), f->id, __ATOMIC_RELEASE);
	return f;
}

/* Finds without the lock; NULL when it is not there (yet). */
static struct prof_function *find_function(const struct name_key *k)
{
	struct index *t = __atomic_load_n(&registry.by_name, __ATOMIC_ACQUIRE);
	uint32_t id =
		t == NULL ? 0
			  : __atomic_load_n(index_probe(t, k->hash, is_named, k), __ATOMIC_ACQUIRE);

	return id == 0 ? NULL : *array_cell(&registry.functions, id);
}

static struct prof_function *find_or_add(const struct name_key *k, uint32_t limit)
{
	struct prof_function *f;

	f = find_function(k);
	if (f == NULL && registry.functions.count < limit)
		f = add_function(k);
	return f;
}

struct prof_function *registry_function(const char *name, prof_error *error)
{
	static const struct name_key other = {PROF_OTHER, sizeof(PROF_OTHER) - 1, 0};
	struct name_key k = {name, 0, 0};
	struct prof_function *f;
	struct guard guard;

	if (name == NULL) {
		*error = PROF_BAD_ARGUMENT;
		return NULL;
	}
	k.length = strnlen(name, PROF_NAME_MAX + 1);
	k.hash = hash_name(name, k.length);
	f = find_function(&k);
	if (f != NULL)
		return f;
	if (!name_is_valid(name, k.length)) {
		*error = PROF_BAD_NAME;
		return NULL;
	}
	guard_begin(&guard);
	clock_start(); /* thresholds are kept in ticks */
	pthread_mutex_lock(&registry.lock);
	/* The last place is kept for "(other)", which stands for all that find no room. */
	f = find_or_add(&k, PROF_FUNCTIONS_MAX - 1);
	if (f == NULL && registry.functions.count >= PROF_FUNCTIONS_MAX - 1) {
		k = other;
		k.hash = hash_name(k.name, k.length);
		f = find_or_add(&k, PROF_FUNCTIONS_MAX);
		registry.other = f;
	}
	pthread_mutex_unlock(&registry.lock);
	guard_end(&guard);
	if (f == NULL)
		*error = PROF_NO_MEMORY;
	return f;
}

struct path_key {
	uint32_t parent, function;
	bool recursive;
};

static uint32_t hash_path(struct path_key k)
{
	uint64_t ids = (uint64_t)k.parent << 32 | (uint64_t)k.function << 1 | k.recursive;

	return (uint32_t)(ids * UINT64_C(0x9e3779b97f4a7c15) >> 32);
}

static struct path_key path_key_at(uint32_t id)
{
	const struct path *p = *array_cell(&registry.paths, id);

	return (struct path_key){p->parent, p->function->id, p->recursive};
}

static uint32_t path_hash_at(uint32_t id)
{
	return hash_path(path_key_at(id));
}

static bool is_path(uint32_t id, const void *key)
{
	const struct path_key *wanted = key;
	struct path_key found = path_key_at(id);

	return found.parent == wanted->parent && found.function == wanted->function &&
	       found.recursive == wanted->recursive;
}

/* Under the lock. NULL when it is not there and the limit is reached, or without memory. `below`: 0
 * for itself. */
static struct path *find_or_add_path(uint32_t parent, struct prof_function *f, uint32_t below,
				     uint32_t limit)
{
	struct path_key key = {parent, f->id, below != 0};
	uint32_t count = registry.paths.count;
	struct index *t = registry.by_parent;
	uint32_t id = t == NULL ? 0 : *index_probe(t, hash_path(key), is_path, &key);
	void **place;
	struct path *p;

	if (id != 0)
		return *array_cell(&registry.paths, id);
	if (count >= limit)
		return NULL;
	place = array_next(&registry.paths);
	t = index_grown(t, count, path_hash_at);
	p = memory_take(&registry.memory, sizeof(*p));
	if (place == NULL || t == NULL || p == NULL)
		return NULL;
	registry.by_parent = t;
	*p = (struct path){.id = count + 1, .parent = parent, .function = f};
	p->recursive = below != 0;
	p->below = p->recursive ? below : p->id;
	*place = p;
	__atomic_store_n(&registry.paths.count, p->id, __ATOMIC_RELEASE);
	*index_probe(t, hash_path(key), never, NULL) = p->id;
	return p;
}

uint32_t registry_path_above(uint32_t path, uint32_t function)
{
	while (path != 0 && registry_path_at(path)->function->id != function)
		path = registry_path_at(path)->parent;
	return path;
}

/* Where the function itself stands: above the recursive call, or else beside it. */
static struct path *add_recursive(uint32_t parent, struct prof_function *f, uint32_t limit)
{
	uint32_t below = registry_path_above(parent, f->id);
	const struct path *beside;

	if (below == 0) {
		beside = find_or_add_path(parent, f, 0, limit);
		if (beside == NULL)
			return NULL;
		below = beside->id;
	}
	return find_or_add_path(parent, f, below, limit);
}

struct path *registry_path(uint32_t parent, struct prof_function *f, bool recursive,
			   bool *collapsed)
{
	/* Half of the paths are kept for functions by themselves, so that there is always one to
	 * collapse into. */
	uint32_t limit = PROF_PATHS_MAX - (parent != 0 || recursive ? PROF_FUNCTIONS_MAX : 0);
	struct guard guard;
	struct path *p;

	guard_begin(&guard);
	pthread_mutex_lock(&registry.lock);
	p = recursive ? add_recursive(parent, f, limit) : find_or_add_path(parent, f, 0, limit);
	*collapsed = p == NULL || f == registry.other;
	if (p == NULL)
		p = find_or_add_path(0, f, 0, PROF_PATHS_MAX);
	pthread_mutex_unlock(&registry.lock);
	guard_end(&guard);
	return p;
}

void registry_lock(void)
{
	pthread_mutex_lock(&registry.lock);
}

void registry_unlock(void)
{
	pthread_mutex_unlock(&registry.lock);
}

void registry_forget_nodes(void)
{
	for (uint32_t id = 1; id <= registry_paths(); id++)
		__atomic_store_n(&registry_path_at(id)->nodes, NULL, __ATOMIC_RELAXED);
}
