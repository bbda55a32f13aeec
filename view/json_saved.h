/*
 * Saved benchmarks, their figures, comparisons and series as JSON: what `profctl bench ... --json`
 * prints, and what profweb serves under the same names.
 *
 * Each gives a new object, which the caller owns, or NULL without memory. Text and figures that are
 * not known are null. The figures have the names that prof_bench_report gives them.
 */
#ifndef VIEW_JSON_SAVED_H
#define VIEW_JSON_SAVED_H

#include <jansson.h>

#include "include/profbench.h"
#include "include/profclient.h"
#include "view/result.h"
#include "view/series.h"

/* Without its timings. */
json_t *view_saved(const struct prof_saved *saved);
json_t *view_saved_list(const struct prof_saved_list *list);

/* Adds "timings", and "statuses" where there are any, to an object. */
void view_timings(json_t *object, const struct prof_benchmark *benchmark);

/* Adds the figures that follow from the timings of a result, and its doubts in words. */
void view_figures(json_t *object, const struct prof_bench_result *result);

/* All that is known of it, without the timings. */
json_t *view_result(const struct result *result);

json_t *view_comparison(const struct prof_bench_comparison *comparison);
/* "first", "second", "comparison", "same_machine" and "warnings". */
json_t *view_pair(const struct result *first, const struct result *second,
		  const struct prof_bench_comparison *comparison);
json_t *view_series(const char *name, const struct series *series);

#endif
