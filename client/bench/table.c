/*
 * Reports for people: an aligned table, and the same in Markdown.
 */
#include "client/bench/report.h"

#include <stdio.h>
#include <string.h>

#include "proto/name.h"
#include "text/number.h"
#include "text/table.h"

#define CELL   96
#define DIGITS 4 /* one more than a difference of 1 % needs */

static const struct column columns[] = {
	{"benchmark", SIDE_LEFT, false}, {"timings", SIDE_RIGHT, false},
	{"median", SIDE_RIGHT, false},	 {"95 %", SIDE_RIGHT, false},
	{"mean", SIDE_RIGHT, false},	 {"std dev", SIDE_RIGHT, false},
	{"min", SIDE_RIGHT, false},	 {"max", SIDE_RIGHT, false},
	{"relative", SIDE_RIGHT, false},
};

static void add_seconds(struct table *t, double seconds)
{
	char text[NUMBER_ROOM];

	table_cell(t, number_seconds(text, seconds, DIGITS));
}

/* All but the name. */
static void add_figures(struct table *t, const struct report *report, size_t index)
{
	const struct prof_bench_result *r = report->results[index];
	char text[CELL], low[NUMBER_ROOM], high[NUMBER_ROOM];

	snprintf(text, sizeof(text), "%zu", r->iterations);
	table_cell(t, text);
	add_seconds(t, r->median);
	snprintf(text, sizeof(text), "%s .. %s", number_seconds(low, r->median_ci.low, DIGITS),
		 number_seconds(high, r->median_ci.high, DIGITS));
	table_cell(t, text);
	add_seconds(t, r->mean);
	add_seconds(t, r->std_dev);
	add_seconds(t, r->min_time);
	add_seconds(t, r->max_time);
	table_cell(t, number_fixed(text, report_relative(report, index), 2));
}

/* A gap, and a line for each doubt. */
static void write_doubts(FILE *out, const struct report *report, const char *before)
{
	char name[NAME_PRINTED_MAX + 1], text[256];
	const char *gap = "\n";

	for (size_t i = 0; i < report->count; i++) {
		name_print(name, sizeof(name), report->results[i]->name);
		for (unsigned d = 0; d < PROF_BENCH_DOUBTS; d++)
			if (prof_bench_doubt_text(report->results[i], d, text, sizeof(text)) > 0) {
				fprintf(out, "%s%s%s: %s\n", gap, before, name, text);
				gap = "";
			}
	}
}

/* A line of its own, whatever is in the title. */
static void write_title(FILE *out, const char *before, const char *title)
{
	char harmless[4 * NAME_PRINTED_MAX];

	if (title == NULL)
		return;
	name_print(harmless, sizeof(harmless), title);
	fprintf(out, "%s%s\n\n", before, harmless);
}

bool report_table(FILE *out, const struct report *report)
{
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	bool well;

	for (size_t i = 0; i < report->count; i++) {
		table_name(t, report->results[i]->name);
		add_figures(t, report, i);
	}
	write_title(out, "", report->title);
	well = table_print(t, out, 0);
	write_doubts(out, report, "");
	table_free(t);
	return well;
}

/* As code, so that nothing in a name means anything but itself. A bar would end the cell. */
static void add_code(struct table *t, const char *name)
{
	char harmless[NAME_PRINTED_MAX + 1], code[2 * sizeof(harmless) + 8], *to;
	const char *fence;

	name_print(harmless, sizeof(harmless), name);
	fence = strchr(harmless, '`') == NULL ? "`" : "``";
	to = stpcpy(stpcpy(code, fence), fence[1] == '\0' ? "" : " ");
	for (const char *from = harmless; *from != '\0'; from++) {
		if (*from == '|')
			*to++ = '\\';
		*to++ = *from;
	}
	strcpy(stpcpy(to, fence[1] == '\0' ? "" : " "), fence);
	table_cell(t, code);
}

bool report_markdown(FILE *out, const struct report *report)
{
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	bool well;

	for (size_t i = 0; i < report->count; i++) {
		add_code(t, report->results[i]->name);
		add_figures(t, report, i);
	}
	write_title(out, "### ", report->title);
	well = table_print_markdown(t, out);
	write_doubts(out, report, "- ");
	table_free(t);
	return well;
}
