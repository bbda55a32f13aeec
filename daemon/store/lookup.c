/*
 * The connection: opened, and brought to one moment with the names of what there is.
 */
#include "daemon/store/data.h"
#include "daemon/store/lookup_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* So many steps of SQLite's machine lie between two looks at the clock: about 20 us. */
#define STEPS_A_LOOK 1000

/* Stands for the length of windows of which there are none yet. */
#define NEVER_MADE 1000

#define BRIEF_WINDOW                                                                \
	"start_ns, path, calls, errors, slow, sum_ns, min_ns, max_ns, late_calls, " \
	"late_span_ns"
#define OF_SCAN                                                                               \
	" FROM \"window\" WHERE length_ns = ? AND (start_ns, path) > (?, ?) AND start_ns < ?" \
	" ORDER BY start_ns, path"
#define BRIEF_STATISTIC "SELECT path, calls, errors, slow, sum_ns, min_ns, max_ns"

static const char *const sql[LOOKUP_STATEMENTS] = {
	[GET_META] = "SELECT value FROM meta WHERE key = ?",
	[GET_PROGRAMS] = "SELECT id, name FROM program WHERE id > ? ORDER BY id",
	[GET_FUNCTIONS] = "SELECT id, name FROM function WHERE id > ? ORDER BY id",
	[GET_PATHS] =
		"SELECT id, program, ifnull(parent, 0), function, recursive FROM path WHERE id > ? "
		"ORDER BY id",
	[GET_OLDEST] =
		"SELECT start_ns FROM \"window\" WHERE length_ns = ? ORDER BY start_ns LIMIT 1",
	[SCAN_WINDOWS] = "SELECT " BRIEF_WINDOW ", histogram" OF_SCAN,
	[SCAN_WINDOWS_BRIEFLY] = "SELECT " BRIEF_WINDOW OF_SCAN,
	[FIND_WINDOW] = "SELECT " BRIEF_WINDOW ", histogram FROM \"window\" "
			"WHERE length_ns = ? AND start_ns = ? AND path = ?",
	[SCAN_STATISTICS] = BRIEF_STATISTIC ", returned, failed FROM statistic",
	[SCAN_STATISTICS_BRIEFLY] = BRIEF_STATISTIC " FROM statistic",
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

bool lookup_is_over(const struct lookup *l)
{
	return atomic_load(&l->stop) || now_ns() > l->deadline_ns;
}

static int look(void *context)
{
	return lookup_is_over(context);
}

enum lookup_result lookup_judge(struct lookup *l, int result)
{
	switch (result & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return LOOKUP_DONE;
	case SQLITE_INTERRUPT:
		return LOOKUP_TOO_LONG;
	case SQLITE_NOMEM:
		return LOOKUP_NO_MEMORY;
	}
	snprintf(l->why, sizeof(l->why), "the database: %s", sqlite3_errmsg(l->db));
	return LOOKUP_FAILED;
}

struct lookup *lookup_open(const char *file, char *why, size_t room)
{
	struct lookup *l = calloc(1, sizeof(*l));
	int result;

	if (l == NULL) {
		snprintf(why, room, "no memory");
		return NULL;
	}
	result = sqlite3_open_v2(file, &l->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
	for (unsigned i = 0; i < LOOKUP_STATEMENTS && result == SQLITE_OK; i++)
		result = sqlite3_prepare_v3(l->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
					    &l->statement[i], NULL);
	if (result != SQLITE_OK) {
		snprintf(why, room, "cannot read the database %s: %s", file,
			 l->db == NULL ? sqlite3_errstr(result) : sqlite3_errmsg(l->db));
		lookup_close(l);
		return NULL;
	}
	sqlite3_busy_timeout(l->db, 1000);
	store_distrust(l->db);
	sqlite3_progress_handler(l->db, STEPS_A_LOOK, look, l);
	return l;
}

void lookup_close(struct lookup *l)
{
	if (l == NULL)
		return;
	for (unsigned i = 0; i < LOOKUP_STATEMENTS; i++)
		sqlite3_finalize(l->statement[i]);
	sqlite3_close(l->db);
	for (uint32_t i = 0; i < l->names.program_count; i++)
		free(l->names.programs[i]);
	for (uint32_t i = 0; i < l->names.function_count; i++)
		free(l->names.functions[i]);
	free(l->names.programs);
	free(l->names.functions);
	free(l->names.paths);
	free(l);
}

void lookup_stop(struct lookup *l)
{
	atomic_store(&l->stop, true);
}

const char *lookup_why(const struct lookup *l)
{
	return l->why;
}

const struct lookup_names *lookup_names(const struct lookup *l)
{
	return &l->names;
}

const struct lookup_moment *lookup_moment(const struct lookup *l)
{
	return &l->moment;
}

/* ---------------------------------------------------------------- names */

/* Room for items up to this id, those between zeroed; ids are few and without gaps. */
static bool make_room(void **items, uint32_t *room, uint32_t count, size_t size, int64_t id)
{
	uint32_t more = *room == 0 ? 256 : *room;
	void *grown;

	if (id <= count || id > UINT32_MAX / 2)
		return false;
	while (more < id)
		more *= 2;
	if (more != *room) {
		grown = realloc(*items, more * size);
		if (grown == NULL)
			return false;
		*items = grown;
		*room = more;
	}
	memset((char *)*items + count * size, 0, (size_t)(id - count) * size);
	return true;
}

static bool add_name(char ***names, uint32_t *count, uint32_t *room, sqlite3_stmt *row)
{
	int64_t id = sqlite3_column_int64(row, 0);
	const char *text = (const char *)sqlite3_column_text(row, 1);

	if (text == NULL || !make_room((void **)names, room, *count, sizeof(**names), id))
		return false;
	(*names)[id - 1] = strdup(text);
	*count = (uint32_t)id;
	return (*names)[id - 1] != NULL;
}

static bool add_program(struct lookup *l, sqlite3_stmt *row)
{
	return add_name(&l->names.programs, &l->names.program_count, &l->program_room, row);
}

static bool add_function(struct lookup *l, sqlite3_stmt *row)
{
	return add_name(&l->names.functions, &l->names.function_count, &l->function_room, row);
}

/* A path whose parent comes after it, or that names what is not there, counts as none. */
static bool add_path(struct lookup *l, sqlite3_stmt *row)
{
	int64_t id = sqlite3_column_int64(row, 0);
	struct lookup_names *n = &l->names;
	struct lookup_path p = {
		(uint32_t)sqlite3_column_int64(row, 1), (uint32_t)sqlite3_column_int64(row, 2),
		(uint32_t)sqlite3_column_int64(row, 3), sqlite3_column_int(row, 4) != 0};

	if (!make_room((void **)&n->paths, &l->path_room, n->path_count, sizeof(p), id))
		return false;
	n->path_count = (uint32_t)id;
	if (p.program == 0 || p.program > n->program_count || n->programs[p.program - 1] == NULL ||
	    p.function == 0 || p.function > n->function_count ||
	    n->functions[p.function - 1] == NULL || p.parent >= id)
		return true;
	n->paths[id - 1] = p;
	return true;
}

static int get_rows(struct lookup *l, enum lookup_statement which, uint32_t after,
		    bool (*add)(struct lookup *, sqlite3_stmt *))
{
	sqlite3_stmt *get = l->statement[which];
	bool added = true;
	int result;

	sqlite3_bind_int64(get, 1, after);
	while ((result = sqlite3_step(get)) == SQLITE_ROW && added)
		added = add(l, get);
	sqlite3_reset(get);
	return added ? result : SQLITE_NOMEM;
}

static int get_names(struct lookup *l)
{
	int result = get_rows(l, GET_PROGRAMS, l->names.program_count, add_program);

	if (result == SQLITE_DONE)
		result = get_rows(l, GET_FUNCTIONS, l->names.function_count, add_function);
	if (result == SQLITE_DONE)
		result = get_rows(l, GET_PATHS, l->names.path_count, add_path);
	return result;
}

/* --------------------------------------------------------------- moment */

/* 0 when it is missing. */
static int64_t get_meta(struct lookup *l, const char *key, int *result)
{
	sqlite3_stmt *get = l->statement[GET_META];
	int64_t value = 0;

	sqlite3_bind_text(get, 1, key, -1, SQLITE_STATIC);
	*result = sqlite3_step(get);
	if (*result == SQLITE_ROW)
		value = sqlite3_column_int64(get, 0);
	sqlite3_reset(get);
	return value < 0 ? 0 : value;
}

static int64_t get_oldest(struct lookup *l, int64_t length_ns, int *result)
{
	sqlite3_stmt *get = l->statement[GET_OLDEST];
	int64_t oldest = -1;

	sqlite3_bind_int64(get, 1, length_ns);
	*result = sqlite3_step(get);
	if (*result == SQLITE_ROW)
		oldest = sqlite3_column_int64(get, 0);
	sqlite3_reset(get);
	return oldest;
}

/* What is told of each length of windows. */
static int get_length(struct lookup *l, unsigned i)
{
	static const char *const lengths[] = {"window_ns", "window_ns_1", "window_ns_2"};
	static const char *const kept[] = {"kept_from_0", "kept_from_1", "kept_from_2"};
	static const char *const starts[] = {"made_start_1", "made_start_2", "made_start_3"};
	static const char *const paths[] = {"made_path_1", "made_path_2", "made_path_3"};
	struct range_windows *w = &l->moment.windows;
	int64_t oldest;
	int result;

	w->length_ns[i] = get_meta(l, lengths[i], &result);
	if (i != 0 && w->length_ns[i] == 0)
		w->length_ns[i] = NEVER_MADE * w->length_ns[i - 1];
	w->kept_ns[i] = get_meta(l, kept[i], &result);
	l->counted[i].start_ns = get_meta(l, starts[i], &result);
	l->counted[i].path = (uint32_t)get_meta(l, paths[i], &result);
	oldest = get_oldest(l, w->length_ns[i], &result);
	if (oldest >= 0 && oldest < w->oldest_ns)
		w->oldest_ns = oldest;
	return result;
}

static int get_moment(struct lookup *l)
{
	struct lookup_moment *m = &l->moment;
	struct range_windows *w = &m->windows;
	int result;

	m->since_ns = get_meta(l, "since_at_ns", &result);
	m->complete_ns = get_meta(l, "collected_at_ns", &result);
	w->oldest_ns = INT64_MAX;
	for (unsigned i = 0; i < BATCH_LENGTHS; i++) {
		result = get_length(l, i);
		if (result != SQLITE_ROW && result != SQLITE_DONE)
			return result;
	}
	w->end_ns = get_meta(l, "open_ns", &result) + w->length_ns[0];
	if (w->oldest_ns == INT64_MAX)
		*w = (struct range_windows){{1, 1, 1}, {0}, 0, 0}; /* nothing was committed yet */
	return result == SQLITE_ROW ? SQLITE_DONE : result;
}

enum lookup_result lookup_begin(struct lookup *l, int64_t limit_ns)
{
	int result;

	l->deadline_ns = now_ns() + limit_ns;
	result = sqlite3_exec(l->db, "BEGIN", NULL, NULL, NULL);
	if (result == SQLITE_OK)
		result = get_names(l);
	if (result == SQLITE_DONE)
		result = get_moment(l);
	return lookup_judge(l, result);
}

void lookup_end(struct lookup *l)
{
	l->deadline_ns = INT64_MAX;
	if (!sqlite3_get_autocommit(l->db))
		sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
}
