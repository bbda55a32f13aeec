/*
 * What was measured, for people.
 */
#include "ctl/bench/bench.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bench/histogram.h"
#include "ctl/bench/rank.h"
#include "ctl/base/say.h"
#include "text/width.h"
#include "ctl/base/units.h"
#include "proto/name.h"

/* A command this short is lost in what the shell varies by. */
#define SHELL_MATTERS 5.0 /* times the shell's own time */

static void print_harmless(const char *before, const char *text)
{
	size_t room = strlen(text) * 4 + 1; /* what name_print makes of the worst byte */
	char *harmless = need(malloc(room));

	name_print(harmless, room, text);
	printf("%s%s\n", before, harmless);
	free(harmless);
}

uint64_t bench_peak(const struct bench_measured *m)
{
	uint64_t peak = 0;

	for (size_t i = 0; i < m->count; i++)
		if (m->samples[i].peak > peak)
			peak = m->samples[i].peak;
	return peak;
}

double bench_mean_user(const struct bench_measured *m)
{
	double sum = 0.0;

	for (size_t i = 0; i < m->count; i++)
		sum += m->samples[i].user;
	return sum / (double)m->count;
}

double bench_mean_system(const struct bench_measured *m)
{
	double sum = 0.0;

	for (size_t i = 0; i < m->count; i++)
		sum += m->samples[i].system;
	return sum / (double)m->count;
}

static void print_times(const struct bench_measured *m)
{
	const struct prof_bench_result *r = m->result;
	char a[UNITS_ROOM], b[UNITS_ROOM], c[UNITS_ROOM];

	printf("  mean    %s", units_seconds(a, r->mean));
	if (isfinite(r->std_dev))
		printf(" %s %s", text_is_unicode() ? "±" : "+-", units_seconds(a, r->std_dev));
	printf("   user %s, system %s\n", units_seconds(a, bench_mean_user(m)),
	       units_seconds(b, bench_mean_system(m)));
	printf("  median  %s   95 %% between %s and %s\n", units_seconds(a, r->median),
	       units_seconds(b, r->median_ci.low), units_seconds(c, r->median_ci.high));
}

static void print_runs(const struct bench_session *session, const struct bench_measured *m)
{
	const struct prof_bench_result *r = m->result;
	uint64_t peak = bench_peak(m);
	char a[UNITS_ROOM], b[UNITS_ROOM];

	printf("  range   %s to %s   %s run%s", units_seconds(a, r->min_time),
	       units_seconds(b, r->max_time), units_count((char[UNITS_ROOM]){0}, m->count),
	       m->count == 1 ? "" : "s");
	if (m->warmup > 0)
		printf(" after %" PRIu64 " to warm up", m->warmup);
	putchar('\n');
	if (peak > session->peak_floor)
		printf("  memory  %s at its peak\n", units_bytes(a, (double)peak));
	else
		printf("  memory  at most %s, which profctl takes itself\n",
		       units_bytes(a, (double)session->peak_floor));
}

static void print_histogram(const struct prof_bench_result *r)
{
	struct histogram_of_runs h;
	char bars[HISTOGRAM_ROOM], low[UNITS_ROOM], high[UNITS_ROOM];

	if (r->iterations < 2)
		return;
	histogram_count(&h, r->timings, r->iterations);
	histogram_draw(bars, &h, text_is_unicode());
	printf("  %s |%s| %s", units_seconds(low, h.low), bars, units_seconds(high, h.high));
	if (h.beyond > 0)
		printf(", %" PRIu64 " above", h.beyond);
	putchar('\n');
}

static void print_doubts(const struct bench_session *session, const struct prof_bench_result *r)
{
	const struct bench_shell_cost *shell = &session->shell;
	char text[256], of_shell[UNITS_ROOM];

	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++)
		if (prof_bench_doubt_text(r, i, text, sizeof(text)) > 0)
			printf("  doubt:  %s\n", text);
	if (shell->wall > 0.0 && r->median < shell->wall * SHELL_MATTERS)
		printf("  doubt:  the shell takes %s, which was subtracted, of each run; see "
		       "--no-shell\n",
		       units_seconds(of_shell, shell->wall));
}

static void print_measured(const struct bench_session *session, size_t index)
{
	const struct bench_measured *m = &session->measured[index];

	print_harmless("", session->plan->commands[index].name);
	if (m->result == NULL) {
		puts("  no run was timed");
		return;
	}
	print_times(m);
	print_runs(session, m);
	print_histogram(m->result);
	print_doubts(session, m->result);
}

static void print_ranking(const struct bench_session *session)
{
	struct ranking ranking;
	char *text;

	ranking_make(&ranking, session);
	if (ranking.count > 1)
		putchar('\n');
	for (size_t i = 1; i < ranking.count; i++) {
		if (prof_bench_comparison_text(ranking.comparisons[i - 1], &text) != PROF_OK)
			need(NULL);
		print_harmless("", text);
		prof_bench_free(text);
	}
	ranking_free(&ranking);
}

static bool is_empty(const struct bench_session *session)
{
	for (size_t i = 0; i < session->plan->count; i++)
		if (session->measured[i].result != NULL)
			return false;
	return true;
}

void bench_show(const struct bench_session *session)
{
	if (is_empty(session))
		return;
	for (size_t i = 0; i < session->plan->count; i++) {
		if (i > 0)
			putchar('\n');
		print_measured(session, i);
	}
	print_ranking(session);
}
