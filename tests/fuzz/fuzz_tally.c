/*
 * Tallies from a message and from the database: what can be read can be written and read again and
 * is the same, and joining and merging keep their laws.
 *
 * The input: a byte that chooses the form, a byte for the length of the first of two, then both.
 */
#include <string.h>

#include "daemon/ledger/batch.h"
#include "daemon/ledger/codec.h"
#include "proto/wire.h"
#include "tests/fuzz/fuzz.h"

static bool same_histogram(const struct histogram *a, const struct histogram *b)
{
	if (a->used != b->used || a->calls != b->calls)
		return false;
	for (unsigned i = 0; i < a->used; i++)
		if (a->index[i] != b->index[i] || a->count[i] != b->count[i])
			return false;
	return true;
}

static bool same(const struct tally *a, const struct tally *b)
{
	return same_histogram(&a->histogram, &b->histogram) && a->sum_ns == b->sum_ns &&
	       a->min_ns == b->min_ns && a->max_ns == b->max_ns;
}

static void must_be_sound(const struct histogram *h)
{
	uint64_t calls = 0;

	for (unsigned i = 0; i < h->used; i++) {
		must(h->index[i] >= HISTOGRAM_MIN && h->index[i] <= HISTOGRAM_MAX);
		must(i == 0 || h->index[i] > h->index[i - 1]);
		must(h->count[i] > 0 && h->count[i] <= HISTOGRAM_COUNT_MAX);
		calls += h->count[i];
	}
	must(calls == h->calls);
}

static void copy(struct tally *to, const struct tally *from)
{
	tally_clear(to);
	must(tally_merge(to, from));
}

/* ------------------------------------------------------------------- forms */

static bool read_codec(struct tally *t, struct fuzz_input in)
{
	static uint8_t packed[CODEC_TALLY_MAX];
	struct codec_input r = {in.at, in.at + in.left};
	struct tally again;

	if (!codec_get_tally(&r, t))
		return false;
	tally_init(&again);
	r.at = packed;
	r.end = packed + codec_put_tally(packed, t);
	must(codec_get_tally(&r, &again) && r.at == r.end && same(t, &again));
	tally_deinit(&again);
	return true;
}

static bool read_wire(struct tally *t, struct fuzz_input in)
{
	static int32_t index[HISTOGRAM_SIZE];
	static uint64_t count[HISTOGRAM_SIZE];
	Profd__Tally *message = profd__tally__unpack(NULL, in.left, in.at), written;
	bool sound = message != NULL && wire_read_tally(t, message);
	struct tally again;

	if (message != NULL)
		profd__tally__free_unpacked(message, NULL);
	if (!sound)
		return false;
	tally_init(&again);
	wire_write_tally(&written, t, index, count);
	must(wire_read_tally(&again, &written) && same(t, &again));
	tally_deinit(&again);
	return true;
}

/* A row of standings: unpacked, packed, unpacked and packed again it is the same bytes. */
static void check_chunk(struct batch *b, const struct batch_chunk *chunk)
{
	struct batch_chunk *again = batch_alloc(b, sizeof(*again));
	size_t room = batch_chunk_size(chunk), size;
	uint8_t *packed = malloc(room + 1), *twice = malloc(room + 1);

	must(again != NULL && packed != NULL && twice != NULL);
	size = batch_chunk_pack(chunk, packed);
	must(size <= room);
	must(batch_chunk_unpack(b, again, (struct batch_blob){packed, size}));
	must(batch_chunk_pack(again, twice) == size && memcmp(packed, twice, size) == 0);
	free(packed);
	free(twice);
}

static void read_chunk(struct fuzz_input in)
{
	struct batch *b = batch_new();
	struct batch_chunk *chunk;

	must(b != NULL);
	chunk = batch_alloc(b, sizeof(*chunk));
	must(chunk != NULL);
	if (batch_chunk_unpack(b, chunk, (struct batch_blob){in.at, in.left}))
		check_chunk(b, chunk);
	batch_free(b);
}

/* -------------------------------------------------------------------- laws */

/* Joined again, the same brings nothing; joined in another order, it is the same. */
static void check_join(const struct tally *a, const struct tally *b)
{
	struct tally ab, ba, more;

	tally_init(&ab);
	tally_init(&ba);
	tally_init(&more);
	copy(&ab, a);
	copy(&ba, b);
	must(tally_advance(&ab, b, true, &more));
	must_be_sound(&more.histogram);
	must(tally_calls(&ab) == tally_calls(a) + tally_calls(&more));
	must(tally_calls(&more) == 0 || more.min_ns <= more.max_ns);
	tally_clear(&more);
	must(tally_advance(&ba, a, true, &more));
	must(same(&ab, &ba));
	tally_clear(&more);
	must(tally_advance(&ab, b, true, &more));
	must(tally_calls(&more) == 0 && more.sum_ns == 0 && same(&ab, &ba));
	tally_deinit(&ab);
	tally_deinit(&ba);
	tally_deinit(&more);
}

static void check_quantiles(const struct tally *t)
{
	static const double q[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0};
	double last = 0.0;

	for (unsigned i = 0; i < 7; i++) {
		double value = tally_quantile(t, q[i]);

		must(value >= last);
		must(tally_calls(t) == 0 || value <= (double)t->max_ns * 1e-9);
		last = value;
	}
}

static void check_merge(const struct tally *a, const struct tally *b)
{
	struct tally ab, ba;

	tally_init(&ab);
	tally_init(&ba);
	copy(&ab, a);
	copy(&ba, b);
	must(tally_merge(&ab, b) && tally_merge(&ba, a));
	must_be_sound(&ab.histogram);
	must(same(&ab, &ba));
	check_quantiles(&ab);
	tally_deinit(&ab);
	tally_deinit(&ba);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size}, first;
	uint8_t form = fuzz_byte(&in);
	bool (*read)(struct tally *, struct fuzz_input) = form % 3 == 0 ? read_codec : read_wire;
	struct tally a, b;

	if (form % 3 == 2) {
		read_chunk(in);
		return 0;
	}
	first = fuzz_piece(&in, fuzz_byte(&in));
	tally_init(&a);
	tally_init(&b);
	if (read(&a, first)) {
		must_be_sound(&a.histogram);
		check_quantiles(&a);
		if (read(&b, in)) {
			check_join(&a, &b);
			check_merge(&a, &b);
		}
	}
	tally_deinit(&a);
	tally_deinit(&b);
	return 0;
}
