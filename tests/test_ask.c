/*
 * Asking, against a peer that answers as no profd should: late, twice, in nonsense, not at all. The
 * function that is asked for tells it what to do.
 */
#include "tests/suite.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#include "client/profclient.h"
#include "proto/limits.h"
#include "proto/profd.pb-c.h"

const char suite_name[] = "ask";

#define LONG 30.0 /* seconds: the time limit of what does not run into it */

/* ThreadSanitizer itself ends a child that makes threads after a fork among threads. */
#ifdef __SANITIZE_THREAD__
#define UNDER_THREAD_SANITIZER true
#else
#define UNDER_THREAD_SANITIZER false
#endif

struct peer {
	void *context, *router;
	pthread_t thread;
	zmq_msg_t asker; /* routing id of the question that is being answered */
	uint64_t last_id;
};

static char folder[64];

static void send_answer(struct peer *p, Profd__Answer *answer, uint64_t id)
{
	uint8_t bytes[1024];
	size_t size;
	zmq_msg_t asker;

	answer->id = id;
	if (answer->version == 0)
		answer->version = PROF_PROTOCOL;
	size = profd__answer__pack(answer, bytes);
	zmq_msg_init(&asker);
	zmq_msg_copy(&asker, &p->asker);
	zmq_msg_send(&asker, p->router, ZMQ_SNDMORE);
	zmq_send(p->router, bytes, size, 0);
}

static void send_function(struct peer *p, const char *name, unsigned quantiles, uint64_t id)
{
	static double values[] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6};
	Profd__Answer answer = PROFD__ANSWER__INIT;
	Profd__Function function = PROFD__FUNCTION__INIT, *functions[] = {&function};

	function.name = (char *)name;
	function.calls = 100;
	function.errors = 7;
	function.slow = 3;
	function.sum_ns = 20000000000;
	function.min_ns = 1000;
	function.max_ns = 600000000;
	function.quantiles = values;
	function.n_quantiles = quantiles;
	answer.functions = functions;
	answer.n_functions = 1;
	send_answer(p, &answer, id);
}

static void send_result(struct peer *p, Profd__Result result, uint32_t version, uint64_t id)
{
	Profd__Answer answer = PROFD__ANSWER__INIT;

	answer.result = result;
	answer.version = version;
	send_answer(p, &answer, id);
}

/* A step and a function whose buckets are as the pattern says: "descending", "zero", "uneven". */
static void send_buckets(struct peer *p, const char *how, const Profd__Question *q)
{
	Profd__Answer answer = PROFD__ANSWER__INIT;
	Profd__History history = PROFD__HISTORY__INIT;
	Profd__Histograms histograms = PROFD__HISTOGRAMS__INIT;
	Profd__Step step = PROFD__STEP__INIT, *steps = &step;
	Profd__FunctionTallies function = PROFD__FUNCTION_TALLIES__INIT, *functions = &function;
	Profd__Tally returned = PROFD__TALLY__INIT, failed = PROFD__TALLY__INIT;
	int32_t index[] = {-640, strcmp(how, "descending") == 0 ? -1 : 1}, same = -640;
	uint64_t count[] = {3, strcmp(how, "zero") == 0 ? 0 : 4}, one = 1;
	double quantiles[6] = {0.001, 0.001, 0.001, 0.001, 0.001, 0.001};

	returned.index = index;
	returned.count = count;
	returned.n_index = 2;
	returned.n_count = strcmp(how, "uneven") == 0 ? 1 : 2;
	returned.sum_ns = 7000000;
	returned.min_ns = 900000;
	returned.max_ns = 990000;
	failed = returned;
	failed.index = &same;
	failed.count = &one;
	failed.n_index = failed.n_count = 1;
	step.all = function.returned = &returned;
	function.failed = &failed;
	function.name = (char *)"f";
	step.calls = 7;
	step.quantiles = quantiles;
	step.n_quantiles = 6;
	history.steps = &steps;
	histograms.functions = &functions;
	history.n_steps = histograms.n_functions = 1;
	if (q->ask_case == PROFD__QUESTION__ASK_HISTORY)
		answer.history = &history;
	else
		answer.histograms = &histograms;
	send_answer(p, &answer, q->id);
}

/* Paths 1 and 2; the share says what is wrong with them. */
static void send_tree(struct peer *p, const Profd__Question *q)
{
	Profd__Answer answer = PROFD__ANSWER__INIT;
	Profd__Tree tree = PROFD__TREE__INIT;
	Profd__Node node[2] = {PROFD__NODE__INIT, PROFD__NODE__INIT};
	Profd__Node *nodes[] = {&node[0], &node[1]};
	char *names[] = {(char *)"f", (char *)"program"};

	tree.names = names;
	tree.n_names = 2;
	tree.nodes = nodes;
	tree.n_nodes = 2;
	node[0].path = node[1].parent = 1;
	node[1].path = 2;
	node[0].program = node[1].program = 1;
	if (q->tree->share == 0.25)
		node[1].parent = 7;
	if (q->tree->share == 0.5)
		node[1].function = 2;
	if (q->tree->share == 0.75)
		node[1].path = 1;
	answer.tree = &tree;
	send_answer(p, &answer, q->id);
}

