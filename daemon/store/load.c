/*
 * The database becomes one batch, for the ledger to take in. Rows are read from the last to the
 * first, since each is put before the others of its list.
 */
#include "daemon/store/data.h"

#include <string.h>

/* What reading one table needs: puts the row that the statement stands at into the batch. */
typedef int read_row(sqlite3_stmt *statement, struct batch *all);

static void *add_row(struct batch *all, size_t size, void **first)
{
	void **row = batch_alloc(all, size);

	if (row == NULL)
		return NULL;
	memset(row, 0, size);
	*row = *first; /* `next` is the first member of every row */
	*first = row;
	return row;
}

#define ADD(all, list) add_row(all, sizeof(*(all)->list), (void **)&(all)->list)

static uint32_t small(sqlite3_stmt *statement, int column)
{
	sqlite3_int64 number = sqlite3_column_int64(statement, column);

	return number < 0 || number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

static uint64_t large(sqlite3_stmt *statement, int column)
{
	sqlite3_int64 number = sqlite3_column_int64(statement, column);

	return number < 0 ? 0 : (uint64_t)number;
}

/* NULL: no memory, or null in the database. */
static const char *text(sqlite3_stmt *statement, int column, struct batch *all)
{
	const unsigned char *bytes = sqlite3_column_text(statement, column);

	if (bytes == NULL)
		return NULL;
	return batch_copy(all, bytes, (size_t)sqlite3_column_bytes(statement, column) + 1);
}

static bool blob(sqlite3_stmt *statement, int column, struct batch *all, struct batch_blob *to)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	to->size = (size_t)sqlite3_column_bytes(statement, column);
	to->bytes = batch_copy(all, to->size == 0 ? "" : bytes, to->size);
	return to->bytes != NULL;
}

