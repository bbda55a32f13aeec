/*
 * What the suites of the store share: a database in a folder of its own, with the ledger it is
 * read into, and one process that pushes.
 */
#ifndef TESTS_STORED_H
#define TESTS_STORED_H

#include <stdbool.h>

#include "daemon/ledger/ledger.h"
#include "daemon/store/store.h"
#include "tests/simulated.h"
#include "tests/suite.h"

#define SECOND INT64_C(1000000000)
#define NOW    (INT64_C(1700002800) * SECOND) /* begins a window of an hour */

extern char folder[64], path[128], why[512];
extern struct ledger_limits limits;
extern struct ledger *ledger;
extern struct store *store;
extern struct simulated one;

/* The fixture: an empty folder. */
void stored_set_up(void);
void stored_tear_down(void);

/* Opens the database with a new ledger and starts the thread when that is possible. */
enum store_opened stored_open(void);
void stored_close(void);

/* Whether the batch went to the disk. It stays the caller's. */
bool stored_try(struct batch *batch);

/* Collects a batch, which must go to the disk. */
void stored_commit(int64_t now_ns);

/* One number from the file, through a connection of its own, as a person would ask. */
int64_t stored_ask(const char *sql);

/* That the sum of a column is what is expected. */
void stored_check(const char *column, const char *from, uint64_t expected);

struct ledger_function stored_get(const char *name);

/* Until the thread has made all the longer windows that it can. */
void stored_await_windows(void);

#endif
