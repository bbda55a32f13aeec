/*
 * Windows and statistics, handed out row by row.
 */
#include "daemon/store/lookup_data.h"

#include <stdlib.h>

/* Finding one row costs as much as reading on over so many. */
#define ROWS_A_FIND 8

static uint64_t number(sqlite3_stmt *row, int column)
{
	int64_t value = sqlite3_column_int64(row, column);

	return value < 0 ? 0 : (uint64_t)value;
}

static struct batch_blob blob(sqlite3_stmt *row, int column)
{
	const void *bytes = sqlite3_column_blob(row, column);

	return (struct batch_blob){bytes, (size_t)sqlite3_column_bytes(row, column)};
}

static struct batch_window window_at(sqlite3_stmt *row)
{
	struct batch_window w = {
		.start_ns = (int64_t)number(row, 0),
		.path = (uint32_t)number(row, 1),
		.calls = number(row, 2),
		.errors = number(row, 3),
		.slow = number(row, 4),
		.sum_ns = number(row, 5),
		.min_ns = number(row, 6),
		.max_ns = number(row, 7),
		.late_calls = number(row, 8),
		.late_span_ns = number(row, 9),
	};

	if (sqlite3_column_count(row) > 10)
		w.histogram = blob(row, 10);
	return w;
}

/* What going through windows needs. */
struct walk {
	struct lookup *lookup;
	const uint8_t *selected;
	bool histograms;
	lookup_each_window *each;
	void *context;
	bool stopped;
};

static bool hand_out(struct walk *w, sqlite3_stmt *row, int64_t length_ns)
{
	struct batch_window window = window_at(row);

	if (window.path == 0 || window.path > w->lookup->names.path_count ||
	    !w->selected[window.path - 1])
		return true;
	w->stopped = !w->each(w->context, &window, length_ns);
	return !w->stopped;
}

/* Where a scan begins: behind this row. */
static struct position start_of(const struct lookup *l, const struct range_scan *scan)
{
	const struct position *counted = &l->counted[scan->length];

	if (scan->behind && counted->start_ns >= scan->since_ns)
		return *counted;
	return (struct position){scan->since_ns, 0};
}

static int scan_windows(struct walk *w, const struct range_scan *scan)
{
	struct lookup *l = w->lookup;
	sqlite3_stmt *read = l->statement[w->histograms ? SCAN_WINDOWS : SCAN_WINDOWS_BRIEFLY];
	int64_t length_ns = l->moment.windows.length_ns[scan->length];
	struct position start = start_of(l, scan);
	int result;

	sqlite3_bind_int64(read, 1, length_ns);
	sqlite3_bind_int64(read, 2, start.start_ns);
	sqlite3_bind_int64(read, 3, start.path);
	sqlite3_bind_int64(read, 4, scan->until_ns);
	while ((result = sqlite3_step(read)) == SQLITE_ROW && hand_out(w, read, length_ns))
		;
	sqlite3_reset(read);
	return w->stopped ? SQLITE_DONE : result;
}

static int find_window(struct walk *w, int64_t length_ns, int64_t start_ns, uint32_t path)
{
	sqlite3_stmt *find = w->lookup->statement[FIND_WINDOW];
	int result;

	sqlite3_bind_int64(find, 1, length_ns);
	sqlite3_bind_int64(find, 2, start_ns);
	sqlite3_bind_int64(find, 3, path);
	result = sqlite3_step(find);
	if (result == SQLITE_ROW) {
		hand_out(w, find, length_ns);
		result = SQLITE_DONE;
	}
	sqlite3_reset(find);
	return result;
}

/* The rows of a few paths, one by one: where many functions are called in each window, most of the
 * others are never looked at. */
static int find_windows(struct walk *w, const struct range_scan *scan, const uint32_t *paths,
			uint32_t count)
{
	const struct range_windows *windows = &w->lookup->moment.windows;
	struct position start = start_of(w->lookup, scan);
	int64_t length_ns = windows->length_ns[scan->length];
	int result = SQLITE_DONE;

	for (int64_t at = start.start_ns; at < scan->until_ns && at < windows->end_ns;
	     at += length_ns) {
		for (uint32_t i = 0; i < count && result == SQLITE_DONE && !w->stopped; i++)
			if (at > start.start_ns || paths[i] > start.path)
				result = find_window(w, length_ns, at, paths[i]);
		if (result != SQLITE_DONE || w->stopped)
			break;
		if (lookup_is_over(w->lookup))
			return SQLITE_INTERRUPT; /* a step as short as these never looks */
	}
	return result;
}

/* The selected paths, when they are few; else NULL. */
static uint32_t *list_few(const struct lookup_names *names, const uint8_t *selected,
			  uint32_t *count)
{
	uint32_t most = names->path_count / ROWS_A_FIND, *list;

	*count = 0;
	for (uint32_t i = 0; i < names->path_count; i++)
		*count += selected[i] != 0;
	if (*count > most)
		return NULL;
	list = calloc(*count + 1u, sizeof(*list));
	*count = 0;
	for (uint32_t i = 0; list != NULL && i < names->path_count; i++)
		if (selected[i])
			list[(*count)++] = i + 1;
	return list;
}

enum lookup_result lookup_windows(struct lookup *l, const struct range *range,
				  const uint8_t *selected, bool histograms,
				  lookup_each_window *each, void *context)
{
	struct walk walk = {l, selected, histograms, each, context, false};
	int result = SQLITE_DONE;
	uint32_t count;
	uint32_t *few = list_few(&l->names, selected, &count);

	for (unsigned i = 0; i < range->count && result == SQLITE_DONE && !walk.stopped; i++)
		result = few == NULL ? scan_windows(&walk, &range->scan[i])
				     : find_windows(&walk, &range->scan[i], few, count);
	free(few);
	return walk.stopped ? LOOKUP_STOPPED : lookup_judge(l, result);
}

enum lookup_result lookup_statistics(struct lookup *l, const uint8_t *selected, bool histograms,
				     lookup_each_statistic *each, void *context)
{
	sqlite3_stmt *read = l->statement[histograms ? SCAN_STATISTICS : SCAN_STATISTICS_BRIEFLY];
	bool more = true;
	int result;

	while ((result = sqlite3_step(read)) == SQLITE_ROW && more) {
		struct batch_statistic row = {
			.path = (uint32_t)number(read, 0),
			.calls = number(read, 1),
			.errors = number(read, 2),
			.slow = number(read, 3),
			.sum_ns = number(read, 4),
			.min_ns = number(read, 5),
			.max_ns = number(read, 6),
		};

		if (row.path == 0 || row.path > l->names.path_count || !selected[row.path - 1])
			continue;
		if (histograms) {
			row.returned = blob(read, 7);
			row.failed = blob(read, 8);
		}
		more = each(context, &row);
	}
	sqlite3_reset(read);
	return more ? lookup_judge(l, result) : LOOKUP_STOPPED;
}
