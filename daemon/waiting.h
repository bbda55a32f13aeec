/*
 * The processes that wait for an ack: each with the newest generation received and the connection
 * it came over last.
 */
#ifndef DAEMON_WAITING_H
#define DAEMON_WAITING_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/server.h"
#include "daemon/table.h"
#include "proto/limits.h"

struct waiter {
	uint8_t process[PROF_PROCESS_ID];
	uint64_t hash, generation, policy;
	struct route route;
};

struct waiting {
	struct table_secret secret;
	struct table table;
	size_t most;
};

void waiting_init(struct waiting *w, size_t most);
void waiting_deinit(struct waiting *w);

/* Without memory, or beyond `most`, nothing is noted: the process pushes again and is acked then.
 */
void waiting_put(struct waiting *w, const uint8_t process[PROF_PROCESS_ID], uint64_t generation,
		 uint64_t policy, const struct route *route);

/* Offers every waiter; those for which it returns true wait no more. */
typedef bool waiting_each(void *context, const struct waiter *waiter);
void waiting_release(struct waiting *w, waiting_each *each, void *context);

#endif
