/*
 * The rhythm of the commits.
 */
#include "daemon/store/commit.h"

#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/base/log.h"
#include "daemon/ledger/ledger.h"
#include "daemon/store/store.h"

/* So long an urgent commit waits for others that are urgent too: many processes that flush share
 * one. */
#define GATHER_NS (1 * CLOCK_MILLISECOND)
#define RETRY_NS  (1 * CLOCK_SECOND)

void commit_init(struct commit *c, struct ledger *ledger, struct store *store, int64_t interval_ns)
{
	memset(c, 0, sizeof(*c));
	c->ledger = ledger;
	c->store = store;
	c->interval_ns = interval_ns;
	c->due_ns = CLOCK_NEVER;
}

void commit_note(struct commit *c, bool urgent, int64_t now_ns)
{
	int64_t due = now_ns + (urgent ? GATHER_NS : c->interval_ns);

	if (due < c->due_ns && ledger_is_dirty(c->ledger))
		c->due_ns = due;
}

uint64_t commit_next(const struct commit *c)
{
	return c->collected + 1;
}

int64_t commit_due(const struct commit *c, int64_t now_ns, int64_t wall_ns)
{
	int64_t window = ledger_next_ns(c->ledger);

	if (store_is_busy(c->store))
		return CLOCK_NEVER;
	if (c->refused != NULL)
		return c->retry_ns;
	if (window == INT64_MAX)
		return c->due_ns;
	window = window <= wall_ns ? now_ns : now_ns + (window - wall_ns);
	return window < c->due_ns ? window : c->due_ns;
}

void commit_run(struct commit *c, int64_t now_ns, int64_t wall_ns)
{
	struct batch *batch;

	if (commit_due(c, now_ns, wall_ns) > now_ns)
		return;
	if (c->refused != NULL) {
		batch = c->refused;
		c->refused = NULL;
		store_put(c->store, batch);
		return;
	}
	batch = ledger_collect(c->ledger, wall_ns);
	c->due_ns = CLOCK_NEVER;
	if (batch == NULL) {
		commit_note(c, false, now_ns); /* no memory: later */
		return;
	}
	c->collected++;
	store_put(c->store, batch);
}

bool commit_finish(struct commit *c, int64_t now_ns)
{
	bool committed;
	char why[sizeof(c->why)] = "";
	struct batch *batch = store_get(c->store, &committed, why, sizeof(why));

	if (batch == NULL)
		return false;
	if (!committed) {
		if (!c->failing)
			log_write(LOG_ERR,
				  "cannot commit: %s; still counting in memory, retrying "
				  "every second",
				  why);
		memcpy(c->why, why, sizeof(why));
		c->failing = true;
		c->refused = batch;
		c->retry_ns = now_ns + RETRY_NS;
		return false;
	}
	if (c->failing)
		log_write(LOG_NOTICE, "commits succeed again, nothing was lost");
	c->failing = false;
	c->committed++;
	ledger_committed(c->ledger, batch);
	return true;
}

bool commit_is_settled(const struct commit *c)
{
	return c->refused == NULL && !store_is_busy(c->store) && !ledger_is_dirty(c->ledger);
}
