/*
 * Asking for statistics, against a peer that answers as no profd should.
 */
#include <math.h>
#include <string.h>

#include "proto/limits.h"
#include "tests/peer.h"

const char suite_name[] = "ask";

/* What the function is called tells what is wrong with the answer. */
static void react(struct peer *p, const Profd__Question *q)
{
	const char *name = q->ask_case == PROFD__QUESTION__ASK_STATS ? q->stats->name : "";

	if (strcmp(name, "denied") == 0)
		peer_answer_result(p, PROFD__RESULT__RESULT_DENIED, 0, q->id);
	else if (strcmp(name, "unknown") == 0)
		peer_answer_result(p, PROFD__RESULT__RESULT_NOT_FOUND, 0, q->id);
	else if (strcmp(name, "failed") == 0)
		peer_answer_result(p, PROFD__RESULT__RESULT_FAILED, 0, q->id);
	else if (strcmp(name, "result of the future") == 0)
		peer_answer_result(p, (Profd__Result)99, 0, q->id);
	else if (strcmp(name, "newer") == 0)
		peer_answer_result(p, PROFD__RESULT__RESULT_DONE, PROF_PROTOCOL + 1, q->id);
	else if (strcmp(name, "nothing in it") == 0 || name[0] == '\0')
		peer_answer_result(p, PROFD__RESULT__RESULT_DONE, 0, q->id);
	else if (strcmp(name, "few quantiles") == 0)
		peer_answer_function(p, name, 5, q->id);
	else if (strcmp(name, "not UTF-8") == 0)
		peer_answer_function(p, "a\xff\xc3(", 6, q->id);
	else if (strcmp(name, "nonsense") == 0)
		peer_answer_bytes(p, "\x0f\xff\xff\xff\xff", 5);
	else
		peer_answer_function(p, name, 6, q->id);
}

/* All fields arrive, in seconds, and the quantiles that 100 calls cannot support are marked. */
START_TEST(fields)
{
	struct prof_stats *s;
	struct peer p;

	peer_start(&p, react);
	ck_assert_int_eq(prof_get_stats("f", "program", PEER_LONG, &s), PROF_OK);
	ck_assert_str_eq(s->function_name, "f");
	ck_assert_uint_eq(s->call_count, 100);
	ck_assert_uint_eq(s->error_count, 7);
	ck_assert_uint_eq(s->slow_count, 3);
	ck_assert_double_eq_tol(s->total_seconds, 20.0, 1e-9);
	ck_assert_double_eq_tol(s->min_seconds, 1e-6, 1e-15);
	ck_assert_double_eq_tol(s->max_seconds, 0.6, 1e-12);
	ck_assert_double_eq_tol(s->avg_seconds, 0.2, 1e-12);
	ck_assert_double_eq_tol(s->avg_ms, 200.0, 1e-9);
	ck_assert_double_eq_tol(s->max_ms, 600.0, 1e-9);
	ck_assert(s->p50 == 0.1 && s->p75 == 0.2 && s->p90 == 0.3);
	ck_assert(s->p95 == 0.4 && s->p99 == 0.5 && s->p999 == 0.6);
	ck_assert_uint_eq(s->doubtful, 1u << PROF_P999);
	prof_free(s);
	peer_stop(&p);
}
END_TEST

/* Bad arguments are told before anybody is asked, and results stay untouched. */
START_TEST(bad_arguments)
{
	char too_long[PROF_NAME_MAX + 2];
	struct prof_filter filter = {.size = sizeof(filter), .order = (enum prof_order)8};
	struct prof_stats_list *list = NULL;
	struct prof_slow_list *slow = NULL;

	memset(too_long, 'f', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	ck_error(NULL, PEER_LONG, PROF_BAD_ARGUMENT);
	ck_error("", PEER_LONG, PROF_BAD_NAME);
	ck_error(too_long, PEER_LONG, PROF_BAD_NAME);
	ck_error("\xff", PEER_LONG, PROF_BAD_NAME);
	ck_error("f", -1.0, PROF_BAD_VALUE);
	ck_error("f", NAN, PROF_BAD_VALUE);
	ck_error("f", INFINITY, PROF_BAD_VALUE);
	ck_assert_int_eq(prof_get_stats("f", NULL, PEER_LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_get_all_stats(&filter, PEER_LONG, &list), PROF_BAD_ARGUMENT);
	filter = (struct prof_filter){.size = sizeof(filter), .pattern = "\xff"};
	ck_assert_int_eq(prof_get_all_stats(&filter, PEER_LONG, &list), PROF_BAD_NAME);
	filter = (struct prof_filter){.size = sizeof(filter), .program = too_long};
	ck_assert_int_eq(prof_get_all_stats(&filter, PEER_LONG, &list), PROF_BAD_NAME);
	ck_assert_int_eq(prof_get_slow(too_long, 0, PEER_LONG, &slow), PROF_BAD_NAME);
	ck_assert_int_eq(prof_clear("", PEER_LONG, NULL), PROF_BAD_NAME);
	ck_assert_int_eq(prof_get_summary(NULL, PEER_LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_get_processes(PEER_LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_get_status(PEER_LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_ptr_null(list);
	ck_assert_ptr_null(slow);
}
END_TEST

/* What profd says, and what it should not say, each has its own error; the link stays good. */
START_TEST(errors)
{
	struct prof_summary *summary = NULL;
	struct peer p;

	peer_start(&p, react);
	ck_error("denied", PEER_LONG, PROF_DENIED);
	ck_error("unknown", PEER_LONG, PROF_NOT_FOUND);
	ck_error("newer", PEER_LONG, PROF_WRONG_VERSION);
	ck_error("failed", PEER_LONG, PROF_BAD_ANSWER);
	ck_error("result of the future", PEER_LONG, PROF_BAD_ANSWER);
	ck_error("nothing in it", PEER_LONG, PROF_BAD_ANSWER);
	ck_error("few quantiles", PEER_LONG, PROF_BAD_ANSWER);
	ck_error("nonsense", PEER_LONG, PROF_BAD_ANSWER);
	ck_assert_int_eq(prof_get_summary(NULL, PEER_LONG, &summary), PROF_BAD_ANSWER);
	ck_assert_ptr_null(summary);
	ck_answered("f");
	peer_stop(&p);
}
END_TEST

/* Text that is not UTF-8 never reaches the caller. */
START_TEST(bad_text)
{
	struct prof_stats *s;
	struct peer p;

	peer_start(&p, react);
	ck_assert_int_eq(prof_get_stats("not UTF-8", NULL, PEER_LONG, &s), PROF_OK);
	ck_assert_str_eq(s->function_name, "a?\?(");
	prof_free(s);
	peer_stop(&p);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, peer_make_folder, peer_remove_folder);
	tcase_add_test(tests, fields);
	tcase_add_test(tests, bad_arguments);
	tcase_add_test(tests, errors);
	tcase_add_test(tests, bad_text);
}
