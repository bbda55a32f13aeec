/*
 * A process knows the build-id of its executable, and the name that it pushes under can hold it.
 */
#include "client/base/build_id.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/base/options.h"
#include "proto/limits.h"
#include "tests/suite.h"

const char suite_name[] = "build_id";

/* tests/local.mk has the linker give this suite the number 0123456789abcdef... */
#define OURS "0123456789ab"

START_TEST(it_is_what_the_linker_was_told)
{
	char text[BUILD_ID_ROOM];

	ck_assert_str_eq(build_id(text), OURS);
}
END_TEST

static const struct {
	const char *variable, *option, *name;
} names[] = {
	{NULL, NULL, "test_build_id"},
	{NULL, "shop", "shop"},
	{NULL, "shop@%b", "shop@" OURS},
	{"%n@%b", "shop", "test_build_id@" OURS},
	{"%b", NULL, OURS},
	{"%%b %%%b%%", NULL, "%b %" OURS "%"},
	{"100% sure%", NULL, "100% sure%"},
	{"%x%", NULL, "%x%"},
	{"", "shop", "shop"},
	{"\xff", "shop", "shop"},
};

START_TEST(a_name_holds_what_stands_for_something)
{
	struct prof_options options = PROF_OPTIONS_INIT;
	char name[PROF_NAME_MAX + 1];

	unsetenv("PROF_PROGRAM");
	if (names[_i].variable != NULL)
		setenv("PROF_PROGRAM", names[_i].variable, 1);
	options.program = names[_i].option;
	ck_assert_int_eq(options_set(&options), PROF_OK);
	options_program(name, sizeof(name));
	ck_assert_str_eq(name, names[_i].name);
}
END_TEST

/* Cut at a whole character, however much stands for it. */
START_TEST(a_name_is_never_too_long)
{
	char pattern[PROF_NAME_MAX + 1] = "", name[PROF_NAME_MAX + 1];

	for (unsigned i = 0; i < 50; i++)
		strcat(pattern, "%b\xc3\xa9");
	setenv("PROF_PROGRAM", pattern, 1);
	options_program(name, sizeof(name));
	ck_assert_uint_le(strlen(name), PROF_NAME_MAX);
	ck_assert_uint_gt(strlen(name), PROF_NAME_MAX - 12);
	ck_assert_int_eq(strncmp(name, OURS "\xc3\xa9" OURS "\xc3\xa9", 28), 0);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, it_is_what_the_linker_was_told);
	tcase_add_loop_test(tests, a_name_holds_what_stands_for_something, 0,
			    (int)(sizeof(names) / sizeof(names[0])));
	tcase_add_test(tests, a_name_is_never_too_long);
}
