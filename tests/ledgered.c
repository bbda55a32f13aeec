/*
 * The fixture of the suites of the ledger.
 */
#include "tests/ledgered.h"

struct ledger_limits limits;
struct ledger *ledger;
struct simulated one, other;

void ledgered_set_up(void)
{
	ledger_limits_init(&limits);
	ledger = ledger_new(&limits);
	ck_assert_ptr_nonnull(ledger);
	simulated_init(&one, "alpha", 1);
	simulated_init(&other, "beta", 2);
}

void ledgered_tear_down(void)
{
	ledger_free(ledger);
	simulated_deinit(&one);
	simulated_deinit(&other);
}

void ledgered_renew(void)
{
	ledger_free(ledger);
	ledger = ledger_new(&limits);
	ck_assert_ptr_nonnull(ledger);
}

void ledgered_commit(int64_t now_ns)
{
	struct batch *batch = ledger_collect(ledger, now_ns);

	if (batch != NULL)
		ledger_committed(ledger, batch);
}

struct ledger_function ledgered_get(const char *name)
{
	struct ledger_function f = {.name = NULL};

	ledger_get_function(ledger, name, NULL, &f);
	return f;
}

struct ledger_counts ledgered_counts(void)
{
	struct ledger_counts c;

	ledger_count(ledger, &c);
	return c;
}
