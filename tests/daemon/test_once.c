/*
 * The random numbers by which a question that changes something is heeded once.
 */
#include "daemon/ask/once.h"
#include "tests/suite.h"

const char suite_name[] = "once";

/* A number is the first of its kind once, whatever other numbers come in between. */
START_TEST(a_copy_is_known)
{
	struct once once;

	once_init(&once);
	ck_assert(once_is_first(&once, 7));
	ck_assert(once_is_first(&once, UINT64_MAX));
	ck_assert(!once_is_first(&once, 7));
	ck_assert(!once_is_first(&once, UINT64_MAX));
	ck_assert(!once_is_first(&once, 7));
}
END_TEST

/* Who gives no number is heeded each time. */
START_TEST(none_is_always_first)
{
	struct once once;

	once_init(&once);
	for (int i = 0; i < 3; i++)
		ck_assert(once_is_first(&once, 0));
}
END_TEST

/* The last ONCE_NUMBERS are known, and the oldest gives way; a copy takes no place of its own. */
START_TEST(the_oldest_gives_way)
{
	struct once once;

	once_init(&once);
	for (uint64_t n = 1; n <= ONCE_NUMBERS; n++)
		ck_assert(once_is_first(&once, n));
	for (uint64_t n = 1; n <= ONCE_NUMBERS; n++)
		ck_assert(!once_is_first(&once, n));
	ck_assert(once_is_first(&once, ONCE_NUMBERS + 1));
	ck_assert(!once_is_first(&once, 2));
	ck_assert(once_is_first(&once, 1));
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, a_copy_is_known);
	tcase_add_test(tests, none_is_always_first);
	tcase_add_test(tests, the_oldest_gives_way);
}
