/*
 * The socket `records`: pushes go into the ledger, acks go back once they are on disk.
 */
#ifndef DAEMON_PUSH_RECORDS_H
#define DAEMON_PUSH_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/net/server.h"
#include "daemon/push/waiting.h"
#include "proto/wire.h"

struct access_list;
struct alerts;
struct commit;
struct keys;
struct refusals;
struct policy;

struct records {
	/* What it works with, owned elsewhere. */
	struct server *server;
	const struct keys *keys; /* NULL: none */
	struct ledger *ledger;
	struct commit *commit;
	struct alerts *alerts;
	struct refusals *refusals;
	const struct access_list *access;
	const struct policy *policy;

	struct waiting waiting;
	struct wire_arena arena;
	uint8_t *out; /* room for a packed ack */
	size_t out_room;
	int64_t now_ns, complained_ns;
	uint64_t bad, denied;
	uint64_t sent_epoch, sent_policy; /* what all who are connected were told */
};

void records_init(struct records *r, size_t processes);
void records_deinit(struct records *r);

/* Takes at most so many pushes that have arrived, and no new one after some milliseconds. Returns
 * how many it took; `most` when there may be more. */
unsigned records_receive(struct records *r, unsigned most, int64_t now_ns, int64_t wall_ns);

/* Sends the acks of what has been committed. */
void records_release(struct records *r);

/* Whether the connection that the process pushed over last is still open. */
bool records_reach(struct records *r, const uint8_t process[PROF_PROCESS_ID]);

/* Tells every process a new epoch or policy at once, also those that have nothing to push. */
void records_send_news(struct records *r);

#endif
