/*
 * The daemon's parts, for the files that open and that run them.
 */
#ifndef DAEMON_PROFD_DATA_H
#define DAEMON_PROFD_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ask/control.h"
#include "daemon/ask/status.h"
#include "daemon/config/config.h"
#include "daemon/push/policy.h"
#include "daemon/push/records.h"
#include "daemon/push/refusals.h"
#include "daemon/push/silence.h"
#include "daemon/store/commit.h"

#define EXIT_FAILED 1
#define EXIT_USAGE  2

struct profd {
	const struct options *options;
	struct config config;
	struct policy policy;
	struct keys *keys; /* NULL: nobody may come over tcp */
	struct ledger *ledger;
	struct store *store;
	struct query *query;
	struct alerts *alerts;
	struct server *server;
	struct commit commit;
	struct refusals refusals;
	struct records records;
	struct control control;
	struct silence silence;
	int signals;
	struct status_parts parts;
	int64_t watchdog_ns, fed_ns;
	bool ending, large, shortened, held;
};

#endif
