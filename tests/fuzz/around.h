/*
 * profd's inner parts as they run in it, with the fuzzer in place of the sockets, the disk, the
 * log and the clock: what comes in goes the whole way, and what the disk is told is held against
 * what the ledger tells.
 */
#ifndef TESTS_FUZZ_AROUND_H
#define TESTS_FUZZ_AROUND_H

#include "daemon/net/server.h"
#include "tests/fuzz/fuzz.h"

struct around;

/* `tables` chooses how small the ledger's tables are. */
struct around *around_new(uint8_t tables);
void around_free(struct around *a);

struct ledger *around_ledger(struct around *a);

/* Hands over a message as the sockets would, and lets profd do what follows from it. */
void around_push(struct around *a, struct fuzz_input message, uint32_t uid);
void around_ask(struct around *a, struct fuzz_input message, uint32_t uid);

/* Time goes on, and what is due is done. */
void around_wait(struct around *a, int64_t ns);

/* The next batch, or the next but one, is refused by the disk. */
void around_refuse(struct around *a);

/* Silent processes are looked up; none of them lives. */
void around_bury(struct around *a);

/* How many pushes were merged so far, and whether the last one was. */
uint64_t around_merged(struct around *a);

/* Holds the totals against each other: of all functions, of the processes, and of the disk. */
void around_check(struct around *a);

#endif
