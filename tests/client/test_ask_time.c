/*
 * Asking for what profd reads from its database, against a peer whose buckets and paths make no
 * sense.
 */
#include <string.h>

#include "tests/peer.h"

const char suite_name[] = "ask_time";

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
	answer.result = PROFD__RESULT__RESULT_DONE;
	answer.answer_case = (Profd__Answer__AnswerCase)q->ask_case;
	peer_answer(p, &answer, q->id);
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
	answer.result = PROFD__RESULT__RESULT_DONE;
	answer.answer_case = PROFD__ANSWER__ANSWER_TREE;
	answer.tree = &tree;
	peer_answer(p, &answer, q->id);
}

static void react(struct peer *p, const Profd__Question *q)
{
	if (q->ask_case == PROFD__QUESTION__ASK_HISTORY)
		send_buckets(p, q->history->of->pattern, q);
	else if (q->ask_case == PROFD__QUESTION__ASK_HISTOGRAMS)
		send_buckets(p, q->histograms->of->pattern, q);
	else
		send_tree(p, q);
}

static void ck_buckets(const char *how, prof_error error)
{
	struct prof_selection of = {.size = sizeof(of), .pattern = how};
	struct prof_histogram_list *list = NULL;
	struct prof_history *history = NULL;

	ck_assert_int_eq(prof_get_history(&of, NULL, 0.0, 1, PEER_LONG, &history), error);
	ck_assert_int_eq(prof_get_histograms(&of, NULL, PEER_LONG, &list), error);
	ck_assert(error == PROF_OK || (history == NULL && list == NULL));
	if (error != PROF_OK)
		return;
	ck_assert_uint_eq(history->steps[0]->all->calls, 7);
	ck_assert_uint_eq(history->steps[0]->all->count, 2);
	ck_assert_int_eq(history->steps[0]->all->buckets[1].index, -639);
	ck_assert_uint_eq(list->functions[0]->all->calls, 8);
	ck_assert_uint_eq(list->functions[0]->all->buckets[0].count, 4);
	ck_assert_double_eq_tol(list->functions[0]->all->total_seconds, 0.014, 1e-12);
	prof_free(history);
	prof_free(list);
}

/* Buckets that make no sense are told as that; of those that do, both halves are added up. */
START_TEST(buckets)
{
	struct peer p;

	peer_start(&p, react);
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

	peer_start(&p, react);
	for (double share = 0.25; share < 1.0; share += 0.25)
		ck_assert_int_eq(prof_get_tree(NULL, NULL, share, PEER_LONG, &tree),
				 PROF_BAD_ANSWER);
	ck_assert_ptr_null(tree);
	ck_assert_int_eq(prof_get_tree(NULL, NULL, 0.0, PEER_LONG, &tree), PROF_OK);
	ck_assert_uint_eq(tree->paths[0]->parent_at, SIZE_MAX);
	ck_assert_uint_eq(tree->paths[1]->parent_at, 0);
	ck_assert_str_eq(tree->paths[1]->program, "program");
	prof_free(tree);
	peer_stop(&p);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, peer_make_folder, peer_remove_folder);
	tcase_add_test(tests, buckets);
	tcase_add_test(tests, trees);
}
