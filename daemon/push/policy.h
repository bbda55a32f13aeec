/*
 * From when on a call is slow: the configuration's thresholds as they are told to the processes.
 */
#ifndef DAEMON_PUSH_POLICY_H
#define DAEMON_PUSH_POLICY_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/profd.pb-c.h"

struct config;

struct policy {
	Profd__Policy message; /* lends its texts from the configuration */
	Profd__Rule *rules;
	Profd__Rule **rule_list;
	int64_t changed_ns; /* of the monotonic clock */
};

/*
 * Makes the message. Its generation is the wall clock, so that it grows over restarts too, and is
 * above that of `before`, which may be NULL. False without memory.
 */
bool policy_init(struct policy *p, const struct config *config, const struct policy *before,
		 int64_t now_ns);
void policy_deinit(struct policy *p);

/* `p` says what `before` said: it is no newer. */
void policy_keep(struct policy *p, const struct policy *before);

/* Whether both say the same, whatever their generations. */
bool policy_equals(const struct policy *a, const struct policy *b);

#endif
