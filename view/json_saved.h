/*
 * Saved benchmarks, their figures, comparisons and series as JSON: what `profctl bench ... --json`
 * prints, and what profweb serves under the same names.
 *
 * Text and figures that are not known are null. The figures have the names that prof_bench_report
 * gives them.
 */
#ifndef VIEW_JSON_SAVED_H
#define VIEW_JSON_SAVED_H

#include "include/profbench.h"
#include "include/profclient.h"
#include "text/writer.h"
#include "view/result.h"
#include "view/series.h"

void view_saved_list(struct writer *w, const struct prof_saved_list *list);
void view_series(struct writer *w, const char *name, const struct series *series);
void view_comparison(struct writer *w, const char *name,
		     const struct prof_bench_comparison *comparison);

/* All that is known of a result; with its timings, and the statuses where there are any. */
void view_result(struct writer *w, const char *name, const struct result *result, bool timings);

/* "first", "second", "comparison", "same_machine", "warnings"; of a check also "threshold" and
 * "slower". */
void view_pair(struct writer *w, const struct result *first, const struct result *second,
	       const struct prof_bench_comparison *comparison, bool checked);

#endif
