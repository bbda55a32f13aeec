/*
 * The shared main of the Check suites.
 */
#include "tests/suite.h"

#include <math.h>
#include <stdlib.h>

uint64_t random_next(struct random *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t random_below(struct random *r, uint64_t limit)
{
	return random_next(r) % limit;
}

double random_unit(struct random *r)
{
	return ((double)(random_next(r) >> 11) + 0.5) / 9007199254740992.0;
}

double random_normal(struct random *r)
{
	return sqrt(-2.0 * log(random_unit(r))) * cos(6.283185307179586 * random_unit(r));
}

int main(void)
{
	Suite *suite = suite_create(suite_name);
	TCase *tests = tcase_create(suite_name);
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 60);
	suite_tests(tests);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
