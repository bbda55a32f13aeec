/*
 * What a disk would hold that takes every batch: rows of statistics and windows by path, to be held
 * against the ledger.
 */
#ifndef TESTS_FUZZ_DISK_H
#define TESTS_FUZZ_DISK_H

#include "daemon/ledger/batch.h"
#include "daemon/ledger/ledger.h"

struct disk;

struct disk *disk_new(void);
void disk_free(struct disk *d);

/* Takes a batch; its rows must be well-formed. */
void disk_take(struct disk *d, const struct batch *batch);

/* Every function that the ledger tells has, on disk, the same calls, errors and slow calls, in its
 * statistics and in its windows. Only when nothing waits for a batch. */
void disk_compare(const struct disk *d, struct ledger *l);

#endif
