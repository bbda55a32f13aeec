/*
 * What was measured, for other programs.
 */
#ifndef CTL_BENCH_EXPORT_H
#define CTL_BENCH_EXPORT_H

#include <stdbool.h>

#include "ctl/bench/bench.h"
#include "text/writer.h"

/* Whether at most one thing is to go to standard output; a message where there are more. */
bool export_check(const struct request *request);

/* Whether something other than the screen goes there. */
bool export_uses_output(const struct request *request);

/* Writes all files that were asked for, and standard output; OUTCOME_TROUBLE, after a message, when
 * one could not be written. */
enum outcome export_all(const struct bench_session *session, const struct request *request);

/* What prof_bench_report tells as JSON, and for each result what only commands have. */
void bench_json(struct writer *w, const struct bench_session *session);

#endif
