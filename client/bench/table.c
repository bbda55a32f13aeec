/*
 * Reports for people: an aligned table, and the same in Markdown.
 */
#include "client/bench/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/text.h"
#include "proto/name.h"

#define CELL 96

enum { NAME, TIMINGS, MEDIAN, INTERVAL, MEAN, DEVIATION, MIN, MAX, RELATIVE, COLUMNS };

static const char *const titles[COLUMNS] = {"benchmark", "timings", "median", "95 %",	 "mean",
					    "std dev",	 "min",	    "max",    "relative"};

struct line {
	char name[NAME_PRINTED_MAX + 1];
	char cells[COLUMNS][CELL]; /* that of the name is not used */
};

static void fill(struct line *line, const struct report *report, size_t index)
{
	const struct prof_bench_result *r = report->results[index];
	char low[TEXT_NUMBER], high[TEXT_NUMBER];

	name_print(line->name, sizeof(line->name), r->name);
	snprintf(line->cells[TIMINGS], CELL, "%zu", r->iterations);
	text_duration(line->cells[MEDIAN], r->median);
	snprintf(line->cells[INTERVAL], CELL, "%s .. %s", text_duration(low, r->median_ci.low),
		 text_duration(high, r->median_ci.high));
	text_duration(line->cells[MEAN], r->mean);
	text_duration(line->cells[DEVIATION], r->std_dev);
	text_duration(line->cells[MIN], r->min_time);
	text_duration(line->cells[MAX], r->max_time);
	text_fixed(line->cells[RELATIVE], report_relative(report, index), 2);
}

static const char *cell(const struct line *line, int column)
{
	return column == NAME ? line->name : line->cells[column];
}

static struct line *fill_all(const struct report *report)
{
	struct line *lines = calloc(report->count + 1, sizeof(*lines));

	for (size_t i = 0; lines != NULL && i < report->count; i++)
		fill(&lines[i], report, i);
	return lines;
}

/* Names to the left, figures to the right; nothing after the last character of a line. */
static void write_cell(FILE *out, const char *text, int column, size_t width)
{
	int space = (int)(width - text_width(text));

	if (column == NAME)
		fprintf(out, "%s%*s", text, space, "");
	else
		fprintf(out, "  %*s%s", space, "", text);
}

static void write_doubts(FILE *out, const struct report *report, const struct line *lines,
			 const char *before)
{
	char text[256];

	for (size_t i = 0; i < report->count; i++)
		for (unsigned d = 0; d < PROF_BENCH_DOUBTS; d++)
			if (prof_bench_doubt_text(report->results[i], d, text, sizeof(text)) > 0)
				fprintf(out, "%s%s: %s\n", before, lines[i].name, text);
}

static bool has_doubts(const struct report *report)
{
	for (size_t i = 0; i < report->count; i++)
		if (report->results[i]->doubts != 0)
			return true;
	return false;
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
	struct line *lines = fill_all(report);
	size_t widths[COLUMNS];

	if (lines == NULL)
		return false;
	write_title(out, "", report->title);
	for (int c = 0; c < COLUMNS; c++) {
		widths[c] = strlen(titles[c]);
		for (size_t i = 0; i < report->count; i++)
			if (text_width(cell(&lines[i], c)) > widths[c])
				widths[c] = text_width(cell(&lines[i], c));
	}
	for (int c = 0; c < COLUMNS; c++)
		write_cell(out, titles[c], c, widths[c]);
	putc('\n', out);
	for (size_t i = 0; i < report->count; i++) {
		for (int c = 0; c < COLUMNS; c++)
			write_cell(out, cell(&lines[i], c), c, widths[c]);
		putc('\n', out);
	}
	if (has_doubts(report))
		putc('\n', out);
	write_doubts(out, report, lines, "");
	free(lines);
	return true;
}

/* As code, so that nothing in a name means anything but itself. A bar would end the cell. */
static void write_code(FILE *out, const char *name)
{
	const char *fence = strchr(name, '`') == NULL ? "`" : "`` ";

	fputs(fence, out);
	for (; *name != '\0'; name++)
		fprintf(out, *name == '|' ? "\\%c" : "%c", *name);
	fputs(fence[1] == '\0' ? "`" : " ``", out);
}

bool report_markdown(FILE *out, const struct report *report)
{
	struct line *lines = fill_all(report);

	if (lines == NULL)
		return false;
	write_title(out, "### ", report->title);
	for (int c = 0; c < COLUMNS; c++)
		fprintf(out, "| %s ", titles[c]);
	fputs("|\n", out);
	for (int c = 0; c < COLUMNS; c++)
		fputs(c == NAME ? "| :--- " : "| ---: ", out);
	fputs("|\n", out);
	for (size_t i = 0; i < report->count; i++) {
		fputs("| ", out);
		write_code(out, lines[i].name);
		for (int c = NAME + 1; c < COLUMNS; c++)
			fprintf(out, " | %s", cell(&lines[i], c));
		fputs(" |\n", out);
	}
	if (has_doubts(report))
		putc('\n', out);
	write_doubts(out, report, lines, "- ");
	free(lines);
	return true;
}
