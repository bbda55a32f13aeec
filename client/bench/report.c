/*
 * Reports for machines: CSV and JSON. Both are written from one list of figures.
 */
#include "client/bench/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/bench/bootstrap.h"
#include "client/bench/result.h"
#include "client/bench/text.h"
#include "proto/name.h"

enum kind { NUMBER, REAL, SIZE, INTEGER };

struct figure {
	const char *name;
	enum kind kind;
	size_t offset;
};

#define FIGURE(name, kind)                                            \
	{                                                             \
#name, kind, offsetof(struct prof_bench_result, name) \
	}
#define END(name, interval, end)                                          \
	{                                                                 \
		name, REAL,                                               \
			offsetof(struct prof_bench_result, interval) +    \
				offsetof(struct prof_bench_interval, end) \
	}

static const struct figure figures[] = {
	FIGURE(iterations, SIZE),
	FIGURE(warmup, NUMBER),
	FIGURE(batch, NUMBER),
	FIGURE(failures, NUMBER),
	FIGURE(error, INTEGER),
	FIGURE(stopped, INTEGER),
	FIGURE(clock_cost, REAL),
	FIGURE(mean, REAL),
	FIGURE(std_dev, REAL),
	FIGURE(min_time, REAL),
	FIGURE(max_time, REAL),
	FIGURE(total, REAL),
	FIGURE(median, REAL),
	FIGURE(p50, REAL),
	FIGURE(p75, REAL),
	FIGURE(p90, REAL),
	FIGURE(p95, REAL),
	FIGURE(p99, REAL),
	FIGURE(mad, REAL),
	FIGURE(mild_outliers, NUMBER),
	FIGURE(severe_outliers, NUMBER),
	FIGURE(trend_p, REAL),
	FIGURE(drift, REAL),
	END("mean_ci_low", mean_ci, low),
	END("mean_ci_high", mean_ci, high),
	END("median_ci_low", median_ci, low),
	END("median_ci_high", median_ci, high),
};

#define FIGURES (sizeof(figures) / sizeof(figures[0]))

static void write_real(FILE *out, double value, const char *unknown)
{
	char text[TEXT_NUMBER];

	fputs(isfinite(value) ? text_number(text, value) : unknown, out);
}

static void write_figure(FILE *out, const struct figure *figure,
			 const struct prof_bench_result *result, const char *unknown)
{
	const void *at = (const char *)result + figure->offset;

	switch (figure->kind) {
	case NUMBER:
		fprintf(out, "%" PRIu64, *(const uint64_t *)at);
		break;
	case SIZE:
		fprintf(out, "%zu", *(const size_t *)at);
		break;
	case INTEGER:
		fprintf(out, "%d", *(const int *)at);
		break;
	case REAL:
		write_real(out, *(const double *)at, unknown);
		break;
	}
}

/* RFC 4180. */
static void write_csv_text(FILE *out, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		putc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	if (quoted)
		putc('"', out);
}

static bool report_csv(FILE *out, const struct report *report)
{
	fputs("name", out);
	for (size_t i = 0; i < FIGURES; i++)
		fprintf(out, ",%s", figures[i].name);
	putc('\n', out);
	for (size_t k = 0; k < report->count; k++) {
		write_csv_text(out, report->results[k]->name);
		for (size_t i = 0; i < FIGURES; i++) {
			putc(',', out);
			write_figure(out, &figures[i], report->results[k], "");
		}
		putc('\n', out);
	}
	return true;
}

static void write_json_pair(FILE *out, const char *key, const char *text)
{
	fprintf(out, "\"%s\": ", key);
	text_json(out, text);
}

static bool write_json_machine(FILE *out)
{
	struct prof_bench_machine *m;

	if (prof_bench_get_machine(&m) != PROF_OK)
		return false;
	fputs("  \"machine\": {", out);
	write_json_pair(out, "name", m->name);
	fputs(", ", out);
	write_json_pair(out, "kernel", m->kernel);
	fputs(", ", out);
	write_json_pair(out, "architecture", m->architecture);
	fputs(", ", out);
	write_json_pair(out, "processor", m->processor);
	fprintf(out, ", \"processors\": %u, ", m->processors);
	write_json_pair(out, "governor", m->governor);
	fputs(", \"load\": ", out);
	write_real(out, m->load < 0 ? NAN : m->load, "null");
	fputs(", ", out);
	write_json_pair(out, "clock", m->clock);
	fputs(", \"clock_cost\": ", out);
	write_real(out, m->clock_cost, "null");
	fputs(", ", out);
	write_json_pair(out, "compiler", m->compiler);
	fputs("},\n", out);
	prof_bench_free(m);
	return true;
}

static void write_json_doubts(FILE *out, const struct prof_bench_result *result)
{
	const char *comma = "";
	char text[256];

	fputs("      \"doubts\": [", out);
	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++) {
		if (prof_bench_doubt_text(result, i, text, sizeof(text)) == 0)
			continue;
		fputs(comma, out);
		text_json(out, text);
		comma = ", ";
	}
	fputs("],\n", out);
}

static void write_json_result(FILE *out, const struct prof_bench_result *result)
{
	fputs("    {\n      ", out);
	write_json_pair(out, "name", result->name);
	for (size_t i = 0; i < FIGURES; i++) {
		fprintf(out, ",\n      \"%s\": ", figures[i].name);
		write_figure(out, &figures[i], result, "null");
	}
	fputs(",\n", out);
	write_json_doubts(out, result);
	fputs("      \"timings\": [", out);
	for (size_t i = 0; i < result->iterations; i++) {
		fputs(i == 0 ? "" : ", ", out);
		write_real(out, result->timings[i], "null");
	}
	fputs("]\n    }", out);
}

static bool report_json(FILE *out, const struct report *report)
{
	fputs("{\n  \"format\": 1,\n  ", out);
	write_json_pair(out, "title", report->title == NULL ? "" : report->title);
	fputs(",\n", out);
	if (!write_json_machine(out))
		return false;
	fputs("  \"results\": [\n", out);
	for (size_t i = 0; i < report->count; i++) {
		write_json_result(out, report->results[i]);
		fputs(i + 1 < report->count ? ",\n" : "\n", out);
	}
	fputs("  ]\n}\n", out);
	return true;
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
