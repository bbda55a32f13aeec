/*
 * A batch becomes a transaction.
 */
#include "daemon/store/data.h"

static int write_names(struct store *s, const struct batch *b)
{
	sqlite3_stmt *w = s->statement[WRITE_PROGRAM];
	int result = SQLITE_OK;

	for (struct batch_program *row = b->programs; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		sqlite3_bind_int64(w, 1, row->id);
		sqlite3_bind_text(w, 2, row->name, -1, SQLITE_STATIC);
		result = store_run(s, WRITE_PROGRAM);
	}
	w = s->statement[WRITE_FUNCTION];
	for (struct batch_function *row = b->functions; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		sqlite3_bind_int64(w, 1, row->id);
		sqlite3_bind_text(w, 2, row->name, -1, SQLITE_STATIC);
		store_bind(w, 3, row->epoch);
		result = store_run(s, WRITE_FUNCTION);
	}
	w = s->statement[WRITE_PATH];
	for (struct batch_path *row = b->paths; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		sqlite3_bind_int64(w, 1, row->id);
		sqlite3_bind_int64(w, 2, row->program);
		sqlite3_bind_int64(w, 3, row->parent);
		sqlite3_bind_int64(w, 4, row->function);
		sqlite3_bind_int(w, 5, row->recursive);
		result = store_run(s, WRITE_PATH);
	}
	return result;
}

static int run_with(struct store *s, enum statement which, uint64_t number)
{
	store_bind(s->statement[which], 1, number);
	return store_run(s, which);
}

static int clear(struct store *s, const struct batch *b)
{
	int result = SQLITE_OK;

	if (b->cleared_all) {
		result = store_run(s, CLEAR_ALL_STATISTICS);
		if (result == SQLITE_OK)
			result = store_run(s, CLEAR_ALL_WINDOWS);
		return result != SQLITE_OK ? result : store_run(s, CLEAR_ALL_EVENTS);
	}
	for (struct batch_function *row = b->functions; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		if (!row->cleared)
			continue;
		result = run_with(s, CLEAR_STATISTICS, row->id);
		if (result == SQLITE_OK)
			result = run_with(s, CLEAR_WINDOWS, row->id);
		if (result == SQLITE_OK)
			result = run_with(s, CLEAR_EVENTS, row->id);
	}
	return result;
}

static int drop_gone(struct store *s, const struct batch *b)
{
	int result = run_with(s, DROP_EVENTS_BELOW, b->event_floor);

	for (struct batch_id *row = b->events_gone; row != NULL && result == SQLITE_OK;
	     row = row->next)
		result = run_with(s, DROP_EVENT, row->id);
	for (struct batch_id *row = b->processes_gone; row != NULL && result == SQLITE_OK;
	     row = row->next)
		result = run_with(s, DROP_PROCESS, row->id);
	return result;
}

static int write_processes(struct store *s, const struct batch *b)
{
	sqlite3_stmt *w = s->statement[WRITE_PROCESS];
	int result = SQLITE_OK;

	for (struct batch_process *row = b->processes; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		if (row->ended_at_ns != 0)
			result = run_with(s, DROP_CHUNKS, row->id);
		if (result != SQLITE_OK)
			return result;
		store_bind(w, 1, row->id);
		sqlite3_bind_blob(w, 2, row->process, sizeof(row->process), SQLITE_STATIC);
		sqlite3_bind_int64(w, 3, row->program);
		store_bind(w, 4, row->uid);
		sqlite3_bind_int64(w, 5, row->pid);
		sqlite3_bind_int64(w, 6, row->paths);
		sqlite3_bind_int64(w, 7, row->started_at_ns);
		sqlite3_bind_int64(w, 8, row->pushed_at_ns);
		sqlite3_bind_int64(w, 9, row->ended_at_ns);
		store_bind(w, 10, row->generation);
		store_bind(w, 11, row->sequence);
		store_bind(w, 12, row->events_dropped);
		store_bind(w, 13, row->calls_collapsed);
		store_bind(w, 14, row->calls);
		store_bind(w, 15, row->span_ns);
		result = store_run(s, WRITE_PROCESS);
	}
	return result;
}

static int write_chunks(struct store *s, const struct batch *b)
{
	sqlite3_stmt *w = s->statement[WRITE_CHUNK];
	int result = SQLITE_OK;

	for (struct batch_chunk *row = b->chunks; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		if (!store_reserve(s, batch_chunk_size(row)))
			return SQLITE_NOMEM;
		store_bind(w, 1, row->process);
		sqlite3_bind_int64(w, 2, row->number);
		sqlite3_bind_blob64(w, 3, s->packed, batch_chunk_pack(row, s->packed),
				    SQLITE_STATIC);
		result = store_run(s, WRITE_CHUNK);
	}
	return result;
}

