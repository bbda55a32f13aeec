/*
 * Functions as people and as scripts want them.
 */
#include "ctl/functions.h"

#include <stdio.h>
#include <string.h>

#include "ctl/say.h"
#include "ctl/table.h"
#include "ctl/units.h"

const char *const functions_quantile_names[PROF_QUANTILES] = {"p50", "p75", "p90",
							      "p95", "p99", "p99.9"};

const char functions_footnote[] = "* too few calls for this quantile: what is shown is the slowest";

double functions_quantile(const struct prof_stats *s, unsigned quantile)
{
	const double value[PROF_QUANTILES] = {s->p50, s->p75, s->p90, s->p95, s->p99, s->p999};

	return value[quantile];
}

const char *functions_marked_quantile(char *to, const struct prof_stats *s, unsigned quantile,
				      const char *unmarked)
{
	units_seconds(to, functions_quantile(s, quantile));
	return strcat(to, (s->doubtful >> quantile & 1) != 0 ? "*" : unmarked);
}

void functions_print(const struct prof_stats *stats, size_t count)
{
	static const struct column columns[] = {
		{"FUNCTION", SIDE_LEFT, true}, {"CALLS", SIDE_RIGHT, false},
		{"ERRORS", SIDE_RIGHT, false}, {"SLOW", SIDE_RIGHT, false},
		{"TOTAL", SIDE_RIGHT, false},  {"AVG", SIDE_RIGHT, false},
		{"P50 ", SIDE_RIGHT, false},   {"P99 ", SIDE_RIGHT, false},
		{"MAX", SIDE_RIGHT, false},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	unsigned doubtful = 0;
	char text[UNITS_ROOM];

	for (size_t i = 0; i < count; i++) {
		const struct prof_stats *s = &stats[i];

		table_name(t, s->function_name);
		table_cell(t, units_short_count(text, s->call_count));
		table_cell(t, units_short_count(text, s->error_count));
		table_cell(t, units_short_count(text, s->slow_count));
		table_cell(t, units_seconds(text, s->total_seconds));
		table_cell(t, units_seconds(text, s->avg_seconds));
		table_cell(t, functions_marked_quantile(text, s, PROF_P50, " "));
		table_cell(t, functions_marked_quantile(text, s, PROF_P99, " "));
		table_cell(t, units_seconds(text, s->max_seconds));
		doubtful |= s->doubtful;
	}
	table_print(t, stdout, table_terminal_width(stdout));
	table_free(t);
	if ((doubtful & (1u << PROF_P50 | 1u << PROF_P99)) != 0)
		puts(functions_footnote);
}

json_t *functions_json(const struct prof_stats *s)
{
	json_t *object = json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "function_name",
		s->function_name, "call_count", say_count(s->call_count), "error_count",
		say_count(s->error_count), "slow_count", say_count(s->slow_count), "total_seconds",
		say_real(s->total_seconds), "min_seconds", say_real(s->min_seconds), "max_seconds",
		say_real(s->max_seconds), "avg_seconds", say_real(s->avg_seconds), "avg_ms",
		say_real(s->avg_ms), "max_ms", say_real(s->max_ms));
	json_t *doubtful = json_array();

	for (unsigned i = 0; i < PROF_QUANTILES; i++) {
		json_object_set_new(object, functions_quantile_names[i],
				    say_real(functions_quantile(s, i)));
		if ((s->doubtful >> i & 1) != 0)
			json_array_append_new(doubtful, json_string(functions_quantile_names[i]));
	}
	json_object_set_new(object, "doubtful", doubtful);
	return object;
}
