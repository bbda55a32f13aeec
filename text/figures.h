/*
 * The figures of benchmarks, as all formats name them.
 */
#ifndef TEXT_FIGURES_H
#define TEXT_FIGURES_H

#include "include/profbench.h"
#include "text/fields.h"

/* Of a struct prof_bench_result: how it was timed and the figures that profd keeps of it; then all
 * others. */
extern const struct field figures_kept[], figures_derived[];

/* Members of the object that is open: "format" and "title" of a file of results; "machine"; a
 * result's name, figures, doubts and timings. */
void figures_head(struct writer *w, const char *title);
void figures_machine(struct writer *w, const struct prof_bench_machine *machine);
void figures_result(struct writer *w, const struct prof_bench_result *result);

/* Elements of the array that is open: a sentence for each doubt. */
void figures_doubts(struct writer *w, const struct prof_bench_result *result);

#endif
