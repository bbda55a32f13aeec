/*
 * From when on a call is slow, as profd last said.
 */
#ifndef CLIENT_RECORD_POLICY_H
#define CLIENT_RECORD_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/profd.pb-c.h"

struct prof_function;

/* Sets the thresholds of a function by the policy in force. Takes no lock. */
void policy_apply(struct prof_function *function);

/* What profd said; replaces what was in force and applies it to all functions. False when it was in
 * force already, or there is no memory. Pushing thread only. */
bool policy_replace(const Profd__Policy *message);

/* Applies it to functions that were added meanwhile by an older one. Pushing thread only. */
void policy_refresh(void);

/* The generation of the policy in force; 0: none was told yet. */
uint64_t policy_generation(void);

/* In a forked child: no thread of it is reading. */
void policy_forget_users(void);

#endif
