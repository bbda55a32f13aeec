/*
 * Tallies survive a message unchanged, every broken rule is refused, unpacking never takes more
 * memory than it may, and the bytes of version 1 stay what they are.
 */
#include "proto/wire.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"
#include "tests/scarce.h"
#include "tests/suite.h"

const char suite_name[] = "wire";

/* Packs a tally, unpacks the bytes and reads them into `to`. */
static void send_tally(struct tally *to, const struct tally *from)
{
	static int32_t index[HISTOGRAM_SIZE];
	static uint64_t count[HISTOGRAM_SIZE];
	struct wire_arena arena;
	Profd__Tally message, *read;
	uint8_t *bytes;
	size_t size;

	wire_write_tally(&message, from, index, count);
	size = profd__tally__get_packed_size(&message);
	bytes = malloc(size + 1);
	ck_assert_ptr_nonnull(bytes);
	profd__tally__pack(&message, bytes);
	wire_arena_init(&arena, 1 << 20);
	read = profd__tally__unpack(&arena.allocator, size, bytes);
	ck_assert_ptr_nonnull(read);
	ck_assert(wire_read_tally(to, read));
	wire_arena_deinit(&arena);
	free(bytes);
}

static void assert_same(const struct tally *a, const struct tally *b)
{
	ck_assert_uint_eq(a->sum_ns, b->sum_ns);
	ck_assert_uint_eq(a->min_ns, b->min_ns);
	ck_assert_uint_eq(a->max_ns, b->max_ns);
	ck_assert_uint_eq(tally_calls(a), tally_calls(b));
	ck_assert_uint_eq(a->histogram.used, b->histogram.used);
	for (unsigned i = 0; i < a->histogram.used; i++) {
		ck_assert_int_eq(a->histogram.index[i], b->histogram.index[i]);
		ck_assert_uint_eq(a->histogram.count[i], b->histogram.count[i]);
	}
}

START_TEST(tallies_survive_the_way)
{
	struct random r = {(uint64_t)_i};
	struct tally sent, got;

	tally_init(&sent);
	tally_init(&got);
	ck_assert(tally_add(&got, 77, 7));
	for (int n = 0; n < _i * _i; n++) {
		uint64_t ns = (uint64_t)pow(10.0, 18.0 * random_unit(&r));

		ck_assert(tally_add(&sent, ns, 1 + random_below(&r, 1000000)));
	}
	send_tally(&got, &sent);
	assert_same(&got, &sent);
	tally_deinit(&sent);
	tally_deinit(&got);
}
END_TEST

START_TEST(a_full_tally_survives_the_way)
{
	struct tally sent, got;

	tally_init(&sent);
	tally_init(&got);
	sent.min_ns = 0;
	sent.max_ns = sent.sum_ns = UINT64_MAX;
	for (int i = HISTOGRAM_MIN; i <= HISTOGRAM_MAX; i++)
		ck_assert(histogram_add(&sent.histogram, i, HISTOGRAM_COUNT_MAX));
	send_tally(&got, &sent);
	assert_same(&got, &sent);
	tally_deinit(&sent);
	tally_deinit(&got);
}
END_TEST

/* ---------------------------------------------------------------- rules */

#define MANY 5000

struct told {
	Profd__Tally message;
	int32_t index[MANY];
	uint64_t count[MANY];
};

/* A tally that is well-formed: what the tests below spoil, each in one place. */
static struct told *good(void)
{
	static const int32_t index[] = {-1000, 1, 500};
	static const uint64_t count[] = {3, 4, 5};
	static struct told told;

	profd__tally__init(&told.message);
	memcpy(told.index, index, sizeof(index));
	memcpy(told.count, count, sizeof(count));
	told.message.n_index = told.message.n_count = 3;
	told.message.index = told.index;
	told.message.count = told.count;
	told.message.min_ns = 20000;
	told.message.max_ns = 5000000;
	told.message.sum_ns = 6000000;
	return &told;
}

static bool is_accepted(const struct told *told)
{
	struct tally t;
	bool accepted;

	tally_init(&t);
	accepted = wire_read_tally(&t, &told->message);
	tally_deinit(&t);
	return accepted;
}

