/*
 * Keys and their files: what is one, who may read it, and what is refused with which words.
 */
#include "proto/key.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/suite.h"

const char suite_name[] = "key";

/* Of the CURVE test vectors in ZeroMQ's manual zmq_curve(7). */
#define PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

START_TEST(a_key_is_forty_characters_of_z85)
{
	char text[] = PUBLIC;

	ck_assert(key_is_valid(PUBLIC));
	ck_assert(key_is_valid(SECRET));
	ck_assert(!key_is_valid(""));
	ck_assert(!key_is_valid(PUBLIC "0"));
	ck_assert(!key_is_valid(&text[1]));
	text[7] = '~';
	ck_assert(!key_is_valid(text));
	memcpy(text, "#####", 5); /* beyond 32 bits */
	text[7] = 'v';
	ck_assert(!key_is_valid(text));
}
END_TEST

START_TEST(the_number_of_a_key_is_no_user)
{
	uint64_t number = key_number(PUBLIC);

	ck_assert_uint_gt(number, UINT32_MAX);
	ck_assert_uint_le(number, INT64_MAX);
	ck_assert_uint_ne(number, key_number(SECRET));
	ck_assert_uint_eq(key_number("0000000000000000000000000000000000000000"), UINT64_C(1)
											  << 62);
	ck_assert_uint_eq(key_number("no key"), 0);
}
END_TEST

START_TEST(a_file_says_key_and_rights)
{
	struct key key;
	char why[128] = "";

	ck_assert_msg(key_parse(&key,
				"# of web1\n\n  public =" PUBLIC " \r\nrights = push, clear\n", why,
				sizeof(why)),
		      "%s", why);
	ck_assert_str_eq(key.public_key, PUBLIC);
	ck_assert_str_eq(key.secret_key, "");
	ck_assert_uint_eq(key.rights, KEY_PUSH | KEY_CLEAR);
	ck_assert(key_parse(&key, "secret = " SECRET "\npublic = " PUBLIC, why, sizeof(why)));
	ck_assert_str_eq(key.secret_key, SECRET);
	ck_assert_uint_eq(key.rights, 0);
}
END_TEST

static const char *const wrong[] = {
	"",
	"rights = push\n",
	"public = " PUBLIC "\nrights = all\n",
	"public = " PUBLIC "\npublic = " SECRET "\n",
	"public = " PUBLIC "0\n",
	"public = \n",
	"publik = " PUBLIC "\n",
	"public " PUBLIC "\n",
	PUBLIC,
};

START_TEST(what_is_no_key_file_is_refused_with_a_word)
{
	struct key key = {.rights = 99};
	char why[128] = "";

	ck_assert_msg(!key_parse(&key, wrong[_i], why, sizeof(why)), "%s", wrong[_i]);
	ck_assert_str_ne(why, "");
	ck_assert_uint_eq(key.rights, 99);
}
END_TEST

static char path[] = "/tmp/test_key.XXXXXX";

static void write_key(const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
	ck_assert_int_eq(chmod(path, mode), 0);
}

START_TEST(a_secret_key_that_others_can_read_is_refused)
{
	static const char pair[] = "secret = " SECRET "\npublic = " PUBLIC "\n";
	struct key key;
	char why[128];

	write_key(pair, 0600);
	ck_assert_msg(key_read(&key, path, true, why, sizeof(why)), "%s", why);
	ck_assert_str_eq(key.secret_key, SECRET);
	write_key(pair, 0604);
	ck_assert(!key_read(&key, path, true, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "others can read"));
	write_key(pair, 0620);
	ck_assert(!key_read(&key, path, true, why, sizeof(why)));
	write_key(pair, 0640); /* root alone may let a group read */
	ck_assert(key_read(&key, path, true, why, sizeof(why)) == (geteuid() == 0));
	write_key("public = " PUBLIC "\n", 0600);
	ck_assert(!key_read(&key, path, true, why, sizeof(why)));
}
END_TEST

START_TEST(a_public_key_that_others_can_write_is_refused)
{
	struct key key;
	char why[128];

	write_key("public = " PUBLIC "\n", 0644);
	ck_assert(key_read(&key, path, false, why, sizeof(why)));
	write_key("public = " PUBLIC "\n", 0646);
	ck_assert(!key_read(&key, path, false, why, sizeof(why)));
	ck_assert(!key_read(&key, "/tmp", false, why, sizeof(why)));
	ck_assert(!key_read(&key, "/dev/zero", false, why, sizeof(why)));
	ck_assert(!key_read(&key, "/nowhere/at/all", false, why, sizeof(why)));
	ck_assert_str_eq(why, "No such file or directory");
}
END_TEST

START_TEST(a_large_file_is_refused)
{
	static char large[8192];
	struct key key;
	char why[128];

	memset(large, '#', sizeof(large) - 1);
	ck_assert(!key_parse(&key, large, why, sizeof(why)));
	write_key(large, 0600);
	ck_assert(!key_read(&key, path, false, why, sizeof(why)));
}
END_TEST

START_TEST(a_name_is_harmless_anywhere)
{
	ck_assert(key_name_is_valid("web-1.example_x@y", 17));
	ck_assert(!key_name_is_valid("", 0));
	ck_assert(!key_name_is_valid(".hidden", 7));
	ck_assert(!key_name_is_valid("a/b", 3));
	ck_assert(!key_name_is_valid("a\nb", 3));
	ck_assert(!key_name_is_valid("a\0b", 3));
	ck_assert(!key_name_is_valid("caf\xc3\xa9", 5));
}
END_TEST

static void make(void)
{
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void drop(void)
{
	unlink(path);
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
}

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, make, drop);
	tcase_add_test(tests, a_key_is_forty_characters_of_z85);
	tcase_add_test(tests, the_number_of_a_key_is_no_user);
	tcase_add_test(tests, a_file_says_key_and_rights);
	tcase_add_loop_test(tests, what_is_no_key_file_is_refused_with_a_word, 0,
			    sizeof(wrong) / sizeof(wrong[0]));
	tcase_add_test(tests, a_secret_key_that_others_can_read_is_refused);
	tcase_add_test(tests, a_public_key_that_others_can_write_is_refused);
	tcase_add_test(tests, a_large_file_is_refused);
	tcase_add_test(tests, a_name_is_harmless_anywhere);
}