static void react(struct peer *p, const Profd__Question *q)
{
	const char *name = q->ask_case == PROFD__QUESTION__ASK_STATS ? q->stats->name : "";

	if (q->ask_case == PROFD__QUESTION__ASK_HISTORY)
		send_buckets(p, q->history->of->pattern, q);
	else if (q->ask_case == PROFD__QUESTION__ASK_HISTOGRAMS)
		send_buckets(p, q->histograms->of->pattern, q);
	else if (q->ask_case == PROFD__QUESTION__ASK_TREE)
		send_tree(p, q);
	if (q->ask_case == PROFD__QUESTION__ASK_HISTORY ||
	    q->ask_case == PROFD__QUESTION__ASK_HISTOGRAMS ||
	    q->ask_case == PROFD__QUESTION__ASK_TREE)
		return;
	if (strcmp(name, "late") == 0)
		send_function(p, "of the last question", 6, p->last_id);
	if (strcmp(name, "others only") == 0)
		for (int i = 0; i < 100; i++)
			send_function(p, name, 6, q->id + 1000);
	else if (strcmp(name, "denied") == 0)
		send_result(p, PROFD__RESULT__DENIED, 0, q->id);
	else if (strcmp(name, "unknown") == 0)
		send_result(p, PROFD__RESULT__NOT_FOUND, 0, q->id);
	else if (strcmp(name, "failed") == 0)
		send_result(p, PROFD__RESULT__FAILED, 0, q->id);
	else if (strcmp(name, "result of the future") == 0)
		send_result(p, (Profd__Result)99, 0, q->id);
	else if (strcmp(name, "newer") == 0)
		send_result(p, PROFD__RESULT__DONE, PROF_PROTOCOL + 1, q->id);
	else if (strcmp(name, "nothing in it") == 0 || name[0] == '\0')
		send_result(p, PROFD__RESULT__DONE, 0, q->id);
	else if (strcmp(name, "few quantiles") == 0)
		send_function(p, name, 5, q->id);
	else if (strcmp(name, "not UTF-8") == 0)
		send_function(p, "a\xff\xc3(", 6, q->id);
	else if (strcmp(name, "nonsense") == 0) {
		zmq_msg_send(&p->asker, p->router, ZMQ_SNDMORE);
		zmq_send(p->router, "\x0f\xff\xff\xff\xff", 5, 0);
	} else if (strcmp(name, "silent") != 0)
		send_function(p, name, 6, q->id);
	p->last_id = q->id;
}

/* Ends when its context does. */
static void *answer_all(void *data)
{
	struct peer *p = data;
	zmq_msg_t message;

	for (;;) {
		Profd__Question *q;

		zmq_msg_init(&p->asker);
		zmq_msg_init(&message);
		if (zmq_msg_recv(&p->asker, p->router, 0) < 0 ||
		    zmq_msg_recv(&message, p->router, 0) < 0)
			break;
		q = profd__question__unpack(NULL, zmq_msg_size(&message), zmq_msg_data(&message));
		ck_assert_ptr_nonnull(q);
		ck_assert_uint_eq(q->version, PROF_PROTOCOL);
		react(p, q);
		profd__question__free_unpacked(q, NULL);
		zmq_msg_close(&message);
		zmq_msg_close(&p->asker);
	}
	zmq_close(p->router);
	return NULL;
}

static void peer_start(struct peer *p)
{
	char address[128];
	int none = 0;

	p->last_id = 0;
	p->context = zmq_ctx_new();
	p->router = zmq_socket(p->context, ZMQ_ROUTER);
	zmq_setsockopt(p->router, ZMQ_LINGER, &none, sizeof(none));
	snprintf(address, sizeof(address), "ipc://%s/control", folder);
	ck_assert_int_eq(zmq_bind(p->router, address), 0);
	ck_assert_int_eq(pthread_create(&p->thread, NULL, answer_all, p), 0);
}

static void peer_stop(struct peer *p)
{
	zmq_ctx_shutdown(p->context);
	pthread_join(p->thread, NULL);
	zmq_ctx_term(p->context);
}

static void make_folder(void)
{
	char endpoint[128];

	strcpy(folder, "/tmp/test_ask.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(endpoint, sizeof(endpoint), "ipc://%s", folder);
	setenv("PROF_ENDPOINT", endpoint, 1);
}

static void remove_folder(void)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/control", folder);
	unlink(path);
	rmdir(folder);
}