START_TEST(what_breaks_a_rule_is_refused)
{
	struct told *told = good();

	ck_assert(is_accepted(told));
	told->index[1] = 0; /* the same bucket twice */
	ck_assert(!is_accepted(told));
	(told = good())->index[2] = -3; /* descends */
	ck_assert(!is_accepted(told));
	(told = good())->index[2] = INT32_MAX; /* beyond the last */
	ck_assert(!is_accepted(told));
	(told = good())->index[0] = HISTOGRAM_MIN - 1;
	ck_assert(!is_accepted(told));
	(told = good())->index[0] = INT32_MIN;
	ck_assert(!is_accepted(told));
	(told = good())->count[1] = 0;
	ck_assert(!is_accepted(told));
	(told = good())->message.n_count = 2;
	ck_assert(!is_accepted(told));
	(told = good())->message.n_index = 2;
	ck_assert(!is_accepted(told));
	(told = good())->message.min_ns = 5000001;
	ck_assert(!is_accepted(told));
}
END_TEST

START_TEST(hostile_counts_are_refused_or_cut)
{
	struct told *told = good();
	struct tally t;

	for (unsigned i = 0; i < MANY; i++) {
		told->index[i] = i == 0 ? HISTOGRAM_MIN : 1;
		told->count[i] = UINT64_MAX;
	}
	told->message.n_index = told->message.n_count = MANY;
	ck_assert(!is_accepted(told));
	told->message.n_index = told->message.n_count = HISTOGRAM_SIZE;
	tally_init(&t);
	ck_assert(wire_read_tally(&t, &told->message));
	ck_assert_uint_eq(tally_calls(&t), HISTOGRAM_COUNT_MAX * HISTOGRAM_SIZE);
	tally_deinit(&t);
}
END_TEST

START_TEST(no_message_and_no_buckets_are_no_calls)
{
	struct told *told = good();
	struct tally t;

	tally_init(&t);
	ck_assert(tally_add(&t, 5, 5));
	ck_assert(wire_read_tally(&t, NULL));
	ck_assert_uint_eq(tally_calls(&t), 0);
	ck_assert_uint_eq(t.sum_ns, 0);
	told->message.n_index = told->message.n_count = 0;
	ck_assert(wire_read_tally(&t, &told->message));
	ck_assert_uint_eq(tally_calls(&t), 0);
	ck_assert_uint_eq(t.sum_ns, 0);
	ck_assert_uint_eq(t.min_ns, UINT64_MAX);
	ck_assert_uint_eq(t.max_ns, 0);
	tally_deinit(&t);
}
END_TEST

START_TEST(without_memory_reading_fails)
{
	struct told *told = good();
	struct tally t;

	tally_init(&t);
	scarce_fail(1);
	ck_assert(!wire_read_tally(&t, &told->message));
	ck_assert_uint_eq(tally_calls(&t), 0);
	ck_assert(wire_read_tally(&t, &told->message));
	ck_assert_uint_eq(tally_calls(&t), 12);
	tally_deinit(&t);
}
END_TEST

/* ---------------------------------------------------------------- arena */

static void *take(struct wire_arena *a, size_t size)
{
	return a->allocator.alloc(a->allocator.allocator_data, size);
}

START_TEST(the_arena_keeps_its_limit)
{
	struct wire_arena a;

	wire_arena_init(&a, 1000);
	for (unsigned round = 0; round < 3; round++) {
		char *first = take(&a, 500), *second;

		ck_assert_ptr_nonnull(first);
		memset(first, 1, 500);
		ck_assert_ptr_null(take(&a, 501));
		ck_assert_ptr_null(take(&a, SIZE_MAX));
		ck_assert_ptr_null(take(&a, SIZE_MAX - 600));
		second = take(&a, 480);
		ck_assert_ptr_nonnull(second);
		memset(second, 2, 480);
		ck_assert_int_eq(first[499], 1);
		ck_assert_ptr_null(take(&a, 100));
		wire_arena_reset(&a);
	}
	wire_arena_deinit(&a);
	wire_arena_deinit(&a);
}
END_TEST

