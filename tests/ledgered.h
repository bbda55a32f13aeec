/*
 * What the suites of the ledger share: a ledger, and two processes that push to it.
 */
#ifndef TESTS_LEDGERED_H
#define TESTS_LEDGERED_H

#include "daemon/ledger/ledger.h"
#include "tests/simulated.h"
#include "tests/suite.h"

#define SECOND INT64_C(1000000000)
#define NOW    (INT64_C(1700000000) * SECOND) /* begins a window of 10 s */

extern struct ledger_limits limits;
extern struct ledger *ledger;
extern struct simulated one, other;

/* The fixture: a new ledger with the default limits. */
void ledgered_set_up(void);
void ledgered_tear_down(void);

/* A new ledger, after `limits` were changed. */
void ledgered_renew(void);

/* Collects a batch, and says that it is on disk. */
void ledgered_commit(int64_t now_ns);

struct ledger_function ledgered_get(const char *name);
struct ledger_counts ledgered_counts(void);

#endif
