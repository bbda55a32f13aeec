/*
 * Functions as people want to see them.
 */
#include "ctl/base/functions.h"

#include <stdio.h>
#include <string.h>

#include "ctl/base/say.h"
#include "ctl/base/units.h"
#include "view/json.h"

const char functions_footnote[] = "* too few calls for this quantile: what is shown is the slowest";

const char *functions_marked_quantile(char *to, const struct prof_stats *s, unsigned quantile,
				      const char *unmarked)
{
	units_seconds(to, view_quantile(s, quantile));
	return strcat(to, (s->doubtful >> quantile & 1) != 0 ? "*" : unmarked);
}

void functions_print(const struct prof_stats *const *stats, size_t count)
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
		const struct prof_stats *s = stats[i];

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
	say_table(t);
	if ((doubtful & (1u << PROF_P50 | 1u << PROF_P99)) != 0)
		puts(functions_footnote);
}
