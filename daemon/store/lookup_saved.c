/*
 * Saved benchmarks, handed out row by row.
 */
#include "daemon/store/data.h"
#include "daemon/store/lookup_data.h"
#include "daemon/store/saved.h"

#define COLUMNS                                                                           \
	"name, number, uid, saved_at_ns, runs, failures, mean_s, deviation_s, median_s, " \
	"min_s, max_s, " SAVED_TEXT_COLUMNS ", "
/* Of one name: counted once, not for each row again. */
#define KEPT	   "(SELECT count(*) FROM benchmark WHERE name = ?1)"
#define OF_NAME	   " WHERE name = ?1 AND (?2 = 0 OR number = ?2)"
#define FIRST_TEXT 11
#define RESULTS	   (FIRST_TEXT + SAVED_TEXTS)
#define TIMINGS	   (RESULTS + 1)

static const char *text_at(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text == NULL ? "" : text;
}

static struct batch_blob blob_at(sqlite3_stmt *row, int column)
{
	const void *bytes = sqlite3_column_blob(row, column);

	return (struct batch_blob){bytes, (size_t)sqlite3_column_bytes(row, column)};
}

static struct saved saved_at(sqlite3_stmt *row)
{
	struct saved s = {
		.name = text_at(row, 0),
		.number = (uint64_t)sqlite3_column_int64(row, 1),
		.uid = (uint64_t)sqlite3_column_int64(row, 2),
		.saved_at_ns = sqlite3_column_int64(row, 3),
		.runs = (uint64_t)sqlite3_column_int64(row, 4),
		.failures = (uint64_t)sqlite3_column_int64(row, 5),
		.mean = sqlite3_column_double(row, 6),
		.deviation = sqlite3_column_double(row, 7),
		.median = sqlite3_column_double(row, 8),
		.min = sqlite3_column_double(row, 9),
		.max = sqlite3_column_double(row, 10),
		.results = (uint64_t)sqlite3_column_int64(row, RESULTS),
	};

	for (int i = 0; i < SAVED_TEXTS; i++)
		s.text[i] = text_at(row, FIRST_TEXT + i);
	if (sqlite3_column_count(row) > TIMINGS) {
		s.timings = blob_at(row, TIMINGS);
		s.statuses = blob_at(row, TIMINGS + 1);
	}
	return s;
}

enum lookup_result lookup_saved(struct lookup *l, const char *name, uint64_t number, bool timings,
				lookup_each_saved *each, void *context)
{
	static const char latest[] =
		"SELECT " COLUMNS "kept FROM (SELECT name AS of, max(number) AS last, "
		"count(*) AS kept FROM benchmark GROUP BY name) "
		"JOIN benchmark ON name = of AND number = last ORDER BY name";
	static const char briefly[] =
		"SELECT " COLUMNS KEPT " FROM benchmark" OF_NAME " ORDER BY number DESC";
	static const char all[] =
		"SELECT " COLUMNS KEPT ", timings, statuses FROM benchmark" OF_NAME
		" ORDER BY number DESC";
	const char *sql = name == NULL ? latest : timings ? all : briefly;
	sqlite3_stmt *read;
	bool more = true;
	int result = sqlite3_prepare_v2(l->db, sql, -1, &read, NULL);

	if (result != SQLITE_OK)
		return lookup_judge(l, result);
	sqlite3_bind_text(read, 1, name, -1, SQLITE_STATIC);
	store_bind(read, 2, number);
	while (more && (result = sqlite3_step(read)) == SQLITE_ROW) {
		struct saved row = saved_at(read);

		more = each(context, &row);
	}
	sqlite3_finalize(read);
	return more ? lookup_judge(l, result) : LOOKUP_STOPPED;
}
