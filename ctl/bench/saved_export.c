/*
 * profctl bench export: one result for other programs, and for bench compare.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bench/file.h"
#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "ctl/bench/source.h"
#include "view/json_saved.h"

/* Seventeen digits are what it takes to read the same double back. */
#define EXACTLY (JSON_INDENT(2) | JSON_REAL_PRECISION(17))

static json_t *known(const char *text)
{
	return text == NULL || text[0] == '\0' ? json_null() : json_string(text);
}

/* As prof_bench_report writes it, but of the machine that the timings were taken on. */
static char *json_of(const struct source *s)
{
	const struct prof_benchmark *b = &s->benchmark;
	struct result shown = source_result(s);
	json_t *result = need(view_result(&shown)), *file;
	size_t length;
	char *text;

	view_timings(result, b);
	file = need(json_pack("{s:i, s:s, s:{s:o, s:o, s:o, s:o}, s:[o]}", "format", 1, "title",
			      s->label, "machine", "name", known(b->machine), "kernel",
			      known(b->system), "processor", known(b->processor), "compiler",
			      known(b->compiler), "results", result));
	text = need(json_dumps(file, EXACTLY));
	json_decref(file);
	length = strlen(text);
	text = need(realloc(text, length + 2));
	memcpy(text + length, "\n", 2);
	return text;
}

static char *report_of(const struct source *s, enum prof_bench_format format)
{
	const struct prof_bench_result *results[] = {s->result};
	char *text;

	if (prof_bench_report(s->label, results, 1, format, &text) != PROF_OK)
		need(NULL);
	return text;
}

static enum outcome write_as(const struct request *r, const struct source *s)
{
	enum outcome outcome = OUTCOME_DONE;
	char *text = NULL;

	switch (r->export_format) {
	case EXPORT_JSON:
		text = json_of(s);
		break;
	case EXPORT_CSV:
		text = report_of(s, PROF_BENCH_CSV);
		break;
	case EXPORT_MARKDOWN:
		text = report_of(s, PROF_BENCH_MARKDOWN);
		break;
	}
	if (r->output == NULL) {
		fputs(text, stdout);
	} else if (!file_replace(r->output, text)) {
		complain("cannot write %s: %s", r->output, strerror(errno));
		outcome = OUTCOME_TROUBLE;
	}
	prof_bench_free(text);
	return outcome;
}

enum outcome run_bench_export(const struct request *r)
{
	struct source source;
	enum outcome outcome = source_find(&source, r, r->operands[0]);

	if (outcome == OUTCOME_DONE)
		outcome = write_as(r, &source);
	source_free(&source);
	return outcome;
}
