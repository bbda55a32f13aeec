/*
 * What profd says of itself: one table of facts, with unit and meaning.
 */
#ifndef DAEMON_ASK_STATUS_H
#define DAEMON_ASK_STATUS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/ask/query.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/accept.h"
#include "daemon/net/server.h"
#include "daemon/push/alert.h"
#include "daemon/store/store.h"
#include "proto/profd.pb-c.h"

/* Where the counters are. */
struct status_parts {
	struct ledger *ledger;
	struct store *store;
	struct server *server;
	struct alerts *alerts;
	struct query *query;
	const struct commit *commit;
	const struct records *records;
	const struct control *control;
	const char *sandbox;
	int64_t started_ns;
};

/* All counters at one moment. */
struct status {
	const char *version, *disk, *sandbox, *wal_reader;
	double uptime, cpu_seconds, policy_age;
	uint64_t memory;
	uint64_t bad[SERVER_ENDPOINTS]; /* messages that were no valid push or question */
	uint64_t denied, questions, questions_repeated, log_lost;
	struct ledger_counts ledger;
	struct store_counts store;
	struct server_counts server;
	struct accept_counts accept;
	struct alert_counts alerts;
	struct query_counts query;
};

#define STATUS_FACTS_MAX 64

/* Reads them all. */
void status_measure(struct status *s, const struct status_parts *parts);

/* The table as messages, which lend their texts from `s`. Returns how many. */
size_t status_list(const struct status *s, Profd__Fact facts[STATUS_FACTS_MAX]);

#endif
