/*
 * Handing on what was measured: which files, and the forms that are text.
 */
#include "ctl/bench/export.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bench/file.h"
#include "ctl/bench/rank.h"
#include "ctl/base/say.h"
#include "text/figures.h"

static bool is_output(const char *file)
{
	return file != NULL && strcmp(file, "-") == 0;
}

static int count_outputs(const struct request *r)
{
	const struct asked_bench *b = &r->bench;

	return r->json + is_output(b->export_json) + is_output(b->export_csv) +
	       is_output(b->export_markdown);
}

bool export_check(const struct request *r)
{
	if (count_outputs(r) <= 1)
		return true;
	complain("only one of --json and --export-* can go to standard output");
	return false;
}

bool export_uses_output(const struct request *r)
{
	return count_outputs(r) > 0;
}

static void write_titles(FILE *out, const struct bench_session *session)
{
	const struct bench_command *first = &session->plan->commands[0];

	fputs("name", out);
	csv_titles(out, figures_kept);
	csv_titles(out, figures_derived);
	fputs(",command,user_mean,system_mean,peak_memory", out);
	for (size_t i = 0; i < first->parameter_count; i++) {
		fputs(",parameter_", out);
		csv_text(out, first->parameters[i].name);
	}
	putc('\n', out);
}

static void write_row(FILE *out, const struct bench_session *session, size_t index)
{
	const struct bench_command *command = &session->plan->commands[index];
	const struct bench_measured *m = &session->measured[index];

	csv_text(out, m->result->name);
	csv_fields(out, figures_kept, m->result);
	csv_fields(out, figures_derived, m->result);
	putc(',', out);
	csv_text(out, command->line);
	fprintf(out, ",%.9f,%.9f,", bench_mean_user(m), bench_mean_system(m));
	if (bench_peak(m) > session->peak_floor)
		fprintf(out, "%" PRIu64, bench_peak(m));
	for (size_t i = 0; i < command->parameter_count; i++) {
		putc(',', out);
		csv_text(out, command->parameters[i].value);
	}
	putc('\n', out);
}

/* What prof_bench_report tells as CSV, and for each result what only commands have. */
static void write_csv(FILE *out, const struct bench_session *session)
{
	bool titled = false;

	for (size_t i = 0; i < session->plan->count; i++) {
		if (session->measured[i].result == NULL)
			continue;
		if (!titled)
			write_titles(out, session);
		titled = true;
		write_row(out, session, i);
	}
}

/* In the order in which the commands were named. */
static size_t list_results(const struct bench_session *session,
			   const struct prof_bench_result **results)
{
	size_t count = 0;

	for (size_t i = 0; i < session->plan->count; i++)
		if (session->measured[i].result != NULL)
			results[count++] = session->measured[i].result;
	return count;
}

/* prof_bench_report's table, with the comparisons below it. */
static void write_markdown(FILE *out, const struct bench_session *session)
{
	const struct prof_bench_result **results =
		need(calloc(session->plan->count + 1, sizeof(*results)));
	size_t count = list_results(session, results);
	struct ranking ranking;
	char *table, *sentence;

	if (prof_bench_report(NULL, results, count, PROF_BENCH_MARKDOWN, &table) != PROF_OK)
		need(NULL);
	fputs(table, out);
	ranking_make(&ranking, session);
	for (size_t i = 1; i < ranking.count; i++) {
		if (prof_bench_comparison_text(ranking.comparisons[i - 1], &sentence) != PROF_OK)
			need(NULL);
		fprintf(out, "\n%s\n", sentence);
		prof_bench_free(sentence);
	}
	ranking_free(&ranking);
	prof_bench_free(table);
	free(results);
}

/* Timings are read back as they were: see bench compare. */
static void write_json(FILE *out, const struct bench_session *session)
{
	struct writer w = {.to = out, .indented = true, .exact = true};

	bench_json(&w, session);
}

static bool write_file(const char *file, const struct bench_session *session,
		       void (*write)(FILE *, const struct bench_session *))
{
	char *text = NULL;
	size_t length;
	FILE *out;
	bool well;

	if (file == NULL)
		return true;
	out = need(open_memstream(&text, &length));
	write(out, session);
	need(fclose(out) == 0 ? text : NULL);
	well = file_replace(file, text);
	if (!well)
		complain("%s: %s", file, strerror(errno));
	free(text);
	return well;
}

enum outcome export_all(const struct bench_session *session, const struct request *r)
{
	const struct asked_bench *b = &r->bench;
	bool well = write_file(b->export_json, session, write_json);

	well = write_file(b->export_csv, session, write_csv) && well;
	well = write_file(b->export_markdown, session, write_markdown) && well;
	well = write_file(r->json ? "-" : NULL, session, write_json) && well;
	return well ? OUTCOME_DONE : OUTCOME_TROUBLE;
}