/* Asks for a function that the peer tells; it must come back by the same name. */
static void ck_answered(const char *name)
{
	struct prof_stats *stats = NULL;

	ck_assert_int_eq(prof_get_stats(name, NULL, LONG, &stats), PROF_OK);
	ck_assert_str_eq(stats->function_name, name);
	prof_free(stats);
}

static void ck_error(const char *name, double timeout, prof_error error)
{
	struct prof_stats *untouched = (struct prof_stats *)&error, *stats = untouched;

	ck_assert_int_eq(prof_get_stats(name, NULL, timeout, &stats), error);
	ck_assert_ptr_eq(stats, untouched);
}

/* All fields arrive, in seconds, and the quantiles that 100 calls cannot support are marked. */
START_TEST(fields)
{
	struct prof_stats *s;
	struct peer p;

	peer_start(&p);
	ck_assert_int_eq(prof_get_stats("f", "program", LONG, &s), PROF_OK);
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
	struct prof_filter filter = {.order = (enum prof_order)8};
	struct prof_stats_list *list = NULL;
	struct prof_slow_list *slow = NULL;

	memset(too_long, 'f', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	ck_error(NULL, LONG, PROF_BAD_ARGUMENT);
	ck_error("", LONG, PROF_BAD_NAME);
	ck_error(too_long, LONG, PROF_BAD_NAME);
	ck_error("\xff", LONG, PROF_BAD_NAME);
	ck_error("f", -1.0, PROF_BAD_VALUE);
	ck_error("f", NAN, PROF_BAD_VALUE);
	ck_error("f", INFINITY, PROF_BAD_VALUE);
	ck_assert_int_eq(prof_get_stats("f", NULL, LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_get_all_stats(&filter, LONG, &list), PROF_BAD_ARGUMENT);
	filter = (struct prof_filter){.pattern = "\xff"};
	ck_assert_int_eq(prof_get_all_stats(&filter, LONG, &list), PROF_BAD_NAME);
	filter = (struct prof_filter){.program = too_long};
	ck_assert_int_eq(prof_get_all_stats(&filter, LONG, &list), PROF_BAD_NAME);
	ck_assert_int_eq(prof_get_slow(too_long, 0, LONG, &slow), PROF_BAD_NAME);
	ck_assert_int_eq(prof_clear("", LONG, NULL), PROF_BAD_NAME);
	ck_assert_int_eq(prof_get_summary(NULL, LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_get_processes(LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_int_eq(prof_get_status(LONG, NULL), PROF_BAD_ARGUMENT);
	ck_assert_ptr_null(list);
	ck_assert_ptr_null(slow);
}
END_TEST

/* What profd says, and what it should not say, each has its own error; the link stays good. */
START_TEST(errors)
{
	struct prof_summary *summary = NULL;
	struct peer p;

	peer_start(&p);
	ck_error("denied", LONG, PROF_DENIED);
	ck_error("unknown", LONG, PROF_NOT_FOUND);
	ck_error("newer", LONG, PROF_VERSION);
	ck_error("failed", LONG, PROF_BAD_ANSWER);
	ck_error("result of the future", LONG, PROF_BAD_ANSWER);
	ck_error("nothing in it", LONG, PROF_BAD_ANSWER);
	ck_error("few quantiles", LONG, PROF_BAD_ANSWER);
	ck_error("nonsense", LONG, PROF_BAD_ANSWER);
	ck_assert_int_eq(prof_get_summary(NULL, LONG, &summary), PROF_BAD_ANSWER);
	ck_assert_ptr_null(summary);
	ck_answered("f");
	peer_stop(&p);
}
END_TEST

static void ck_buckets(const char *how, prof_error error)
{
	struct prof_selection of = {.pattern = how};
	struct prof_histogram_list *list = NULL;
	struct prof_history *history = NULL;

	ck_assert_int_eq(prof_get_history(&of, NULL, 0.0, 1, LONG, &history), error);
	ck_assert_int_eq(prof_get_histograms(&of, NULL, LONG, &list), error);
	ck_assert(error == PROF_OK || (history == NULL && list == NULL));
	if (error != PROF_OK)
		return;
	ck_assert_uint_eq(history->steps[0].all.calls, 7);
	ck_assert_uint_eq(history->steps[0].all.count, 2);
	ck_assert_int_eq(history->steps[0].all.buckets[1].index, -639);
	ck_assert_uint_eq(list->functions[0].all.calls, 8);
	ck_assert_uint_eq(list->functions[0].all.buckets[0].count, 4);
	ck_assert_double_eq_tol(list->functions[0].all.total_seconds, 0.014, 1e-12);
	prof_free(history);
	prof_free(list);
}

/* Buckets that make no sense are told as that; of those that do, both halves are added up. */
START_TEST(buckets)
{
	struct peer p;

	peer_start(&p);
	ck_buckets("good", PROF_OK);
	ck_buckets("descending", PROF_BAD_ANSWER);
	ck_buckets("zero", PROF_BAD_ANSWER);
	ck_buckets("uneven", PROF_BAD_ANSWER);
	peer_stop(&p);
}
END_TEST

/* A tree whose paths hang on nothing is no tree. */
START_TEST(trees)
{
	struct prof_tree *tree = NULL;
	struct peer p;

	peer_start(&p);
	for (double share = 0.25; share < 1.0; share += 0.25)
		ck_assert_int_eq(prof_get_tree(NULL, NULL, share, LONG, &tree), PROF_BAD_ANSWER);
	ck_assert_ptr_null(tree);
	ck_assert_int_eq(prof_get_tree(NULL, NULL, 0.0, LONG, &tree), PROF_OK);
	ck_assert_uint_eq(tree->paths[0].parent_at, SIZE_MAX);
	ck_assert_uint_eq(tree->paths[1].parent_at, 0);
	ck_assert_str_eq(tree->paths[1].program, "program");
	prof_free(tree);
	peer_stop(&p);
}
END_TEST

/* Text that is not UTF-8 never reaches the caller. */
START_TEST(bad_text)
{
	struct prof_stats *s;
	struct peer p;

	peer_start(&p);
	ck_assert_int_eq(prof_get_stats("not UTF-8", NULL, LONG, &s), PROF_OK);
	ck_assert_str_eq(s->function_name, "a?\?(");
	prof_free(s);
	peer_stop(&p);
}
END_TEST

/* An answer that comes after its question's time is not taken for that of the next question. */
START_TEST(late_answer)
{
	struct peer p;

	peer_start(&p);
	ck_error("silent", 0.05, PROF_TIMEOUT);
	ck_answered("late");
	peer_stop(&p);
}
END_TEST

/* The time limit holds although other messages keep coming. */
START_TEST(only_others)
{
	struct peer p;

	peer_start(&p);
	ck_error("others only", 0.05, PROF_TIMEOUT);
	ck_answered("f");
	peer_stop(&p);
}
END_TEST

/* Without profd that is said; one that was started again is found by the next question. */
START_TEST(restart)
{
	struct peer p;

	ck_error("f", LONG, PROF_UNREACHABLE);
	peer_start(&p);
	ck_answered("f");
	peer_stop(&p);
	ck_error("f", LONG, PROF_UNREACHABLE);
	peer_start(&p);
	ck_answered("f");
	peer_stop(&p);
	peer_start(&p);
	ck_answered("g");
	peer_stop(&p);
}
END_TEST

static void *ask_in_vain(void *started)
{
	pthread_barrier_wait(started);
	ck_error("silent", 1.0, PROF_TIMEOUT);
	return NULL;
}

static void ck_child_answered(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct prof_stats *stats;

		if (prof_get_stats("child", NULL, LONG, &stats) != PROF_OK)
			_exit(1);
		_exit(strcmp(stats->function_name, "child") != 0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}

/* A child asks on a link of its own, also when another thread was asking at the fork. */
START_TEST(forked)
{
	pthread_barrier_t started;
	pthread_t thread;
	struct peer p;

	peer_start(&p);
	ck_answered("f");
	ck_child_answered();
	ck_answered("f");
	pthread_barrier_init(&started, NULL, 2);
	pthread_create(&thread, NULL, ask_in_vain, &started);
	pthread_barrier_wait(&started);
	ck_child_answered();
	pthread_join(thread, NULL);
	ck_answered("f");
	peer_stop(&p);
}
END_TEST

static void *ask_often(void *name)
{
	for (int i = 0; i < 50; i++)
		ck_answered(name);
	return NULL;
}

/* Threads that ask at once each get their own answers. */
START_TEST(threads)
{
	char names[4][8];
	pthread_t thread[4];
	struct peer p;

	peer_start(&p);
	for (int i = 0; i < 4; i++) {
		snprintf(names[i], sizeof(names[i]), "f%d", i);
		pthread_create(&thread[i], NULL, ask_often, names[i]);
	}
	for (int i = 0; i < 4; i++)
		pthread_join(thread[i], NULL);
	peer_stop(&p);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, make_folder, remove_folder);
	tcase_add_test(tests, fields);
	tcase_add_test(tests, bad_arguments);
	tcase_add_test(tests, errors);
	tcase_add_test(tests, buckets);
	tcase_add_test(tests, trees);
	tcase_add_test(tests, bad_text);
	tcase_add_test(tests, late_answer);
	tcase_add_test(tests, only_others);
	tcase_add_test(tests, restart);
	if (!UNDER_THREAD_SANITIZER)
		tcase_add_test(tests, forked);
	tcase_add_test(tests, threads);
}
