/*
 * What the writing thread does between batches, in small steps: minutes are made from the windows
 * of ten seconds and hours from the minutes, old windows are deleted, free space is given back.
 */
#include "daemon/store_data.h"

#include "daemon/store_schema.h"

#define ROWS_A_STEP	1000
#define FREE_PAGES_KEPT 512
#define PAGES_A_STEP	256

static const char *const made_start[BATCH_LENGTHS] = {NULL, "made_start_1", "made_start_2"};
static const char *const made_path[BATCH_LENGTHS] = {NULL, "made_path_1", "made_path_2"};

int store_read_positions(struct store *s)
{
	int result = SQLITE_OK;

	for (unsigned i = 1; i < BATCH_LENGTHS && result == SQLITE_OK; i++) {
		struct store_position *made = &s->windows.made[i];
		int64_t path = 0;

		made->start_ns = 0;
		result = store_get_meta(s, made_start[i], &made->start_ns);
		if (result == SQLITE_OK)
			result = store_get_meta(s, made_path[i], &path);
		made->path = (uint32_t)path;
	}
	return result;
}

static int write_position(struct store *s, unsigned i, const struct store_position *made)
{
	int result = store_set_meta(s, made_start[i], made->start_ns);

	return result != SQLITE_OK ? result : store_set_meta(s, made_path[i], made->path);
}

static bool read_tally(struct tally *t, const struct batch_window *row)
{
	struct codec_reader reader;

	tally_clear(t);
	if (row->histogram.size == 0)
		return true; /* not begun yet */
	reader.at = row->histogram.bytes;
	reader.end = reader.at + row->histogram.size;
	if (!codec_get_histogram(&reader, &t->histogram))
		return false;
	t->sum_ns = row->sum_ns;
	if (t->histogram.used != 0) {
		t->min_ns = row->min_ns;
		t->max_ns = row->max_ns;
	}
	return true;
}

/* The row of the longer window, as far as it is made; an empty one when it is not begun. */
static int read_target(struct store *s, unsigned i, struct batch *rows, struct batch_window *target)
{
	sqlite3_stmt *read = s->statement[READ_WINDOW];
	int result;

	sqlite3_bind_int64(read, 1, s->windows.length_ns[i]);
	sqlite3_bind_int64(read, 2, target->start_ns);
	sqlite3_bind_int64(read, 3, target->path);
	result = sqlite3_step(read);
	if (result == SQLITE_ROW) {
		rows->windows = NULL;
		result = store_read_window(read, rows);
		if (result == SQLITE_OK)
			*target = *rows->windows;
	} else if (result == SQLITE_DONE) {
		result = SQLITE_OK;
	}
	sqlite3_reset(read);
	return result;
}

static int add_to_longer(struct store *s, unsigned i, struct batch *rows,
			 const struct batch_window *row)
{
	int64_t length = s->windows.length_ns[i];
	struct batch_window target = {.start_ns = row->start_ns - row->start_ns % length,
				      .path = row->path};
	int result = read_target(s, i, rows, &target);

	if (result != SQLITE_OK)
		return result;
	if (!read_tally(&s->part, row) || !read_tally(&s->sum, &target) ||
	    !tally_merge(&s->sum, &s->part) || !store_reserve(s, CODEC_HISTOGRAM_MAX))
		return SQLITE_CORRUPT;
	target.calls = tally_calls(&s->sum);
	target.errors += row->errors;
	target.slow += row->slow;
	target.sum_ns = s->sum.sum_ns;
	target.min_ns = target.calls == 0 ? 0 : s->sum.min_ns;
	target.max_ns = s->sum.max_ns;
	if (row->late_span_ns > (uint64_t)length) {
		target.late_calls += row->late_calls;
		if (row->late_span_ns > target.late_span_ns)
			target.late_span_ns = row->late_span_ns;
	}
	target.histogram.bytes = s->packed;
	target.histogram.size = codec_put_histogram(s->packed, &s->sum.histogram);
	return store_write_window(s, length, &target);
}