START_TEST(the_arena_gives_aligned_pieces_of_one_block)
{
	struct wire_arena a;
	char *before = NULL;

	wire_arena_init(&a, 1 << 16);
	for (unsigned round = 0; round < 2; round++) {
		for (size_t size = 1; size < 100; size++) {
			char *piece = take(&a, size);

			ck_assert_ptr_nonnull(piece);
			ck_assert_uint_eq((uintptr_t)piece % 16, 0);
			memset(piece, 0xaa, size);
			if (round == 1 && before != NULL)
				ck_assert_int_lt(piece - before, 200);
			before = piece;
		}
		wire_arena_reset(&a);
		before = NULL;
	}
	wire_arena_deinit(&a);
}
END_TEST

START_TEST(the_arena_survives_want_of_memory)
{
	struct wire_arena a;

	wire_arena_init(&a, 1 << 16);
	scarce_fail(1);
	ck_assert_ptr_null(take(&a, 100));
	ck_assert_ptr_nonnull(take(&a, 100));
	scarce_fail(1);
	wire_arena_reset(&a);
	ck_assert_ptr_nonnull(take(&a, 100));
	wire_arena_deinit(&a);
}
END_TEST

/* --------------------------------------------------------------- golden */

/* The Push of version 2 that the next test describes, byte by byte. */
static const char golden_push[] =
	"0802121030313233343536373839616263646566180320022a0473686f7030e7243880ec"
	"bcd4df9fe7cb17400548015001608094ebdc03680c7a0808011a046d61696e7a0e080210"
	"011a0864622e7175657279820136080210051801221408c8df0210e80718c4132204f513"
	"a8012a0228022a180880dea0cb051080dea0cb051880dea0cb0522014c2a01018a013008"
	"0110021809208080a8b1e39fe7cb172880dea0cb05308094ebdc0340014a106e6f207375"
	"6368207461626c653a2074";

