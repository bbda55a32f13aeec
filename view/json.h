/*
 * profd's answers as JSON: what `profctl --json` prints, and what profweb serves under the same
 * names.
 *
 * Names and messages may be any UTF-8: what shows them makes them harmless. Times are seconds,
 * points in time seconds since 1970.
 */
#ifndef VIEW_JSON_H
#define VIEW_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"
#include "text/fields.h"
#include "view/differences.h"
#include "view/frames.h"
#include "base/near.h"

/* "since", "until" and "complete" of a struct prof_extent, in an answer about time. */
extern const struct field view_extent[];

/* "p50" to "p99.9", and the value of each. */
extern const char *const view_quantile_names[PROF_QUANTILES];
double view_quantile(const struct prof_stats *stats, unsigned quantile);

/* Seconds of a call; 0 without calls. */
double view_average(const struct prof_histogram *h);

/* "running", "unfinished", "failed" or "returned"; "ended", "running" or "silent". */
const char *view_call_state(const struct prof_slow_call *call);
const char *view_process_state(const struct prof_process *process);

/* Whether they fit; a program that is NULL fits all. profd knows no filter by program for these
 * two. */
struct view_kinds {
	bool running, failed, slow; /* calls of any of these; where none is set, or NULL: all */
};
bool view_call_fits(const struct prof_slow_call *call, const char *program,
		    const struct view_kinds *only);
bool view_process_fits(const struct prof_process *process, const char *program);

/* What is so now. */
void view_summary(struct writer *w, const struct prof_summary *summary);
void view_function(struct writer *w, const struct prof_stats *stats);
void view_functions(struct writer *w, const struct prof_stats_list *list);
/* mark: for the next question. */
void view_changes(struct writer *w, const struct prof_changes *changes, const char *mark);
void view_calls(struct writer *w, const struct prof_slow_list *list, const char *program,
		const struct view_kinds *only, uint32_t limit);
void view_processes(struct writer *w, const struct prof_process_list *list, const char *program);
void view_programs(struct writer *w, const struct prof_program_list *list);
void view_status(struct writer *w, const struct prof_status *status);
/* Why there is no answer; and that there is no such function, and which names are near. */
void view_error(struct writer *w, const char *sentence);
void view_missing(struct writer *w, const struct near *near);

/* What was so over time. function: what was asked for; NULL for many. */
void view_history(struct writer *w, const char *function, const struct prof_history *history);
void view_heatmap(struct writer *w, const char *function, const struct prof_history *history);
void view_histograms(struct writer *w, const struct prof_histogram_list *list);
void view_differences(struct writer *w, const struct differences *differences);

/* Where it was so. */
void view_tree(struct writer *w, const struct prof_tree *tree, const struct frames *frames);
void view_flame(struct writer *w, const struct prof_tree *tree, const struct frames *frames,
		enum frames_by by, bool compared);

#endif
