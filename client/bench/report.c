/*
 * Reports for machines: CSV and JSON.
 */
#include "client/bench/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/bootstrap.h"
#include "client/bench/result.h"
#include "proto/name.h"
#include "text/figures.h"

static bool report_csv(FILE *out, const struct report *report)
{
	fputs("name", out);
	csv_titles(out, figures_kept);
	csv_titles(out, figures_derived);
	putc('\n', out);
	for (size_t i = 0; i < report->count; i++) {
		csv_text(out, report->results[i]->name);
		csv_fields(out, figures_kept, report->results[i]);
		csv_fields(out, figures_derived, report->results[i]);
		putc('\n', out);
	}
	return true;
}

static bool report_json(FILE *out, const struct report *report)
{
	struct writer w = {.to = out, .indented = true, .exact = true};
	struct prof_bench_machine *machine;

	if (prof_bench_get_machine(&machine) != PROF_OK)
		return false;
	writer_object(&w, NULL);
	figures_head(&w, report->title == NULL ? "" : report->title);
	figures_machine(&w, machine);
	prof_bench_free(machine);
	writer_array(&w, "results");
	for (size_t i = 0; i < report->count; i++) {
		writer_object(&w, NULL);
		figures_result(&w, report->results[i]);
		writer_end(&w);
	}
	writer_end(&w);
	writer_end(&w);
	return !w.failed;
}

double report_relative(const struct report *report, size_t index)
{
	double least = INFINITY;

	for (size_t i = 0; i < report->count; i++)
		least = fmin(least, report->results[i]->median);
	return bootstrap_divide(report->results[index]->median, least);
}

static report_write *writer(enum prof_bench_format format)
{
	switch (format) {
	case PROF_BENCH_TABLE:
		return report_table;
	case PROF_BENCH_MARKDOWN:
		return report_markdown;
	case PROF_BENCH_CSV:
		return report_csv;
	case PROF_BENCH_JSON:
		return report_json;
	}
	return NULL;
}

prof_error prof_bench_report(const char *title, const struct prof_bench_result *const *results,
			     size_t count, enum prof_bench_format format, char **text)
{
	struct report report = {title, results, count};
	report_write *write = writer(format);
	char *made = NULL;
	size_t length;
	bool done;
	FILE *out;

	if (text == NULL || (results == NULL && count > 0))
		return PROF_BAD_ARGUMENT;
	for (size_t i = 0; i < count; i++)
		if (results[i] == NULL)
			return PROF_BAD_ARGUMENT;
	if (title != NULL && !name_is_utf8(title, strlen(title)))
		return PROF_BAD_NAME;
	if (write == NULL)
		return PROF_BAD_OPTION;
	out = open_memstream(&made, &length);
	if (out == NULL)
		return PROF_NO_MEMORY;
	done = write(out, &report) && !ferror(out);
	if (fclose(out) != 0 || !done) {
		free(made);
		return PROF_NO_MEMORY;
	}
	*text = made;
	return PROF_OK;
}
