/*
 * Packed bodies: who takes them, and that they hold what went in.
 */
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "web/http/gzip.h"

const char suite_name[] = "gzip";

/* gzip is taken where it is named, unless its weight is nought. */
START_TEST(test_header)
{
	static const char *const yes[] = {"gzip",      "GZip",	       "gzip, deflate",
					  "br,gzip",   "br , gzip ",   "gzip;q=0.5",
					  "gzip; q=1", "gzip;q=0.001", "identity;q=0, gzip"};
	static const char *const no[] = {"",	   "identity", "deflate",     "gzipped",
					 "x-gzip", "gzip;q=0", "gzip; q=0.0", "gzip;q=0.000 , br",
					 ",",	   ", ,",      "br;q=gzip"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ck_assert_msg(gzip_is_accepted(yes[i]), "%s", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!gzip_is_accepted(no[i]), "%s", no[i]);
	ck_assert(!gzip_is_accepted(NULL));
}
END_TEST

/* Whatever goes in comes out, at each level. */
START_TEST(test_round)
{
	static char bytes[200000], back[sizeof(bytes) + 1];
	struct random dice = {7};

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)random_below(&dice, i < sizeof(bytes) / 2 ? 4 : 256);
	for (int level = 1; level <= 9; level += 4)
		for (size_t size = 0; size <= sizeof(bytes); size = 3 * size + 7) {
			z_stream z = {0};
			size_t packed;
			char *to = gzip_pack(bytes, size, level, &packed);

			ck_assert_ptr_nonnull(to);
			ck_assert_int_eq(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
			z.next_in = (Bytef *)to;
			z.avail_in = (uInt)packed;
			z.next_out = (Bytef *)back;
			z.avail_out = sizeof(back);
			ck_assert_int_eq(inflate(&z, Z_FINISH), Z_STREAM_END);
			ck_assert_uint_eq(z.total_out, size);
			ck_assert(memcmp(back, bytes, size) == 0);
			inflateEnd(&z);
			free(to);
		}
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_header);
	tcase_add_test(tests, test_round);
}
