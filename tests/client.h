/*
 * What the suites of the client share: they read the standings themselves, with no profd there to
 * push to.
 */
#ifndef TESTS_CLIENT_H
#define TESTS_CLIENT_H

#include "client/push/snapshot.h"

/* A snapshot of this test's process, which pushes to nobody. */
extern struct snapshot client_now;

/* Before anything is recorded. The thresholds are as if profd had told the default. */
void client_begin(void);
void client_begin_without_policy(void);

/* Reads all threads. */
void client_read(void);

/* The standing of a path, its functions from the outermost joined by ">", with "*" after a
 * recursive one; NULL when there is none. */
const struct standing *client_standing(const char *path);

uint64_t client_returned(const char *path);
uint64_t client_failed(const char *path);

/* Calls of a function on all paths, failed ones too; and their sum. */
uint64_t client_calls_of(const char *function);
uint64_t client_sum_of(const char *function);

#endif
