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
#include "view/json.h"

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

/* A value in CSV: RFC 4180. */
static void write_field(FILE *out, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	fputs(quoted ? "\"" : "", out);
	for (; *text != '\0'; text++)
		fprintf(out, "%s%c", *text == '"' ? "\"" : "", *text);
	fputs(quoted ? "\"" : "", out);
}

/* The report of one result: a line of titles, and one of figures. The titles have no line feed in
 * them, a name may. */
static char *report(const struct prof_bench_result *result, enum prof_bench_format format)
{
	char *text;

	if (prof_bench_report(NULL, &result, 1, format, &text) != PROF_OK)
		need(NULL);
	return text;
}

static void write_titles(FILE *out, const struct bench_session *session, const char *titles,
			 size_t length)
{
	const struct bench_command *first = &session->plan->commands[0];

	fprintf(out, "%.*s,command,user_mean,system_mean,peak_memory", (int)length, titles);
	for (size_t i = 0; i < first->parameter_count; i++) {
		fputs(",parameter_", out);
		write_field(out, first->parameters[i].name);
	}
	putc('\n', out);
}

static void write_row(FILE *out, const struct bench_session *session, size_t index,
		      const char *figures)
{
	const struct bench_command *command = &session->plan->commands[index];
	const struct bench_measured *m = &session->measured[index];

	fprintf(out, "%.*s,", (int)strlen(figures) - 1, figures);
	write_field(out, command->line);
	fprintf(out, ",%.9f,%.9f,", bench_mean_user(m), bench_mean_system(m));
	if (bench_peak(m) > session->peak_floor)
		fprintf(out, "%" PRIu64, bench_peak(m));
	for (size_t i = 0; i < command->parameter_count; i++) {
		putc(',', out);
		write_field(out, command->parameters[i].value);
	}
	putc('\n', out);
}

/* prof_bench_report's CSV, and for each result what only commands have. */
static char *bench_csv(const struct bench_session *session)
{
	bool titled = false;
	char *csv = NULL;
	size_t length;
	FILE *out = need(open_memstream(&csv, &length));

	for (size_t i = 0; i < session->plan->count; i++) {
		size_t titles;
		char *text;

		if (session->measured[i].result == NULL)
			continue;
		text = report(session->measured[i].result, PROF_BENCH_CSV);
		titles = strcspn(text, "\n");
		if (!titled)
			write_titles(out, session, text, titles);
		titled = true;
		write_row(out, session, i, text + titles + 1);
		prof_bench_free(text);
	}
	need(fclose(out) == 0 ? csv : NULL);
	return csv;
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

char *bench_report_all(const struct bench_session *session, enum prof_bench_format format)
{
	const struct prof_bench_result **results =
		need(calloc(session->plan->count + 1, sizeof(*results)));
	size_t count = list_results(session, results);
	char *text;

	if (prof_bench_report(NULL, results, count, format, &text) != PROF_OK)
		need(NULL);
	free(results);
	return text;
}

/* prof_bench_report's table, with the comparisons below it. */
static char *bench_markdown(const struct bench_session *session)
{
	char *table = bench_report_all(session, PROF_BENCH_MARKDOWN), *markdown = NULL, *sentence;
	struct ranking ranking;
	size_t length;
	FILE *out = need(open_memstream(&markdown, &length));

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
	need(fclose(out) == 0 ? markdown : NULL);
	return markdown;
}

static char *json_text(const struct bench_session *session)
{
	char *text = need(view_text(bench_json(session), JSON_INDENT(2))), *line;

	need(asprintf(&line, "%s\n", text) < 0 ? NULL : line);
	free(text);
	return line;
}

static bool write_file(const char *file, const struct bench_session *session,
		       char *(*make)(const struct bench_session *))
{
	char *text;
	bool well;

	if (file == NULL)
		return true;
	text = make(session);
	well = file_replace(file, text);
	if (!well)
		complain("%s: %s", file, strerror(errno));
	free(text);
	return well;
}

enum outcome export_all(const struct bench_session *session, const struct request *r)
{
	const struct asked_bench *b = &r->bench;
	bool well = write_file(b->export_json, session, json_text);

	well = write_file(b->export_csv, session, bench_csv) && well;
	well = write_file(b->export_markdown, session, bench_markdown) && well;
	well = write_file(r->json ? "-" : NULL, session, json_text) && well;
	return well ? OUTCOME_DONE : OUTCOME_TROUBLE;
}
