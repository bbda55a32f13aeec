/*
 * The packed forms of docs/schema.md: bytes that never change.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/ledger/batch.h"
#include "daemon/ledger/codec.h"
#include "tests/suite.h"

const char suite_name[] = "codec";

START_TEST(the_packed_forms_stay_as_they_are)
{
	static const uint8_t tally[] = {2,    0xfd, 0x0f, 1,	0x97, 0x05, 0x81, 1,	0xe8,
					0x8f, 0xd9, 0x3f, 0xe8, 7,    0x80, 0xe1, 0xeb, 0x17};
	uint8_t bytes[64];
	struct tally t, back;
	struct codec_input r;
	size_t size;

	tally_init(&t);
	tally_init(&back);
	histogram_add(&t.histogram, HISTOGRAM_MIN + 2044, 1);
	histogram_add(&t.histogram, HISTOGRAM_MIN + 2044 + 663, 129);
	t.sum_ns = 133580776;
	t.min_ns = 1000;
	t.max_ns = 50000000;
	size = codec_put_tally(bytes, &t);
	ck_assert_uint_eq(size, sizeof(tally));
	ck_assert_mem_eq(bytes, tally, sizeof(tally));
	r = (struct codec_input){bytes, bytes + size};
	ck_assert(codec_get_tally(&r, &back));
	ck_assert_ptr_eq(r.at, r.end);
	ck_assert_uint_eq(tally_calls(&back), 130);
	ck_assert_int_eq(back.histogram.index[1], HISTOGRAM_MIN + 2707);
	ck_assert_uint_eq(back.sum_ns, t.sum_ns);
	for (size_t cut = 0; cut < size; cut++) {
		r = (struct codec_input){bytes, bytes + cut};
		ck_assert(!codec_get_tally(&r, &back));
	}
	tally_deinit(&t);
	tally_deinit(&back);
}
END_TEST

START_TEST(a_chunk_of_standings_stays_as_it_is)
{
	static const uint8_t expected[] = {1,	 7, 0, 5, 0, 0x3f, 0xac, 2, 3,
					   0x80, 2, 5, 4, 0, 9,	   0,	 0};
	struct batch *b = batch_new();
	struct batch_chunk chunk = {.at[0] = {NULL, 7, 0, 5}, .at[63] = {NULL, 300, 3, 256}};
	struct standing_block *block = calloc(1, sizeof(*block) + 5);
	struct batch_chunk back;
	uint8_t packed[256];

	block->size = 5;
	memcpy(block->bytes, (uint8_t[]){4, 0, 9, 0, 0}, 5);
	chunk.at[63].block = block;
	ck_assert_uint_le(batch_chunk_size(&chunk), sizeof(packed));
	ck_assert_uint_eq(batch_chunk_pack(&chunk, packed), sizeof(expected));
	ck_assert_mem_eq(packed, expected, sizeof(expected));
	ck_assert(batch_chunk_unpack(b, &back, (struct batch_blob){packed, sizeof(expected)}));
	ck_assert_uint_eq(back.at[63].path, 300);
	ck_assert_uint_eq(back.at[63].parent, 3);
	ck_assert_uint_eq(back.at[63].block->size, 5);
	ck_assert_ptr_null(back.at[0].block);
	ck_assert(!batch_chunk_unpack(b, &back, (struct batch_blob){packed, sizeof(expected) - 1}));
	free(block);
	batch_free(b);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, the_packed_forms_stay_as_they_are);
	tcase_add_test(tests, a_chunk_of_standings_stays_as_it_is);
}