/* Rows of the shorter length that are closed and not yet counted in the longer one. */
static int read_sources(struct store *s, unsigned i, struct batch *rows)
{
	const struct store_position *made = &s->windows.made[i];
	sqlite3_stmt *read = s->statement[READ_CLOSED_WINDOWS];
	int64_t length = s->windows.length_ns[i - 1];
	int result, one = SQLITE_OK;

	sqlite3_bind_int64(read, 1, length);
	sqlite3_bind_int64(read, 2, made->start_ns);
	sqlite3_bind_int64(read, 3, made->path);
	/* A made window is whole when all in it is closed; the shortest is, when it is not open. */
	sqlite3_bind_int64(read, 4, s->windows.open_ns - (i == 1 ? 0 : length - 1));
	sqlite3_bind_int64(read, 5, ROWS_A_STEP);
	while ((result = sqlite3_step(read)) == SQLITE_ROW && one == SQLITE_OK)
		one = store_read_window(read, rows);
	sqlite3_reset(read);
	if (one != SQLITE_OK)
		return one;
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int make_windows(struct store *s, unsigned i, bool *made_any)
{
	struct store_position made = s->windows.made[i];
	struct batch *rows = batch_new();
	struct batch_window *first;
	int result = rows == NULL ? SQLITE_NOMEM : read_sources(s, i, rows);

	first = rows == NULL ? NULL : rows->windows;
	*made_any = first != NULL;
	if (first != NULL) { /* the last row read stands first */
		made.start_ns = first->start_ns;
		made.path = first->path;
	}
	for (struct batch_window *row = first; row != NULL && result == SQLITE_OK; row = row->next)
		result = add_to_longer(s, i, rows, row);
	batch_free(rows);
	if (result == SQLITE_OK && *made_any)
		result = write_position(s, i, &made);
	if (result == SQLITE_OK)
		s->windows.made[i] = made;
	return result;
}

/* Windows that began before this may go: not before the longer ones are made of them. Windows of a
 * length that is no longer configured are kept as long as the longest. */
static int64_t horizon(const struct store_windows *w, int64_t length)
{
	for (unsigned i = 0; i < BATCH_LENGTHS; i++) {
		if (w->length_ns[i] != length)
			continue;
		if (i + 1 < BATCH_LENGTHS && w->made[i + 1].start_ns < w->horizon_ns[i])
			return w->made[i + 1].start_ns;
		return w->horizon_ns[i];
	}
	return w->horizon_ns[BATCH_LENGTHS - 1];
}

/* Notes from when on all windows of a length are still there, for those who ask about that time. */
static int note_pruned(struct store *s, int64_t length, int64_t horizon_ns)
{
	char key[24];
	int64_t noted = 0;
	int result = SQLITE_OK;

	for (unsigned i = 0; i < BATCH_LENGTHS && result == SQLITE_OK; i++) {
		if (s->windows.length_ns[i] != length)
			continue;
		sqlite3_snprintf(sizeof(key), key, "kept_from_%u", i);
		result = store_get_meta(s, key, &noted);
		if (result == SQLITE_OK && noted < horizon_ns)
			result = store_set_meta(s, key, horizon_ns);
	}
	return result;
}

static int prune(struct store *s, bool *pruned_any)
{
	sqlite3_stmt *next = s->statement[NEXT_LENGTH], *w = s->statement[PRUNE_WINDOWS];
	int64_t length = 0, horizon_ns;
	int result;

	*pruned_any = false;
	for (;;) {
		sqlite3_bind_int64(next, 1, length);
		result = sqlite3_step(next);
		length = result == SQLITE_ROW ? sqlite3_column_int64(next, 0) : 0;
		sqlite3_reset(next);
		if (result != SQLITE_ROW || length == 0)
			return result == SQLITE_ROW ? SQLITE_OK : result;
		horizon_ns = horizon(&s->windows, length);
		sqlite3_bind_int64(w, 1, length);
		sqlite3_bind_int64(w, 2, horizon_ns);
		sqlite3_bind_int64(w, 3, ROWS_A_STEP);
		result = store_run(s, PRUNE_WINDOWS);
		if (result == SQLITE_OK && sqlite3_changes(s->db) != 0) {
			*pruned_any = true;
			result = note_pruned(s, length, horizon_ns);
		}
		if (result != SQLITE_OK)
			return result;
	}
}

static int give_back(struct store *s, bool *more)
{
	long long unused = 0;
	char sql[64];
	int result = schema_pragma(s->db, "freelist_count", &unused);

	*more = false;
	if (result != SQLITE_OK || unused <= FREE_PAGES_KEPT)
		return result;
	*more = unused > FREE_PAGES_KEPT + PAGES_A_STEP;
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA incremental_vacuum(%d)", PAGES_A_STEP);
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

static int tend(struct store *s, bool *more)
{
	int result = SQLITE_OK;

	*more = false;
	for (unsigned i = 1; i < BATCH_LENGTHS && result == SQLITE_OK && !*more; i++)
		result = make_windows(s, i, more);
	if (result == SQLITE_OK && !*more)
		result = prune(s, more);
	return result;
}

int store_tend(struct store *s, bool *more)
{
	struct store_windows before = s->windows;
	int result = store_run(s, BEGIN);

	*more = false;
	if (result != SQLITE_OK)
		return result;
	result = tend(s, more);
	if (result == SQLITE_OK)
		result = store_run(s, COMMIT);
	if (result != SQLITE_OK) {
		s->windows = before;
		return result;
	}
	return *more ? SQLITE_OK : give_back(s, more);
}
