/*
 * Text from outside is judged as RFC 3629 says, cut only between characters, and printed so that it
 * can neither forge a line of a log nor command a terminal.
 */
#include "proto/name.h"

#include <string.h>

#include "proto/limits.h"
#include "tests/suite.h"

const char suite_name[] = "name";

#define CHARACTER_WIDE "\xe2\x82\xac" /* the euro sign */

START_TEST(utf8_is_judged_as_the_standard_says)
{
	static const struct {
		const char *text;
		bool valid;
	} cases[] = {
		{"", true},
		{"db.query", true},
		{"\x7f", true},
		{"\xc2\x80", true},	     /* U+0080 */
		{"\xdf\xbf", true},	     /* U+07FF */
		{"\xe0\xa0\x80", true},	     /* U+0800 */
		{"\xed\x9f\xbf", true},	     /* U+D7FF */
		{"\xee\x80\x80", true},	     /* U+E000 */
		{"\xef\xbf\xbf", true},	     /* U+FFFF */
		{"\xf0\x90\x80\x80", true},  /* U+10000 */
		{"\xf4\x8f\xbf\xbf", true},  /* U+10FFFF */
		{"\xf4\x90\x80\x80", false}, /* U+110000 */
		{"\xf5\x80\x80\x80", false}, /* a first byte that none has */
		{"\xff", false},	     /* neither has this */
		{"\xc0\x80", false},	     /* overlong NUL */
		{"\xc1\xbf", false},	     /* overlong U+007F */
		{"\xe0\x9f\xbf", false},     /* overlong U+07FF */
		{"\xf0\x8f\xbf\xbf", false}, /* overlong U+FFFF */
		{"\xed\xa0\x80", false},     /* the first surrogate */
		{"\xed\xbf\xbf", false},     /* the last surrogate */
		{"\x80", false},	     /* a continuation alone */
		{"a\xbf", false},	     /* the same, behind a letter */
		{"\xc3", false},	     /* truncated */
		{"\xe2\x82", false},	     /* truncated */
		{"\xf0\x9f\x98", false},     /* truncated */
		{"\xe2\x82g", false},	     /* a letter where a byte must follow */
		{"\xc3\xc3\xa9", false},     /* begins anew too early */
		{CHARACTER_WIDE "\xf0\x9f\x98\x80"
				"x",
		 true},
	};

	for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_msg(name_is_utf8(cases[i].text, strlen(cases[i].text)) == cases[i].valid,
			      "case %u", i);
	ck_assert(!name_is_utf8("a\0b", 3));
	ck_assert(!name_is_utf8("", 1));
}
END_TEST

START_TEST(a_name_has_1_to_255_bytes)
{
	char name[PROF_NAME_MAX + 2];

	memset(name, 'n', sizeof(name));
	ck_assert(!name_is_valid(name, 0));
	ck_assert(name_is_valid(name, 1));
	ck_assert(name_is_valid(name, PROF_NAME_MAX));
	ck_assert(!name_is_valid(name, PROF_NAME_MAX + 1));
	name[PROF_NAME_MAX - 1] = '\xc3';
	ck_assert(!name_is_valid(name, PROF_NAME_MAX));
	ck_assert(name_is_valid(name, PROF_NAME_MAX - 1));
}
END_TEST

static void check_copy(size_t room, const char *text, size_t length, const char *expected)
{
	char to[32];

	memset(to, '#', sizeof(to));
	ck_assert_uint_eq(name_copy(to, room, text, length), strlen(expected));
	ck_assert_str_eq(to, expected);
	ck_assert_int_eq(to[room], '#');
}

