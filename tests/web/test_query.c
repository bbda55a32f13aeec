/*
 * Parameters of addresses: what is taken, where it goes, and what is said of the rest.
 */
#include "tests/suite.h"

#include <string.h>

#include "view/past.h"
#include "web/api/query.h"
#include "web/api/routes.h"

const char suite_name[] = "query";

#define ALL UINT32_MAX

static struct query q;
static char why[128];

static bool take_of(uint32_t fitting, const char *name, const char *value)
{
	struct http_parameter p = {name, value, strlen(name), value == NULL ? 0 : strlen(value)};

	return query_read(&q, fitting, &p, why, sizeof(why));
}

static bool take(const char *name, const char *value)
{
	return take_of(ALL, name, value);
}

static void set_up(void)
{
	q = (struct query){0};
	why[0] = '\0';
}

/* Each parameter goes to its own place. */
START_TEST(test_places)
{
	ck_assert(take("function", "db.query") && take("pattern", "db.*") &&
		  take("program", "shop"));
	ck_assert(take("before_program", "old") && take("after_program", "new"));
	ck_assert(take("sort", "p99") && take("limit", "7") && take("by", "calls") &&
		  take("steps", "9"));
	ck_assert(take("since", "@1000") && take("until", "@2000.5") && take("step", "5m"));
	ck_assert(take("share", "5") && take("threshold", "10%"));
	ck_assert(take("before", "@1..@2") && take("after", "@3..@4") && take("mark", "12.34"));
	ck_assert(take("buckets", "80") && take("name", "sort") && take("number", "3"));
	ck_assert(take("first", "sort#1") && take("second", "sort#2"));
	ck_assert_str_eq(q.function, "db.query");
	ck_assert_str_eq(q.pattern, "db.*");
	ck_assert_str_eq(q.program, "shop");
	ck_assert_str_eq(q.before_program, "old");
	ck_assert_str_eq(q.after_program, "new");
	ck_assert(q.order == PROF_BY_P99 && q.limit == 7 && q.by == FRAMES_BY_CALLS &&
		  q.steps == 9);
	ck_assert(q.since == 1000.0 && q.until == 2000.5 && q.step == 300.0);
	ck_assert(q.share == 0.05 && q.threshold == 0.1);
	ck_assert(q.before.since == 1.0 && q.before.until == 2.0);
	ck_assert(q.after.since == 3.0 && q.after.until == 4.0);
	ck_assert(q.mark.epoch == 12 && q.mark.change == 34 && q.buckets == 80);
	ck_assert_str_eq(q.name, "sort");
	ck_assert(q.number == 3);
	ck_assert_str_eq(q.first, "sort#1");
	ck_assert_str_eq(q.second, "sort#2");
	ck_assert_uint_eq(q.given, (1u << PARAMETERS) - 1);
}
END_TEST

/* What makes no sense is refused with the name of the parameter, and changes nothing. */
START_TEST(test_nonsense)
{
	static const char *const bad[][2] = {
		{"sort", "P99"}, {"limit", "-1"},     {"limit", "4294967296"},
		{"limit", "1 "}, {"since", "never"},  {"until", "nan"},
		{"step", "0"},	 {"step", "inf"},     {"steps", "1e3"},
		{"share", "x"},	 {"by", "color"},     {"before", "1h..2h"},
		{"after", ".."}, {"threshold", "-5"}, {"mark", "1"},
		{"mark", "1."},	 {"mark", ".1"},      {"mark", "1.2.3"},
		{"mark", "-1.2"}};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why[0] = '\0';
		ck_assert_msg(!take(bad[i][0], bad[i][1]), "%s=%s was taken", bad[i][0], bad[i][1]);
		ck_assert(strncmp(why, bad[i][0], strlen(bad[i][0])) == 0 &&
			  strstr(why, "must be") != NULL);
	}
	ck_assert_uint_eq(q.given, 0);
}
END_TEST

/* A parameter counts once; an empty one counts as not given; one that does not fit is told as such.
 */
START_TEST(test_once)
{
	ck_assert(take("limit", NULL) && take("limit", "") && !query_has(&q, PARAMETER_LIMIT));
	ck_assert(take("limit", "1") && query_has(&q, PARAMETER_LIMIT));
	ck_assert(!take("limit", "2") && q.limit == 1);
	ck_assert_str_eq(why, "limit is given twice");
	ck_assert(!take("nothing", "1"));
	ck_assert_str_eq(why, "nothing is not a parameter here");
	ck_assert(!take_of(PARAMETER(SINCE), "sort", "p99"));
	ck_assert_str_eq(why, "sort is not a parameter here");
	ck_assert(take_of(PARAMETER(SORT), "sort", "p99"));
}
END_TEST

/* A NUL within a value or a name does not cut it, and a name of any length leaves the message
 * whole. */
START_TEST(test_hostile)
{
	struct http_parameter value = {"function", "f\0g", 8, 3}, called = {"limit\0s", "1", 7, 1};
	char name[1000];

	ck_assert(!query_read(&q, ALL, &value, why, sizeof(why)));
	ck_assert_str_eq(why, "function must be text without NUL");
	ck_assert(!query_read(&q, ALL, &called, why, sizeof(why)));
	ck_assert_str_eq(why, "a parameter has a NUL in its name");
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert(!take(name, "1"));
	ck_assert(strlen(why) < sizeof(why) && strstr(why, "is not a parameter here") != NULL);
}
END_TEST

/* A mark is read as it was written. */
START_TEST(test_marks)
{
	struct prof_mark mark = {.change = UINT64_MAX, .epoch = UINT64_MAX - 1}, read = {0};
	char text[QUERY_MARK_ROOM];

	ck_assert(query_read_mark(query_mark(text, &mark), &read));
	ck_assert(read.change == mark.change && read.epoch == mark.epoch);
	ck_assert(!query_read_mark("18446744073709551616.1", &read) && read.epoch == mark.epoch);
}
END_TEST

/* Each address is found by its whole path alone, and has something behind it. */
START_TEST(test_routes)
{
	for (const struct route *r = routes; r->path != NULL; r++) {
		ck_assert_ptr_eq(route_find(r->path), r);
		ck_assert_ptr_nonnull(r->answer);
		ck_assert(r->path[0] == '/' && (r->parameters >> PARAMETERS) == 0);
	}
	ck_assert_ptr_null(route_find("/api/summary/"));
	ck_assert_ptr_null(route_find("/api"));
	ck_assert_ptr_null(route_find("api/summary"));
	ck_assert_ptr_null(route_find(""));
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, test_places);
	tcase_add_test(tests, test_nonsense);
	tcase_add_test(tests, test_once);
	tcase_add_test(tests, test_hostile);
	tcase_add_test(tests, test_marks);
	tcase_add_test(tests, test_routes);
}
