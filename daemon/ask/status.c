/*
 * The facts.
 */
#include <config.h>

#include "daemon/ask/status.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "daemon/ask/control.h"
#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/push/policy.h"
#include "daemon/push/records.h"
#include "daemon/store/commit.h"

/* What begins at 0 and only grows is a counter. */
enum fact_kind { NUMBER, COUNTER, REAL, REAL_COUNTER, TEXT };

struct fact {
	const char *name, *unit, *meaning;
	enum fact_kind kind;
	size_t offset;
};

#define AT(member) offsetof(struct status, member)

/* clang-format off */
static const struct fact facts[] = {
	{"version", "", "Version of profd.", TEXT, AT(version)},
	{"uptime", "s", "Time since profd started.", REAL, AT(uptime)},
	{"database", "", "The file that everything is kept in.", TEXT, AT(store.file)},
	{"database_bytes", "bytes", "Size of the database without its WAL.", NUMBER, AT(store.bytes)},
	{"wal_bytes", "bytes", "Size of the database's write-ahead log.", NUMBER, AT(store.wal_bytes)},
	{"wal_reader", "", "Who keeps a transaction open in the database, so that its write-ahead log grows; or \"none\".", TEXT, AT(wal_reader)},
	{"disk", "", "\"ok\", or what the disk said when the last commit failed.", TEXT, AT(disk)},
	{"sandbox", "", "What profd has given up the right to do.", TEXT, AT(sandbox)},
	{"commits", "", "Transactions committed since profd started.", COUNTER, AT(store.commits)},
	{"commit_failures", "", "Transactions that failed and were tried again.", COUNTER, AT(store.failures)},
	{"commit_last", "s", "How long the last commit took.", REAL, AT(store.last_commit_seconds)},
	{"commit_longest", "s", "How long the longest commit took.", REAL, AT(store.longest_commit_seconds)},
	{"rows_written", "rows", "Rows written to the database since profd started.", COUNTER, AT(store.rows)},
	{"history_shortened", "rows", "Rows of the history deleted before their time, since the database was near database_size.", COUNTER, AT(store.shortened)},
	{"functions", "", "Functions known.", NUMBER, AT(ledger.functions)},
	{"paths", "", "Paths known, of all programs.", NUMBER, AT(ledger.paths)},
	{"programs", "", "Programs known.", NUMBER, AT(ledger.programs)},
	{"processes", "", "Processes known, those that ended a short while ago too.", NUMBER, AT(ledger.processes)},
	{"processes_cut_off", "", "Processes found dead without a goodbye (killed, crashed, replaced by exec) since profd started: what they recorded after their last push is lost.", COUNTER, AT(ledger.processes_cut_off)},
	{"calls", "calls", "Calls counted since statistics were last cleared as a whole.", COUNTER, AT(ledger.calls)},
	{"slow_calls", "calls", "Calls that passed their threshold, of these.", COUNTER, AT(ledger.slow)},
	{"errors", "calls", "Calls that failed, of these.", COUNTER, AT(ledger.errors)},
	{"events", "", "Slow and failed calls that are kept.", NUMBER, AT(ledger.events)},
	{"pushes", "", "Pushes merged since profd started.", COUNTER, AT(ledger.pushes)},
	{"pushes_repeated", "", "Pushes that told nothing new, of these.", COUNTER, AT(ledger.pushes_repeated)},
	{"pushes_refused", "", "Pushes that broke a rule or were not allowed.", COUNTER, AT(ledger.pushes_refused)},
	{"pushes_send_all", "", "Times that a process was asked to push everything again.", COUNTER, AT(ledger.send_all)},
	{"standings", "", "Standings of paths merged since profd started.", COUNTER, AT(ledger.standings)},
	{"questions", "", "Questions answered since profd started.", COUNTER, AT(questions)},
	{"questions_repeated", "", "Copies of clears, saves and deletes, which did nothing.", COUNTER, AT(questions_repeated)},
	{"questions_read", "", "Questions answered from the database, of these, and benchmarks saved and deleted.", COUNTER, AT(query.answered)},
	{"questions_busy", "", "Questions refused because too many waited for the database.", COUNTER, AT(query.refused)},
	{"read_longest", "s", "How long it took at most to read an answer from the database.", REAL, AT(query.longest_seconds)},
	{"records_bad", "", "Messages that were no valid push.", COUNTER, AT(bad[SERVER_RECORDS])},
	{"control_bad", "", "Messages that were no valid question.", COUNTER, AT(bad[SERVER_CONTROL])},
	{"records_strangers", "", "Connections to `records` that have not spoken the protocol.", COUNTER, AT(server.strangers[SERVER_RECORDS])},
	{"control_strangers", "", "Connections to `control` that have not spoken the protocol.", COUNTER, AT(server.strangers[SERVER_CONTROL])},
	{"keys_refused", "", "Connections over tcp whose key is not known.", COUNTER, AT(server.keys_refused)},
	{"denied", "", "Pushes and questions of users and keys that may not.", COUNTER, AT(denied)},
	{"answers_undelivered", "", "Acks and answers whose receiver was gone or did not read.", COUNTER, AT(server.undelivered)},
	{"connections", "", "Connections open now.", NUMBER, AT(accept.connections)},
	{"connections_per_user", "", "Connections that one user may have.", NUMBER, AT(accept.limits.connections)},
	{"users", "", "Users that processes belong to, since profd started.", NUMBER, AT(ledger.users)},
	{"user_share", "percent", "The most that one user may take of processes, paths, functions, events and connections, of what other users leave.", NUMBER, AT(accept.limits.share)},
	{"waiting", "bytes", "Messages that profd has received and not yet taken.", NUMBER, AT(accept.waiting)},
	{"waiting_per_user", "bytes", "Beyond so much waiting, a user's connections are not read.", NUMBER, AT(accept.limits.waiting)},
	{"reads_held_back", "", "Times that a connection was not read for that.", COUNTER, AT(accept.held_back)},
	{"connections_refused_message", "", "Connections closed because of a message that is too large, or of endless frames.", COUNTER, AT(accept.refused_message)},
	{"connections_refused_user", "", "Connections closed because their user had too many.", COUNTER, AT(accept.refused_user)},
	{"connections_refused_full", "", "Connections closed because profd's descriptors ran out.", COUNTER, AT(accept.refused_full)},
	{"paths_collapsed", "", "Standings counted in their function, the table of paths, or its user's share of it, being full.", COUNTER, AT(ledger.paths_collapsed)},
	{"functions_collapsed", "", "Standings counted in (other), the table of functions, or its user's share of it, being full.", COUNTER, AT(ledger.functions_collapsed)},
	{"calls_collapsed", "calls", "Calls that processes counted in a shorter path or in (other).", COUNTER, AT(ledger.calls_collapsed)},
	{"events_dropped", "", "Slow and failed calls that processes had no room to list.", COUNTER, AT(ledger.events_dropped)},
	{"alerts_written", "lines", "Slow calls written to the log.", COUNTER, AT(alerts.written)},
	{"alerts_suppressed", "lines", "Slow calls beyond the limit a minute, told as a number only.", COUNTER, AT(alerts.suppressed)},
	{"log_lost", "lines", "Lines lost because syslog did not take them.", COUNTER, AT(log_lost)},
	{"epoch", "", "How often statistics were cleared.", COUNTER, AT(ledger.epoch)},
	{"policy_age", "s", "Time since the thresholds that processes are told last changed.", REAL, AT(policy_age)},
	{"memory", "bytes", "Memory that profd occupies.", NUMBER, AT(memory)},
	{"cpu", "s", "Processor time that profd used.", REAL_COUNTER, AT(cpu_seconds)},
};
/* clang-format on */

