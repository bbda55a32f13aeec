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
#include "text/figures.h"
#include "view/json_saved.h"

static const struct field machine[] = {
	FIELD_AS("name", KNOWN, prof_benchmark, machine),
	FIELD_AS("kernel", KNOWN, prof_benchmark, system),
	FIELD_AS("processor", KNOWN, prof_benchmark, processor),
	FIELD_AS("compiler", KNOWN, prof_benchmark, compiler),
	{0},
};

/* As prof_bench_report writes it, but of the machine that the timings were taken on. */
static char *json_of(const struct source *s)
{
	struct result shown = source_result(s);
	char *text = NULL;
	size_t length;
	struct writer w = {
		.to = need(open_memstream(&text, &length)), .indented = true, .exact = true};

	writer_object(&w, NULL);
	figures_head(&w, s->label);
	writer_object(&w, "machine");
	fields_write(&w, machine, &s->benchmark);
	writer_end(&w);
	writer_array(&w, "results");
	view_result(&w, NULL, &shown, true);
	writer_end(&w);
	writer_end(&w);
	return need(fclose(w.to) == 0 && !w.failed ? text : NULL);
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
