/*
 * Lines about those who were refused: one a minute for each user, and none forgotten.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/base/clock.h"
#include "daemon/base/peer.h"
#include "daemon/push/refusals.h"
#include "tests/suite.h"

#define MINUTE (60 * CLOCK_SECOND)

const char suite_name[] = "refusals";

static struct refusals refusals;

static void note(uint64_t uid, int64_t at_ns)
{
	refusals_note(&refusals, &(struct peer){.uid = uid, .pid = 77}, "no", at_ns);
}

/* Without log_open lines go to standard error. */
static FILE *catch_lines(void)
{
	FILE *file = tmpfile();

	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
	return file;
}

static void check_lines(FILE *file, const char *right)
{
	char text[4096];
	size_t size;

	rewind(file);
	size = fread(text, 1, sizeof(text) - 1, file);
	text[size] = '\0';
	ck_assert_str_eq(text, right);
	rewind(file);
	ck_assert_int_eq(ftruncate(fileno(file), 0), 0);
}

/* A user's first refusal is a line, further ones are a number a minute later, those of another user
 * are lines of their own. */
START_TEST(each_user_has_a_line_a_minute)
{
	FILE *file = catch_lines();

	ck_assert(refusals_due(&refusals) == CLOCK_NEVER);
	for (int i = 0; i < 1000; i++)
		note(5, 10 + i);
	note(6, 10);
	check_lines(file, "profd: refused: user 5, process 77: no\n"
			  "profd: refused: user 6, process 77: no\n");
	ck_assert_int_eq(refusals_due(&refusals), 10 + MINUTE);
	refusals_run(&refusals, 9 + MINUTE);
	check_lines(file, "");
	refusals_run(&refusals, 10 + MINUTE);
	check_lines(file, "profd: refused: user 5, 999 times more\n");
	ck_assert(refusals_due(&refusals) == CLOCK_NEVER);
	note(5, 11 + MINUTE);
	check_lines(file, "");
	note(5, 10 + 2 * MINUTE);
	check_lines(file, "profd: refused: user 5, 1 times more\n"
			  "profd: refused: user 5, process 77: no\n");
	fclose(file);
}
END_TEST

/* More users than there is room for share a line, and make room when they are quiet. */
START_TEST(many_users_share_a_line)
{
	FILE *file = catch_lines();
	char right[4096] = "";

	for (uint64_t uid = 1; uid <= REFUSALS_USERS + 10; uid++)
		note(uid, 10);
	for (uint64_t uid = 1; uid <= REFUSALS_USERS + 1; uid++)
		snprintf(right + strlen(right), sizeof(right) - strlen(right),
			 "profd: refused: user %d, process 77: no\n", (int)uid);
	check_lines(file, right);
	refusals_run(&refusals, 10 + MINUTE);
	check_lines(file, "profd: refused: several users, 9 times more\n");
	note(1000, 11 + MINUTE);
	check_lines(file, "profd: refused: user 1000, process 77: no\n");
	fclose(file);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, each_user_has_a_line_a_minute);
	tcase_add_test(tests, many_users_share_a_line);
}
