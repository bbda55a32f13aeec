/*
 * What the writing thread does between batches, in small steps: minutes are made from the windows
 * of ten seconds and hours from the minutes, old windows are deleted, free space is given back.
 */
#include "daemon/store/data.h"

#include "daemon/store/schema.h"

#define ROWS_A_STEP	1000
#define FREE_PAGES_KEPT 512
#define PAGES_A_STEP	256
#define SHARES_OF_KEEP	64 /* so much of the time that windows are kept goes in a step */

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
	struct codec_input input;

	tally_clear(t);
	if (row->histogram.size == 0)
		return true; /* not begun yet */
	input.at = row->histogram.bytes;
	input.end = input.at + row->histogram.size;
	if (!codec_get_histogram(&input, &t->histogram))
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

static int delete_before(struct store *s, int64_t length, int64_t horizon_ns, uint64_t *deleted)
{
	sqlite3_stmt *w = s->statement[PRUNE_WINDOWS];
	int result;

	sqlite3_bind_int64(w, 1, length);
	sqlite3_bind_int64(w, 2, horizon_ns);
	sqlite3_bind_int64(w, 3, ROWS_A_STEP);
	result = store_run(s, PRUNE_WINDOWS);
	*deleted = result == SQLITE_OK ? (uint64_t)sqlite3_changes(s->db) : 0;
	return *deleted == 0 ? result : note_pruned(s, length, horizon_ns);
}

static int prune(struct store *s, bool *pruned_any)
{
	sqlite3_stmt *next = s->statement[NEXT_LENGTH];
	int64_t length = 0;
	uint64_t deleted;
	int result;

	*pruned_any = false;
	for (;;) {
		sqlite3_bind_int64(next, 1, length);
		result = sqlite3_step(next);
		length = result == SQLITE_ROW ? sqlite3_column_int64(next, 0) : 0;
		sqlite3_reset(next);
		if (result != SQLITE_ROW || length == 0)
			return result == SQLITE_ROW ? SQLITE_OK : result;
		result = delete_before(s, length, horizon(&s->windows, length), &deleted);
		if (result != SQLITE_OK)
			return result;
		*pruned_any |= deleted != 0;
	}
}

/* How far the windows of one length reach back, and what may go of them. */
struct reach {
	int64_t length_ns, oldest_ns, kept_ns;
	int64_t before_ns; /* what began before this is in longer windows, or is the longest */
};

static int read_reach(struct store *s, unsigned i, struct reach *r)
{
	const struct store_windows *w = &s->windows;
	sqlite3_stmt *oldest = s->statement[OLDEST_WINDOW];
	int result;

	r->length_ns = w->length_ns[i];
	r->kept_ns = w->open_ns - w->horizon_ns[i];
	r->before_ns = w->made[i + 1 < BATCH_LENGTHS ? i + 1 : i].start_ns;
	if (i + 1 == BATCH_LENGTHS)
		r->before_ns -= r->before_ns % r->length_ns; /* that one is being made */
	sqlite3_bind_int64(oldest, 1, r->length_ns);
	result = sqlite3_step(oldest);
	r->oldest_ns = result == SQLITE_ROW && sqlite3_column_type(oldest, 0) != SQLITE_NULL
			       ? sqlite3_column_int64(oldest, 0)
			       : INT64_MAX;
	sqlite3_reset(oldest);
	return result == SQLITE_ROW ? SQLITE_OK : result;
}

/*
 * The file is near its limit: some of the oldest windows go before their time, of the length that
 * has most of its time. So all lengths end up with the same share of the time they should be kept.
 */
static int shorten(struct store *s, uint64_t *deleted)
{
	struct reach most = {.length_ns = 0}, r;
	double share, largest = 0.0;
	int64_t step;
	int result;

	*deleted = 0;
	for (unsigned i = 0; i < BATCH_LENGTHS; i++) {
		result = read_reach(s, i, &r);
		if (result != SQLITE_OK)
			return result;
		if (r.oldest_ns >= r.before_ns || r.kept_ns <= 0)
			continue;
		share = (double)(s->windows.open_ns - r.oldest_ns) / (double)r.kept_ns;
		if (share > largest) {
			largest = share;
			most = r;
		}
	}
	if (most.length_ns == 0)
		return SQLITE_OK;
	step = most.kept_ns / SHARES_OF_KEEP;
	if (step < most.length_ns)
		step = most.length_ns;
	if (most.before_ns - most.oldest_ns > step)
		most.before_ns = most.oldest_ns + step;
	return delete_before(s, most.length_ns, most.before_ns, deleted);
}

/* Whether the file has come near its limit, with what it does not use: an eighth of it is for what
 * comes in while windows are deleted, and for pages that are free. */
static int is_near(struct store *s, uint64_t limit, bool *near)
{
	long long pages = 0, unused = 0, size = 0;
	int result = schema_pragma(s->db, "page_count", &pages);

	if (result == SQLITE_OK)
		result = schema_pragma(s->db, "freelist_count", &unused);
	if (result == SQLITE_OK)
		result = schema_pragma(s->db, "page_size", &size);
	*near = (uint64_t)(pages - unused) * (uint64_t)size > limit - limit / 8;
	return result;
}

static int give_back(struct store *s, uint64_t limit, bool *more)
{
	long long unused = 0, kept = FREE_PAGES_KEPT, size = 0;
	char sql[64];
	int result = schema_pragma(s->db, "freelist_count", &unused);

	*more = false;
	if (result == SQLITE_OK)
		result = schema_pragma(s->db, "page_size", &size);
	if (result != SQLITE_OK)
		return result;
	if ((uint64_t)(kept * size) > limit / 16)
		kept = (long long)(limit / 16) / size;
	if (unused <= kept)
		return SQLITE_OK;
	*more = unused > kept + PAGES_A_STEP;
	sqlite3_snprintf(sizeof(sql), sql, "PRAGMA incremental_vacuum(%d)", PAGES_A_STEP);
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL);
}

static int tend(struct store *s, uint64_t limit, bool *more, uint64_t *shortened)
{
	int result = SQLITE_OK;
	bool near = false;

	for (unsigned i = 1; i < BATCH_LENGTHS && result == SQLITE_OK && !*more; i++)
		result = make_windows(s, i, more);
	if (result == SQLITE_OK && !*more)
		result = prune(s, more);
	if (result == SQLITE_OK && !*more)
		result = is_near(s, limit, &near);
	if (result == SQLITE_OK && near)
		result = shorten(s, shortened);
	*more |= *shortened != 0;
	return result;
}

int store_tend(struct store *s, uint64_t limit, bool *more, uint64_t *shortened)
{
	struct store_windows before = s->windows;
	int result = store_run(s, BEGIN);

	*more = false;
	*shortened = 0;
	if (result != SQLITE_OK)
		return result;
	result = tend(s, limit, more, shortened);
	if (result == SQLITE_OK)
		result = store_run(s, COMMIT);
	if (result != SQLITE_OK) {
		s->windows = before;
		return result;
	}
	return *more ? SQLITE_OK : give_back(s, limit, more);
}
