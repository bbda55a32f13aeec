/*
 * Saved benchmarks, their figures, comparisons and changes as JSON: whoever answers in JSON shares
 * this. Nothing is asked or written here.
 *
 * Each gives a new object, NULL where there is no memory. Text and figures that are not known are
 * null. The figures have the names that prof_bench_report gives them.
 */
#ifndef CTL_SAVED_JSON_H
#define CTL_SAVED_JSON_H

#include <jansson.h>

#include "client/profbench.h"
#include "client/profclient.h"

/* Without its timings. */
json_t *saved_json(const struct prof_saved *saved);

/* "timings", and "statuses" where there are any, added to an object. */
void saved_json_timings(json_t *object, const struct prof_benchmark *benchmark);

/* The figures that follow from the timings of a result, and its doubts in words, added to an
 * object. */
void saved_json_figures(json_t *object, const struct prof_bench_result *result);

json_t *saved_json_comparison(const struct prof_bench_comparison *comparison);

#endif