_Static_assert(sizeof(facts) / sizeof(facts[0]) <= STATUS_FACTS_MAX, "room for all facts");

size_t status_list(const struct status *s, Profd__Fact messages[STATUS_FACTS_MAX])
{
	size_t count = sizeof(facts) / sizeof(facts[0]);

	for (size_t i = 0; i < count; i++) {
		const void *value = (const char *)s + facts[i].offset;
		Profd__Fact *m = &messages[i];

		profd__fact__init(m);
		m->name = (char *)facts[i].name;
		m->unit = (char *)facts[i].unit;
		m->meaning = (char *)facts[i].meaning;
		m->counter = facts[i].kind == COUNTER || facts[i].kind == REAL_COUNTER;
		switch (facts[i].kind) {
		case NUMBER:
		case COUNTER:
			m->value_case = PROFD__FACT__VALUE_NUMBER;
			m->number = *(const uint64_t *)value;
			break;
		case REAL:
		case REAL_COUNTER:
			m->value_case = PROFD__FACT__VALUE_REAL;
			m->real = *(const double *)value;
			break;
		case TEXT:
			m->value_case = PROFD__FACT__VALUE_TEXT;
			m->text = (char *)*(const char *const *)value;
			break;
		}
	}
	return count;
}

/* Memory that is resident, and processor time so far. */
static void measure_process(struct status *s)
{
	struct rusage usage;
	unsigned long total, resident;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file != NULL) {
		if (fscanf(file, "%lu %lu", &total, &resident) == 2)
			s->memory = resident * (uint64_t)sysconf(_SC_PAGESIZE);
		fclose(file);
	}
	getrusage(RUSAGE_SELF, &usage);
	s->cpu_seconds = (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6 +
			 (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec * 1e-6;
}

static double seconds_since(int64_t ns)
{
	return (double)(clock_monotonic() - ns) * 1e-9;
}

void status_measure(struct status *s, const struct status_parts *p)
{
	*s = (struct status){
		.version = PACKAGE_VERSION,
		.sandbox = p->sandbox,
		.disk = p->commit->failing ? p->commit->why : "ok",
		.uptime = seconds_since(p->started_ns),
		.policy_age = seconds_since(p->records->policy->changed_ns),
		.denied = p->records->denied + p->control->denied,
		.questions = p->control->questions,
		.questions_repeated = p->control->repeated,
		.log_lost = log_lost(),
	};
	ledger_count(p->ledger, &s->ledger);
	store_count(p->store, &s->store);
	server_count(p->server, &s->server);
	accept_count(&s->accept);
	alerts_count(p->alerts, &s->alerts);
	if (p->query != NULL)
		query_count(p->query, &s->query);
	s->bad[SERVER_RECORDS] = s->server.bad[SERVER_RECORDS] + p->records->bad;
	s->bad[SERVER_CONTROL] = s->server.bad[SERVER_CONTROL] + p->control->bad;
	s->wal_reader = s->store.wal_reader[0] == '\0' ? "none" : s->store.wal_reader;
	measure_process(s);
}