static size_t from_hex(uint8_t *to, const char *hex)
{
	size_t size = 0;
	char pair[3] = "";

	for (; hex[0] != '\0'; hex += 2) {
		memcpy(pair, hex, 2);
		to[size++] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return size;
}

static void fill_push(Profd__Push *push, Profd__Tally *returned, Profd__Tally *failed)
{
	static int32_t index[4];
	static uint64_t count[4];
	static Profd__Path path[2], *paths[] = {&path[0], &path[1]};
	static Profd__Standing standing, *standings[] = {&standing};
	static Profd__Event event, *events[] = {&event};

	profd__push__init(push);
	profd__path__init(&path[0]);
	profd__path__init(&path[1]);
	profd__standing__init(&standing);
	profd__event__init(&event);
	path[0].id = 1;
	path[0].function = (char *)"main";
	path[1].id = 2;
	path[1].parent = 1;
	path[1].function = (char *)"db.query";
	returned->index = index;
	returned->count = count;
	standing.path = 2;
	standing.epoch = 5;
	standing.slow = 1;
	standing.returned = returned;
	standing.failed = failed;
	event.sequence = 1;
	event.path = 2;
	event.call = 9;
	event.started_at_ns = INT64_C(1700000000000000000);
	event.duration_ns = UINT64_C(1500000000);
	event.threshold_ns = UINT64_C(1000000000);
	event.failed = true;
	event.error = (char *)"no such table: t";
	push->version = PROF_PROTOCOL;
	push->process.data = (uint8_t *)"0123456789abcdef";
	push->process.len = PROF_PROCESS_ID;
	push->generation = 3;
	push->since = 2;
	push->program = (char *)"shop";
	push->pid = 4711;
	push->started_at_ns = INT64_C(1699999999000000000);
	push->epoch = 5;
	push->policy = 1;
	push->flush = true;
	push->span_ns = UINT64_C(1000000000);
	push->events_dropped = 12;
	push->paths = paths;
	push->n_paths = 2;
	push->standings = standings;
	push->n_standings = 1;
	push->events = events;
	push->n_events = 1;
}

START_TEST(version_2_is_written_as_it_always_was)
{
	static int32_t index[4], failed_index[4];
	static uint64_t count[4], failed_count[4];
	uint8_t bytes[1024], expected[1024];
	Profd__Tally returned, failed;
	struct tally t;
	Profd__Push push;
	size_t size = from_hex(expected, golden_push);

	profd__tally__init(&returned);
	tally_init(&t);
	ck_assert(tally_add(&t, UINT64_C(1500000000), 1));
	wire_write_tally(&failed, &t, failed_index, failed_count);
	fill_push(&push, &returned, &failed);
	tally_clear(&t);
	ck_assert(tally_add(&t, 1000, 40));
	ck_assert(tally_add(&t, 2500, 2));
	wire_write_tally(&returned, &t, index, count);
	tally_deinit(&t);
	ck_assert_uint_le(profd__push__get_packed_size(&push), sizeof(bytes));
	ck_assert_uint_eq(profd__push__pack(&push, bytes), size);
	ck_assert_mem_eq(bytes, expected, size);
}
END_TEST

START_TEST(version_2_is_read_as_it_always_was)
{
	uint8_t bytes[1024];
	size_t size = from_hex(bytes, golden_push);
	struct wire_arena arena;
	struct tally t;
	Profd__Push *push;

	wire_arena_init(&arena, 1 << 16);
	push = profd__push__unpack(&arena.allocator, size, bytes);
	ck_assert_ptr_nonnull(push);
	ck_assert_uint_eq(push->version, 2);
	ck_assert_uint_eq(push->process.len, PROF_PROCESS_ID);
	ck_assert_mem_eq(push->process.data, "0123456789abcdef", PROF_PROCESS_ID);
	ck_assert_str_eq(push->program, "shop");
	ck_assert_int_eq(push->pid, 4711);
	ck_assert_uint_eq(push->n_paths, 2);
	ck_assert_str_eq(push->paths[1]->function, "db.query");
	ck_assert_uint_eq(push->paths[1]->parent, 1);
	ck_assert_str_eq(push->events[0]->error, "no such table: t");
	tally_init(&t);
	ck_assert(wire_read_tally(&t, push->standings[0]->returned));
	ck_assert_uint_eq(tally_calls(&t), 42);
	ck_assert_uint_eq(t.sum_ns, 45000);
	ck_assert_uint_eq(t.min_ns, 1000);
	ck_assert_uint_eq(t.max_ns, 2500);
	ck_assert_double_eq_tol(tally_quantile(&t, 0.5), 1e-6, 5.5e-9);
	ck_assert(wire_read_tally(&t, push->standings[0]->failed));
	ck_assert_uint_eq(tally_calls(&t), 1);
	tally_deinit(&t);
	wire_arena_deinit(&arena);
}
END_TEST

/* Whatever bytes come, unpacking ends with a message or with none, inside the limit. */
START_TEST(spoiled_bytes_do_no_harm)
{
	uint8_t bytes[1024], spoiled[1024];
	size_t size = from_hex(bytes, golden_push);
	struct random r = {7};
	struct wire_arena arena;
	struct tally t;
	unsigned understood = 0;

	wire_arena_init(&arena, 4096);
	tally_init(&t);
	for (unsigned n = 0; n < 20000; n++) {
		size_t length = n < size ? n : size;
		Profd__Push *push;

		memcpy(spoiled, bytes, size);
		for (unsigned i = 0; n >= size && i <= n % 8; i++)
			spoiled[random_below(&r, size)] = (uint8_t)random_next(&r);
		push = profd__push__unpack(&arena.allocator, length, spoiled);
		for (size_t i = 0; push != NULL && i < push->n_standings; i++)
			understood += wire_read_tally(&t, push->standings[i]->returned);
		wire_arena_reset(&arena);
	}
	ck_assert_uint_gt(understood, 0);
	ck_assert_uint_lt(understood, 20000);
	tally_deinit(&t);
	wire_arena_deinit(&arena);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, tallies_survive_the_way, 0, 12);
	tcase_add_test(tests, a_full_tally_survives_the_way);
	tcase_add_test(tests, what_breaks_a_rule_is_refused);
	tcase_add_test(tests, hostile_counts_are_refused_or_cut);
	tcase_add_test(tests, no_message_and_no_buckets_are_no_calls);
	tcase_add_test(tests, without_memory_reading_fails);
	tcase_add_test(tests, the_arena_keeps_its_limit);
	tcase_add_test(tests, the_arena_gives_aligned_pieces_of_one_block);
	tcase_add_test(tests, the_arena_survives_want_of_memory);
	tcase_add_test(tests, version_2_is_written_as_it_always_was);
	tcase_add_test(tests, version_2_is_read_as_it_always_was);
	tcase_add_test(tests, spoiled_bytes_do_no_harm);
}