static int write_statistics(struct store *s, const struct batch *b)
{
	sqlite3_stmt *w = s->statement[WRITE_STATISTIC];
	int result = SQLITE_OK;

	for (struct batch_statistic *row = b->statistics; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		sqlite3_bind_int64(w, 1, row->path);
		store_bind(w, 2, row->calls);
		store_bind(w, 3, row->errors);
		store_bind(w, 4, row->slow);
		store_bind(w, 5, row->sum_ns);
		store_bind(w, 6, row->min_ns);
		store_bind(w, 7, row->max_ns);
		sqlite3_bind_blob64(w, 8, row->returned.bytes, row->returned.size, SQLITE_STATIC);
		sqlite3_bind_blob64(w, 9, row->failed.bytes, row->failed.size, SQLITE_STATIC);
		result = store_run(s, WRITE_STATISTIC);
	}
	return result;
}

int store_write_window(struct store *s, int64_t length_ns, const struct batch_window *row)
{
	sqlite3_stmt *w = s->statement[WRITE_WINDOW];

	sqlite3_bind_int64(w, 1, row->start_ns);
	sqlite3_bind_int64(w, 2, row->path);
	store_bind(w, 3, row->calls);
	store_bind(w, 4, row->errors);
	store_bind(w, 5, row->slow);
	store_bind(w, 6, row->sum_ns);
	store_bind(w, 7, row->min_ns);
	store_bind(w, 8, row->max_ns);
	store_bind(w, 9, row->late_calls);
	store_bind(w, 10, row->late_span_ns);
	sqlite3_bind_blob64(w, 11, row->histogram.bytes, row->histogram.size, SQLITE_STATIC);
	sqlite3_bind_int64(w, 12, length_ns);
	return store_run(s, WRITE_WINDOW);
}

static int write_events(struct store *s, const struct batch *b)
{
	sqlite3_stmt *w = s->statement[WRITE_EVENT];
	int result = SQLITE_OK;

	for (struct batch_event *row = b->events; row != NULL && result == SQLITE_OK;
	     row = row->next) {
		store_bind(w, 1, row->id);
		store_bind(w, 2, row->process);
		sqlite3_bind_int64(w, 3, (int64_t)row->call); /* any 64 bits, not a number */
		sqlite3_bind_int64(w, 4, row->path);
		sqlite3_bind_int64(w, 5, row->pid);
		sqlite3_bind_int64(w, 6, row->started_at_ns);
		store_bind(w, 7, row->duration_ns);
		store_bind(w, 8, row->threshold_ns);
		sqlite3_bind_int64(w, 9, row->running);
		sqlite3_bind_int64(w, 10, row->failed);
		sqlite3_bind_text(w, 11, row->error, -1, SQLITE_STATIC); /* NULL: null */
		result = store_run(s, WRITE_EVENT);
	}
	return result;
}

static int write_meta(struct store *s, const struct batch *b)
{
	const struct {
		const char *key;
		uint64_t value;
	} rows[] = {
		{"epoch", b->epoch},
		{"next_process", b->next_process},
		{"next_event", b->next_event},
		{"since_at_ns", (uint64_t)b->since_at_ns},
		{"open_ns", (uint64_t)b->open_ns},
		{"window_ns", (uint64_t)b->window_ns[0]},
		{"window_ns_1", (uint64_t)b->window_ns[1]},
		{"window_ns_2", (uint64_t)b->window_ns[2]},
		{"collected_at_ns", (uint64_t)b->collected_at_ns},
	};
	int result = SQLITE_OK;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && result == SQLITE_OK; i++)
		result = store_set_meta(s, rows[i].key, (int64_t)rows[i].value);
	return result;
}

static int write_rows(struct store *s, const struct batch *b)
{
	int (*const parts[])(struct store *, const struct batch *) = {
		write_names,	  clear,	drop_gone, write_processes, write_chunks,
		write_statistics, write_events, write_meta};
	int result = SQLITE_OK;

	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]) && result == SQLITE_OK; i++)
		result = parts[i](s, b);
	for (struct batch_window *row = b->windows; row != NULL && result == SQLITE_OK;
	     row = row->next)
		result = store_write_window(s, b->window_ns[0], row);
	return result;
}

int store_write(struct store *s, const struct batch *batch)
{
	int result = store_run(s, BEGIN);

	if (result != SQLITE_OK)
		return result;
	result = write_rows(s, batch);
	if (result == SQLITE_OK)
		result = store_run(s, COMMIT);
	if (result == SQLITE_OK) {
		s->windows.open_ns = batch->open_ns;
		for (unsigned i = 0; i < BATCH_LENGTHS; i++) {
			s->windows.length_ns[i] = batch->window_ns[i];
			s->windows.horizon_ns[i] = batch->horizon_ns[i];
		}
	}
	return result;
}
