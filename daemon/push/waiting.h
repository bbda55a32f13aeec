/*
 * The connection that each process pushed over last, with the newest generation that waits for its
 * ack. It stays known after the ack, so that news (an epoch, a policy) reach processes that have
 * nothing to push.
 */
#ifndef DAEMON_PUSH_WAITING_H
#define DAEMON_PUSH_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/base/table.h"
#include "daemon/net/server.h"
#include "proto/limits.h"

struct waiter {
	uint8_t process[PROF_PROCESS_ID];
	uint64_t hash, policy;
	uint64_t uid;	     /* as in struct peer */
	uint64_t generation; /* 0: nothing waits */
	uint32_t version;    /* of the protocol that it speaks */
	bool leaving;	     /* it said goodbye */
	struct route route;
};

struct waiting {
	struct table_secret secret;
	struct table table;
	size_t most;
};

void waiting_init(struct waiting *w, size_t most);
void waiting_deinit(struct waiting *w);

/*
 * Beyond `most` one that waits for nothing makes room. Without memory, or when all wait, nothing is
 * noted: the process pushes again and is acked then.
 */
void waiting_put(struct waiting *w, const uint8_t process[PROF_PROCESS_ID],
		 const struct waiter *is);

/* NULL: none is known. */
const struct waiter *waiting_find(const struct waiting *w, const uint8_t process[PROF_PROCESS_ID]);

/* Offers every one that waits; those for which it returns true wait no more. */
typedef bool waiting_each(void *context, const struct waiter *waiter);
void waiting_release(struct waiting *w, waiting_each *each, void *context);

/* Offers every one, waiting or not; those for which it returns false are gone. */
void waiting_visit(struct waiting *w, waiting_each *each, void *context);

#endif
