/*
 * The table of addresses. Those below /api/ tell what `profctl --json` prints for the command of
 * that name.
 */
#include "web/api/routes.h"

#include <stddef.h>
#include <string.h>

#include "web/api/api.h"

#define SELECTION (PARAMETER(FUNCTION) | PARAMETER(PATTERN) | PARAMETER(PROGRAM))
#define LISTING	  (PARAMETER(PATTERN) | PARAMETER(PROGRAM) | PARAMETER(SORT) | PARAMETER(LIMIT))
#define RANGE	  (PARAMETER(SINCE) | PARAMETER(UNTIL))
#define STEPS	  (PARAMETER(STEP) | PARAMETER(STEPS))
#define SIDES                                                               \
	(PARAMETER(BEFORE) | PARAMETER(AFTER) | PARAMETER(BEFORE_PROGRAM) | \
	 PARAMETER(AFTER_PROGRAM))

const struct route routes[] = {
	{"/api/summary", LISTING, api_summary},
	{"/api/list", LISTING, api_list},
	{"/api/stats", PARAMETER(FUNCTION) | PARAMETER(PROGRAM), api_stats},
	{"/api/changes", LISTING | PARAMETER(MARK), api_changes},
	{"/api/slow", PARAMETER(PATTERN) | PARAMETER(PROGRAM) | PARAMETER(LIMIT), api_slow},
	{"/api/running", PARAMETER(PATTERN) | PARAMETER(PROGRAM) | PARAMETER(LIMIT), api_running},
	{"/api/ps", PARAMETER(PROGRAM), api_ps},
	{"/api/programs", 0, api_programs},
	{"/api/status", 0, api_status},
	{"/api/history", SELECTION | RANGE | STEPS, api_history},
	{"/api/heatmap", SELECTION | RANGE | STEPS, api_heatmap},
	{"/api/histogram", SELECTION | RANGE, api_histogram},
	{"/api/tree", PARAMETER(PROGRAM) | RANGE | PARAMETER(SHARE), api_tree},
	{"/api/flame",
	 PARAMETER(PROGRAM) | RANGE | PARAMETER(SHARE) | PARAMETER(BY) | PARAMETER(BEFORE),
	 api_flame},
	{"/api/diff", SELECTION | SIDES | PARAMETER(THRESHOLD), api_diff},
	{"/api/bench/list", PARAMETER(PATTERN) | PARAMETER(LIMIT), api_bench_list},
	{"/api/bench/history", PARAMETER(NAME) | PARAMETER(SINCE) | PARAMETER(LIMIT),
	 api_bench_history},
	{"/api/bench/show", PARAMETER(NAME) | PARAMETER(NUMBER), api_bench_show},
	{"/api/bench/compare", PARAMETER(FIRST) | PARAMETER(SECOND) | PARAMETER(THRESHOLD),
	 api_bench_compare},
	{"/api/events", PARAMETER(PATTERN) | PARAMETER(PROGRAM) | PARAMETER(MARK), api_events},
	{"/metrics", PARAMETER(LIMIT) | PARAMETER(BUCKETS), api_metrics},
	{0},
};

const struct route *route_find(const char *path)
{
	for (const struct route *r = routes; r->path != NULL; r++)
		if (strcmp(r->path, path) == 0)
			return r;
	return NULL;
}
