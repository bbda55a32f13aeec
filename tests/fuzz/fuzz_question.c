/*
 * Questions to a profd that knows a few functions: each gets at most one answer, well-formed, and
 * changes nothing unless it is a clear.
 *
 * The input: a byte for who asks, then the question.
 */
#include <string.h>

#include "daemon/ledger/ledger.h"
#include "tests/fuzz/around.h"

/* Two functions, one of whose calls failed and was slow. */
static size_t make_known(uint8_t to[1024])
{
	static int32_t index[] = {-640};
	static uint64_t count[] = {5};
	Profd__Tally tally = PROFD__TALLY__INIT;
	Profd__Path outer = PROFD__PATH__INIT, inner = PROFD__PATH__INIT;
	Profd__Standing of_outer = PROFD__STANDING__INIT, of_inner = PROFD__STANDING__INIT;
	Profd__Event event = PROFD__EVENT__INIT;
	Profd__Push push = PROFD__PUSH__INIT;
	size_t size;

	tally.sum_ns = 5000000;
	tally.min_ns = tally.max_ns = 1000000;
	tally.index = index;
	tally.count = count;
	tally.n_index = tally.n_count = 1;
	outer.id = of_outer.path = 1;
	outer.function = (char *)"outer";
	inner.id = of_inner.path = event.path = 2;
	inner.parent = 1;
	inner.function = (char *)"inner";
	of_outer.returned = of_inner.failed = &tally;
	of_inner.slow = event.sequence = event.call = event.failed = 1;
	event.duration_ns = 1000000;
	event.threshold_ns = 1000;
	event.error = (char *)"why";
	push.version = PROF_PROTOCOL;
	push.process = (ProtobufCBinaryData){PROF_PROCESS_ID, (uint8_t *)"0123456789abcdef"};
	push.generation = 1;
	push.program = (char *)"known";
	push.paths = (Profd__Path *[]){&outer, &inner};
	push.standings = (Profd__Standing *[]){&of_outer, &of_inner};
	push.events = (Profd__Event *[]){&event};
	push.n_paths = push.n_standings = 2;
	push.n_events = 1;
	size = profd__push__get_packed_size(&push);
	must(size <= 1024);
	return profd__push__pack(&push, to);
}

static struct around *open_known(void)
{
	uint8_t bytes[1024];
	struct fuzz_input message = {bytes, make_known(bytes)};
	struct around *a = around_new(0xff);

	around_push(a, message, 1000);
	must(around_merged(a) == 1);
	return a;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct around *a;
	struct fuzz_input in = {data, size};
	struct ledger_counts before, after;
	uint8_t who = fuzz_byte(&in);

	if (a == NULL)
		a = open_known();
	ledger_count(around_ledger(a), &before);
	around_ask(a, in, who % 2 == 0 ? 0 : 1000);
	ledger_count(around_ledger(a), &after);
	must(after.calls == before.calls || (after.epoch > before.epoch && who % 2 == 0));
	around_check(a);
	if (after.epoch != before.epoch) {
		around_free(a);
		a = NULL;
	}
	return 0;
}
