/*
 * Addresses to listen on: how they are read, and which of them other machines reach.
 */
#include "tests/suite.h"

#include <string.h>

#include "web/http/address.h"

const char suite_name[] = "address";

/* An address is a number with a port, or localhost; nothing else is looked up or guessed. */
START_TEST(test_reading)
{
	static const char *const good[][2] = {{"127.0.0.1:8427", "127.0.0.1:8427"},
					      {"localhost:0", "127.0.0.1:0"},
					      {"[::1]:65535", "[::1]:65535"},
					      {"0.0.0.0:80", "0.0.0.0:80"},
					      {"[::]:1", "[::]:1"},
					      {"[2001:db8::1]:443", "[2001:db8::1]:443"}};
	static const char *const bad[] = {"",
					  ":",
					  ":8427",
					  "8427",
					  "127.0.0.1",
					  "127.0.0.1:",
					  "127.0.0.1:x",
					  "127.0.0.1:-1",
					  "127.0.0.1:65536",
					  "127.0.0.1:80 ",
					  "127.1:80",
					  "::1:80",
					  "[::1]",
					  "[::1:80",
					  "::1]:80",
					  "[]:80",
					  "[127.0.0.1]:80",
					  "example.org:80",
					  "http://127.0.0.1:80",
					  "[::1%lo]:80"};
	struct address a = {0};
	char text[ADDRESS_ROOM];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!address_read(&a, bad[i]), "%s was taken", bad[i]);
	ck_assert_uint_eq(a.size, 0);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_msg(address_read(&a, good[i][0]), "%s was not taken", good[i][0]);
		ck_assert_str_eq(address_print(text, &a, true), good[i][1]);
	}
}
END_TEST

/* Only the loopback addresses are our own. */
START_TEST(test_judging)
{
	static const struct {
		const char *text;
		bool own, any;
	} all[] = {{"127.0.0.1:1", true, false},
		   {"127.255.255.254:1", true, false},
		   {"[::1]:1", true, false},
		   {"0.0.0.0:1", false, true},
		   {"[::]:1", false, true},
		   {"128.0.0.1:1", false, false},
		   {"126.0.0.1:1", false, false},
		   {"[::2]:1", false, false},
		   {"[::ffff:127.0.0.1]:1", false, false},
		   {"10.0.0.1:1", false, false}};
	struct address a;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		ck_assert(address_read(&a, all[i].text));
		ck_assert_msg(address_is_own(&a) == all[i].own, "%s", all[i].text);
		ck_assert_msg(address_is_any(&a) == all[i].any, "%s", all[i].text);
	}
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_reading);
	tcase_add_test(tests, test_judging);
}