static int read_program(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_program *row = ADD(all, programs);

	if (row == NULL)
		return SQLITE_NOMEM;
	row->id = small(statement, 0);
	row->name = text(statement, 1, all);
	return row->name == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int read_function(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_function *row = ADD(all, functions);

	if (row == NULL)
		return SQLITE_NOMEM;
	row->id = small(statement, 0);
	row->name = text(statement, 1, all);
	row->epoch = large(statement, 2);
	return row->name == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

static int read_path(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_path *row = ADD(all, paths);

	if (row == NULL)
		return SQLITE_NOMEM;
	row->id = small(statement, 0);
	row->program = small(statement, 1);
	row->parent = small(statement, 2);
	row->function = small(statement, 3);
	row->recursive = small(statement, 4) != 0;
	return SQLITE_OK;
}

static int read_statistic(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_statistic *row = ADD(all, statistics);

	if (row == NULL)
		return SQLITE_NOMEM;
	row->path = small(statement, 0);
	row->slow = large(statement, 1);
	return blob(statement, 2, all, &row->returned) && blob(statement, 3, all, &row->failed)
		       ? SQLITE_OK
		       : SQLITE_NOMEM;
}

static int read_process(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_process *row = ADD(all, processes);

	if (row == NULL)
		return SQLITE_NOMEM;
	if (sqlite3_column_bytes(statement, 1) != PROF_PROCESS_ID)
		return SQLITE_CORRUPT;
	row->id = large(statement, 0);
	memcpy(row->process, sqlite3_column_blob(statement, 1), PROF_PROCESS_ID);
	row->program = small(statement, 2);
	row->uid = large(statement, 3);
	row->pid = sqlite3_column_int(statement, 4);
	row->paths = small(statement, 5);
	row->started_at_ns = (int64_t)large(statement, 6);
	row->pushed_at_ns = (int64_t)large(statement, 7);
	row->ended_at_ns = (int64_t)large(statement, 8);
	row->generation = large(statement, 9);
	row->sequence = large(statement, 10);
	row->events_dropped = large(statement, 11);
	row->calls_collapsed = large(statement, 12);
	row->calls = large(statement, 13);
	row->span_ns = large(statement, 14);
	return SQLITE_OK;
}

static int read_chunk(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_blob packed = {sqlite3_column_blob(statement, 2),
				    (size_t)sqlite3_column_bytes(statement, 2)};
	struct batch_chunk *row = ADD(all, chunks);

	if (row == NULL)
		return SQLITE_NOMEM;
	row->process = large(statement, 0);
	row->number = small(statement, 1);
	return batch_chunk_unpack(all, row, packed) ? SQLITE_OK : SQLITE_CORRUPT;
}

static int read_event(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_event *row = ADD(all, events);

	if (row == NULL)
		return SQLITE_NOMEM;
	row->id = large(statement, 0);
	row->process = large(statement, 1);
	row->call = (uint64_t)sqlite3_column_int64(statement, 2);
	row->path = small(statement, 3);
	row->pid = sqlite3_column_int(statement, 4);
	row->started_at_ns = (int64_t)large(statement, 5);
	row->duration_ns = large(statement, 6);
	row->threshold_ns = large(statement, 7);
	row->running = sqlite3_column_int(statement, 8) != 0;
	row->failed = sqlite3_column_int(statement, 9) != 0;
	if (sqlite3_column_type(statement, 10) == SQLITE_NULL)
		return SQLITE_OK;
	row->error = text(statement, 10, all);
	return row->error == NULL ? SQLITE_NOMEM : SQLITE_OK;
}

int store_read_window(sqlite3_stmt *statement, struct batch *all)
{
	struct batch_window *row = ADD(all, windows);

	if (row == NULL)
		return SQLITE_NOMEM;
	row->start_ns = (int64_t)large(statement, 0);
	row->path = small(statement, 1);
	row->calls = large(statement, 2);
	row->errors = large(statement, 3);
	row->slow = large(statement, 4);
	row->sum_ns = large(statement, 5);
	row->min_ns = large(statement, 6);
	row->max_ns = large(statement, 7);
	row->late_calls = large(statement, 8);
	row->late_span_ns = large(statement, 9);
	return blob(statement, 10, all, &row->histogram) ? SQLITE_OK : SQLITE_NOMEM;
}

static int read_table(struct store *s, enum statement which, read_row *row, struct batch *all)
{
	sqlite3_stmt *statement = s->statement[which];
	int result, read = SQLITE_OK;

	while ((result = sqlite3_step(statement)) == SQLITE_ROW && read == SQLITE_OK)
		read = row(statement, all);
	sqlite3_reset(statement);
	if (read != SQLITE_OK)
		return read;
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int read_meta(struct store *s, struct batch *all)
{
	const struct {
		const char *key;
		int64_t *value;
	} rows[] = {
		{"epoch", (int64_t *)&all->epoch},
		{"next_process", (int64_t *)&all->next_process},
		{"next_event", (int64_t *)&all->next_event},
		{"since_at_ns", &all->since_at_ns},
		{"open_ns", &all->open_ns},
		{"window_ns", &all->window_ns[0]},
	};
	int result = SQLITE_OK;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]) && result == SQLITE_OK; i++) {
		*rows[i].value = 0;
		result = store_get_meta(s, rows[i].key, rows[i].value);
		if (result == SQLITE_OK && *rows[i].value < 0)
			result = SQLITE_CORRUPT;
	}
	return result;
}

int store_read(struct store *s, struct batch *all)
{
	static const struct {
		enum statement which;
		read_row *row;
	} tables[] = {
		{READ_PROGRAMS, read_program},	{READ_FUNCTIONS, read_function},
		{READ_PATHS, read_path},	{READ_STATISTICS, read_statistic},
		{READ_PROCESSES, read_process}, {READ_CHUNKS, read_chunk},
		{READ_EVENTS, read_event},	{READ_OPEN_WINDOWS, store_read_window},
	};
	int result = read_meta(s, all);

	sqlite3_bind_int64(s->statement[READ_OPEN_WINDOWS], 1, all->window_ns[0]);
	sqlite3_bind_int64(s->statement[READ_OPEN_WINDOWS], 2, all->open_ns);
	for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]) && result == SQLITE_OK; i++)
		result = read_table(s, tables[i].which, tables[i].row, all);
	return result;
}
