/*
 * profd's answers as JSON: what `profctl --json` prints, and what profweb serves under the same
 * names.
 *
 * Each gives a new object, which the caller owns, or NULL without memory. Names and messages may be
 * any UTF-8: what shows them makes them harmless. Times are seconds, points in time seconds since
 * 1970.
 */
#ifndef VIEW_JSON_H
#define VIEW_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"
#include "view/differences.h"
#include "view/frames.h"
#include "base/near.h"

/* A number that JSON can tell: a whole one beyond 2^63 - 1 becomes that, infinity becomes 0. */
json_t *view_count(uint64_t number);
json_t *view_real(double number);

/* "since", "until" and "complete" in an answer about time. */
void view_extent(json_t *object, const struct prof_extent *extent);

/* The object as text, to be freed, and gives the object up. form: flags of jansson. NULL without
 * memory, also where the object itself is NULL. */
char *view_text(json_t *object, size_t form);

/* "p50" to "p99.9", and the value of each. */
extern const char *const view_quantile_names[PROF_QUANTILES];
double view_quantile(const struct prof_stats *stats, unsigned quantile);

/* "running", "unfinished", "failed" or "returned"; "ended", "running" or "silent". */
const char *view_call_state(const struct prof_slow_call *call);
const char *view_process_state(const struct prof_process *process);

/* Whether they fit; a program that is NULL fits all. profd knows no filter by program for these
 * two. */
bool view_call_fits(const struct prof_slow_call *call, const char *program);
bool view_process_fits(const struct prof_process *process, const char *program);

/* What is so now. */
json_t *view_summary(const struct prof_summary *summary);
json_t *view_function(const struct prof_stats *stats);
json_t *view_functions(const struct prof_stats *const *stats, size_t count);
json_t *view_calls(const struct prof_slow_list *list, const char *program, uint32_t limit);
json_t *view_processes(const struct prof_process_list *list, const char *program);
json_t *view_programs(const struct prof_program_list *list);
/* That there is no such function, and which names are near. */
json_t *view_missing(const struct near *near);
json_t *view_status(const struct prof_status *status);

/* What was so over time. function: what was asked for; NULL for many. */
json_t *view_history(const char *function, const struct prof_history *history);
json_t *view_heatmap(const char *function, const struct prof_history *history);
json_t *view_histograms(const struct prof_histogram_list *list);
json_t *view_differences(const struct differences *differences);

/* Where it was so. */
json_t *view_tree(const struct prof_tree *tree, const struct frames *frames);
json_t *view_flame(const struct prof_tree *tree, const struct frames *frames, enum frames_by by,
		   bool compared);

#endif
