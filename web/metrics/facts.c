/*
 * The table of facts.
 */
#include "web/metrics/facts.h"

#include <string.h>

#define GAUGE(fact, name, unit)                              \
	{                                                    \
		fact, "profd_" name, unit, METRIC_GAUGE, 1.0 \
	}
#define COUNTER(fact, name, unit)                              \
	{                                                      \
		fact, "profd_" name, unit, METRIC_COUNTER, 1.0 \
	}

/* clang-format off */
static const struct metrics_fact facts[] = {
	GAUGE("uptime", "uptime_seconds", "seconds"),
	GAUGE("database_bytes", "database_bytes", "bytes"),
	GAUGE("wal_bytes", "wal_bytes", "bytes"),
	COUNTER("commits", "commits", ""),
	COUNTER("commit_failures", "commit_failures", ""),
	GAUGE("commit_last", "commit_last_seconds", "seconds"),
	GAUGE("commit_longest", "commit_longest_seconds", "seconds"),
	COUNTER("rows_written", "rows_written", ""),
	COUNTER("history_shortened", "history_rows_shortened", ""),
	GAUGE("functions", "functions", ""),
	GAUGE("paths", "paths", ""),
	GAUGE("programs", "programs", ""),
	GAUGE("processes", "processes", ""),
	COUNTER("processes_cut_off", "processes_cut_off", ""),
	/* Of all functions: those of each have the shorter names. */
	COUNTER("calls", "all_calls", ""),
	COUNTER("slow_calls", "all_slow_calls", ""),
	COUNTER("errors", "all_failed_calls", ""),
	GAUGE("events", "events", ""),
	COUNTER("pushes", "pushes", ""),
	COUNTER("pushes_repeated", "pushes_repeated", ""),
	COUNTER("pushes_refused", "pushes_refused", ""),
	COUNTER("pushes_send_all", "pushes_send_all", ""),
	COUNTER("standings", "standings", ""),
	COUNTER("questions", "questions", ""),
	COUNTER("questions_repeated", "questions_repeated", ""),
	COUNTER("questions_read", "questions_read", ""),
	COUNTER("questions_busy", "questions_busy", ""),
	GAUGE("read_longest", "read_longest_seconds", "seconds"),
	COUNTER("records_bad", "records_bad", ""),
	COUNTER("control_bad", "control_bad", ""),
	COUNTER("records_strangers", "records_strangers", ""),
	COUNTER("control_strangers", "control_strangers", ""),
	COUNTER("keys_refused", "keys_refused", ""),
	COUNTER("denied", "denied", ""),
	COUNTER("answers_undelivered", "answers_undelivered", ""),
	GAUGE("connections", "connections", ""),
	GAUGE("connections_per_user", "connections_per_user", ""),
	GAUGE("users", "users", ""),
	{"user_share", "profd_user_share_ratio", "ratio", METRIC_GAUGE, 0.01},
	GAUGE("waiting", "waiting_bytes", "bytes"),
	GAUGE("waiting_per_user", "waiting_per_user_bytes", "bytes"),
	COUNTER("reads_held_back", "reads_held_back", ""),
	COUNTER("connections_refused_message", "connections_refused_message", ""),
	COUNTER("connections_refused_user", "connections_refused_user", ""),
	COUNTER("connections_refused_full", "connections_refused_full", ""),
	COUNTER("paths_collapsed", "paths_collapsed", ""),
	COUNTER("functions_collapsed", "functions_collapsed", ""),
	COUNTER("calls_collapsed", "calls_collapsed", ""),
	COUNTER("events_dropped", "events_dropped", ""),
	COUNTER("alerts_written", "alerts_written", ""),
	COUNTER("alerts_suppressed", "alerts_suppressed", ""),
	COUNTER("log_lost", "log_lines_lost", ""),
	COUNTER("epoch", "clears", ""),
	GAUGE("policy_age", "policy_age_seconds", "seconds"),
	GAUGE("memory", "resident_memory_bytes", "bytes"),
	COUNTER("cpu", "cpu_seconds", "seconds"),
};
/* clang-format on */

const struct metrics_fact *metrics_fact_find(const char *fact)
{
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (strcmp(facts[i].fact, fact) == 0)
			return &facts[i];
	return NULL;
}