START_TEST(copies_are_cut_at_a_character)
{
	check_copy(16, "plain", 5, "plain");
	check_copy(6, "plain", 5, "plain");
	check_copy(5, "plain", 5, "plai");
	check_copy(1, "plain", 5, "");
	check_copy(16, "", 0, "");
	check_copy(8, "ab" CHARACTER_WIDE CHARACTER_WIDE, 8, "ab" CHARACTER_WIDE);
	check_copy(9, "ab" CHARACTER_WIDE CHARACTER_WIDE, 8, "ab" CHARACTER_WIDE CHARACTER_WIDE);
	check_copy(4, "\xf0\x9f\x98\x80", 4, "");
	check_copy(5, "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80");
	/* Nothing behind a cut: the rest would look like a whole text. */
	check_copy(4, CHARACTER_WIDE "ab", 5, CHARACTER_WIDE);
	check_copy(3, CHARACTER_WIDE "ab", 5, "");
}
END_TEST

START_TEST(copies_are_always_utf8)
{
	static const char hostile[] = "a\xff"
				      "b\xc3\0c\xed\xa0\x80"
				      "d\xe2\x82";

	check_copy(16, hostile, sizeof(hostile) - 1, "a?b??c???d??");
	check_copy(4, "\xff\xff\xff\xff", 4, "???");
}
END_TEST

static void check_print(size_t room, const char *text, const char *expected)
{
	char to[64];

	memset(to, '#', sizeof(to));
	ck_assert_uint_eq(name_print(to, room, text), strlen(expected));
	ck_assert_str_eq(to, expected);
	ck_assert_int_eq(to[room], '#');
}

START_TEST(what_could_do_harm_is_printed_as_an_escape)
{
	check_print(60, "db.query <\"'%s\">", "db.query <\"'%s\">");
	check_print(60, "caf\xc3\xa9 " CHARACTER_WIDE, "caf\xc3\xa9 " CHARACTER_WIDE);
	check_print(60, "two\nlines\r\t", "two\\x0alines\\x0d\\x09");
	check_print(60, "\x1b[31mred\x07\x7f", "\\x1b[31mred\\x07\\x7f");
	check_print(60, "back\\slash", "back\\\\slash");
	check_print(60, "\\x0a", "\\\\x0a");
	check_print(60, "\xc2\x85\xc2\x9b", "\\u{85}\\u{9b}");
	check_print(60, "\xe2\x80\xa8\xe2\x80\xa9", "\\u{2028}\\u{2029}");
	check_print(60, "\xe2\x80\xaegnp\xe2\x81\xa6", "\\u{202e}gnp\\u{2066}");
	check_print(60, "a\xff\xc3(", "a\\xff\\xc3(");
	check_print(60, "\xc2\xa0", "\xc2\xa0");
	check_print(60, "", "");
}
END_TEST

START_TEST(printing_cuts_at_a_whole_escape)
{
	check_print(7, "ab\ncd", "ab\\x0a");
	check_print(6, "ab\ncd", "ab");
	check_print(3, "a\\b", "a");
	check_print(4, "a\\b", "a\\\\");
	check_print(3, CHARACTER_WIDE, "");
	check_print(1, "a", "");
}
END_TEST

START_TEST(the_worst_name_fits_when_printed)
{
	static const char *const worst[] = {"\xff", "\x01", "\xc2\x80", "\xe2\x80\xa8", "\\", "a"};
	char name[PROF_NAME_MAX + 1], to[NAME_PRINTED_MAX];

	for (unsigned i = 0; i < sizeof(worst) / sizeof(*worst); i++) {
		size_t size = strlen(worst[i]), length = 0, printed;
		char last;

		for (; length + size <= PROF_NAME_MAX; length += size)
			memcpy(name + length, worst[i], size);
		name[length] = '\0';
		printed = name_print(to, sizeof(to), name);
		last = to[printed - 1];
		ck_assert_uint_eq(printed % (length / size), 0);
		ck_assert(last == 'f' || last == '1' || last == '}' || last == '\\' || last == 'a');
	}
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, utf8_is_judged_as_the_standard_says);
	tcase_add_test(tests, a_name_has_1_to_255_bytes);
	tcase_add_test(tests, copies_are_cut_at_a_character);
	tcase_add_test(tests, copies_are_always_utf8);
	tcase_add_test(tests, what_could_do_harm_is_printed_as_an_escape);
	tcase_add_test(tests, printing_cuts_at_a_whole_escape);
	tcase_add_test(tests, the_worst_name_fits_when_printed);
}
