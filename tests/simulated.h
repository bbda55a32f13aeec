/*
 * A simulated process: counts calls of a few paths as a real one does, and makes pushes of them as
 * the bytes that would be sent. Shared by the suites of the ledger and the store.
 */
#ifndef TESTS_SIMULATED_H
#define TESTS_SIMULATED_H

#include "daemon/base/peer.h"
#include "daemon/ledger/ledger.h"

#define SIMULATED_PATHS 80 /* more than one chunk of standings */

struct simulated_path {
	uint32_t parent;
	char function[32];
	struct tally returned, failed;
	uint64_t slow, epoch;
};

struct simulated {
	uint8_t key[PROF_PROCESS_ID];
	const char *program;
	struct peer peer;
	uint64_t generation, acked, epoch, sequence, span_ns;
	bool goodbye;
	uint32_t paths; /* defined; path i has the id i + 1 */
	struct simulated_path path[SIMULATED_PATHS];
	Profd__Event event; /* sent with the next push when its sequence is not 0 */
};

struct simulated_message {
	uint8_t *bytes;
	size_t size;
	struct peer peer;
};

void simulated_init(struct simulated *p, const char *program, uint64_t seed);
void simulated_deinit(struct simulated *p);

/* Defines a path; gives its id. */
uint32_t simulated_define(struct simulated *p, uint32_t parent, const char *function);

void simulated_call(struct simulated *p, uint32_t id, uint64_t ns, bool failed, bool slow);

/* As an ack tells it: min and max begin anew. */
void simulated_learn_epoch(struct simulated *p, uint64_t epoch);

/* The next push, building upon `since`; holds all paths and standings, as it may. */
struct simulated_message simulated_push(struct simulated *p, uint64_t since);
void simulated_message_free(struct simulated_message *message);

enum ledger_verdict simulated_deliver(struct ledger *l, const struct simulated_message *message,
				      int64_t now_ns);

/* Pushes once and delivers it. */
enum ledger_verdict simulated_send(struct ledger *l, struct simulated *p, int64_t now_ns);

#endif
