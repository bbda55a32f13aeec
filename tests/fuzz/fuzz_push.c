/*
 * A series of messages of several processes and users, with time, clears and a disk that refuses in
 * between: whatever they hold, totals agree, and a push that comes again adds nothing.
 *
 * The input: a byte that chooses the sizes of the tables, then steps: a byte that says what is
 * done, a length of two bytes, as many bytes of message.
 */
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/ledger/ledger.h"
#include "tests/fuzz/around.h"

#define STEPS_MAX 32

enum step { PUSH, PUSH_OF_OTHER, ASK, ASK_OF_ROOT, WAIT, REFUSE, BURY, STEPS };

static struct ledger_counts totals(struct around *a)
{
	struct ledger_counts counts;

	ledger_count(around_ledger(a), &counts);
	return counts;
}

/* Idea 1 of the design: what was merged once changes nothing when it comes again. */
static void push_twice(struct around *a, struct fuzz_input message, uint32_t uid)
{
	uint64_t merged = around_merged(a);
	struct ledger_counts before, after;

	around_push(a, message, uid);
	before = totals(a);
	if (before.pushes == merged)
		return;
	around_push(a, message, uid);
	after = totals(a);
	must(after.calls == before.calls && after.errors == before.errors);
	must(after.slow == before.slow && after.paths == before.paths);
	must(after.functions == before.functions && after.events == before.events);
}

static void step(struct around *a, uint8_t what, struct fuzz_input message)
{
	switch ((enum step)(what % STEPS)) {
	case PUSH:
		push_twice(a, message, 1000);
		break;
	case PUSH_OF_OTHER:
		push_twice(a, message, 2000);
		break;
	case ASK:
		around_ask(a, message, 1000);
		break;
	case ASK_OF_ROOT:
		around_ask(a, message, 0);
		break;
	case WAIT:
		around_wait(a, (what / STEPS + 1) * CLOCK_SECOND);
		break;
	case REFUSE:
		around_refuse(a);
		break;
	case BURY:
		around_wait(a, 3600 * CLOCK_SECOND);
		around_bury(a);
		break;
	case STEPS:
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	struct around *a = around_new(fuzz_byte(&in));

	for (unsigned i = 0; i < STEPS_MAX && in.left > 0; i++) {
		uint8_t what = fuzz_byte(&in);
		size_t length = fuzz_byte(&in);

		length |= (size_t)fuzz_byte(&in) << 8;
		step(a, what, fuzz_piece(&in, length));
		around_check(a);
	}
	/* All that is left goes to disk: retries come every second. */
	for (unsigned i = 0; i < 3; i++)
		around_wait(a, 2 * CLOCK_SECOND);
	around_check(a);
	around_free(a);
	return 0;
}
