/*
 * What prof_bench_report tells, and what profctl adds to.
 */
#include "text/figures.h"

#include <math.h>

#define FORMAT 1 /* of files of results */

#define NUMBER(member) FIELD(#member, prof_bench_result, member)
#define FIGURE(member) FIELD_AS(#member, FIGURE, prof_bench_result, member)

const struct field figures_kept[] = {
	NUMBER(iterations), NUMBER(warmup),
	NUMBER(batch),	    NUMBER(failures),
	NUMBER(error),	    FIELD_AS("stopped", FLAG, prof_bench_result, stopped),
	FIGURE(clock_cost), FIGURE(mean),
	FIGURE(std_dev),    FIGURE(min_time),
	FIGURE(max_time),   FIGURE(total),
	FIGURE(median),	    {0},
};

const struct field figures_derived[] = {
	FIGURE(p50),
	FIGURE(p75),
	FIGURE(p90),
	FIGURE(p95),
	FIGURE(p99),
	FIGURE(mad),
	NUMBER(mild_outliers),
	NUMBER(severe_outliers),
	FIGURE(trend_p),
	FIGURE(drift),
	FIELD_AS("mean_ci_low", FIGURE, prof_bench_result, mean_ci.low),
	FIELD_AS("mean_ci_high", FIGURE, prof_bench_result, mean_ci.high),
	FIELD_AS("median_ci_low", FIGURE, prof_bench_result, median_ci.low),
	FIELD_AS("median_ci_high", FIGURE, prof_bench_result, median_ci.high),
	{0},
};

void figures_head(struct writer *w, const char *title)
{
	writer_integer(w, "format", FORMAT);
	writer_text(w, "title", title);
}

void figures_machine(struct writer *w, const struct prof_bench_machine *m)
{
	writer_object(w, "machine");
	writer_flat(w);
	writer_text(w, "name", m->name);
	writer_text(w, "kernel", m->kernel);
	writer_text(w, "architecture", m->architecture);
	writer_text(w, "processor", m->processor);
	writer_integer(w, "processors", m->processors);
	writer_text(w, "governor", m->governor);
	writer_figure(w, "load", m->load < 0 ? NAN : m->load);
	writer_text(w, "clock", m->clock);
	writer_figure(w, "clock_cost", m->clock_cost);
	writer_text(w, "compiler", m->compiler);
	writer_end(w);
}

void figures_doubts(struct writer *w, const struct prof_bench_result *r)
{
	char text[256];

	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++)
		if (prof_bench_doubt_text(r, i, text, sizeof(text)) != 0)
			writer_text(w, NULL, text);
}

void figures_result(struct writer *w, const struct prof_bench_result *r)
{
	writer_text(w, "name", r->name);
	fields_write(w, figures_kept, r);
	fields_write(w, figures_derived, r);
	writer_array(w, "doubts");
	writer_flat(w);
	figures_doubts(w, r);
	writer_end(w);
	writer_array(w, "timings");
	writer_flat(w);
	for (size_t i = 0; i < r->iterations; i++)
		writer_figure(w, NULL, r->timings[i]);
	writer_end(w);
}
