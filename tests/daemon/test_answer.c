/*
 * Answers: what comes out of a ledger that real pushes went into, read back as a client reads it.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/ask/answer.h"
#include "daemon/ask/question.h"
#include "daemon/ask/status.h"
#include "daemon/base/peer.h"
#include "daemon/ledger/ledger.h"
#include "proto/wire.h"
#include "tests/suite.h"

const char suite_name[] = "answer";

#define SECOND INT64_C(1000000000)
#define NOW    (INT64_C(1700000000) * SECOND)

static struct ledger *ledger;
static Profd__Answer *answer;

static void begin(void)
{
	struct ledger_limits limits;

	ledger_limits_init(&limits);
	ledger = ledger_new(&limits);
	ck_assert_ptr_nonnull(ledger);
	answer = NULL;
}

static void end(void)
{
	if (answer != NULL)
		profd__answer__free_unpacked(answer, NULL);
	ledger_free(ledger);
}

/* One function called `returned` times for `ns` each and failed `failed` times, by one process. */
struct calls {
	const char *function, *program;
	uint64_t ns, returned, failed, slow;
};

static void ignore(void *context, const struct ledger_event *event)
{
	(void)context;
	(void)event;
}

static void fill(Profd__Tally *message, struct tally *t, uint64_t ns, uint64_t calls,
		 int32_t *index, uint64_t *count)
{
	tally_init(t);
	ck_assert(calls == 0 || tally_add(t, ns, calls));
	wire_write_tally(message, t, index, count);
}

static void push(const struct calls *c, uint8_t process, const Profd__Event *event)
{
	Profd__Push push = PROFD__PUSH__INIT;
	Profd__Path path = PROFD__PATH__INIT, *paths = &path;
	Profd__Standing standing = PROFD__STANDING__INIT, *standings = &standing;
	Profd__Event *events = (Profd__Event *)event;
	Profd__Tally returned, failed;
	struct tally tally[2];
	int32_t index[2];
	uint64_t count[2];
	uint8_t id[PROF_PROCESS_ID] = {process};
	struct peer peer = {.uid = 1000, .gid = 100, .pid = 40 + process};
	const char *why = "";

	push.version = PROF_PROTOCOL;
	push.process = (ProtobufCBinaryData){sizeof(id), id};
	push.generation = 1;
	push.program = (char *)c->program;
	push.pid = peer.pid;
	push.started_at_ns = NOW - process * SECOND;
	path.id = standing.path = 1;
	path.function = (char *)c->function;
	fill(&returned, &tally[0], c->ns, c->returned, &index[0], &count[0]);
	fill(&failed, &tally[1], c->ns, c->failed, &index[1], &count[1]);
	standing.returned = &returned;
	standing.failed = &failed;
	standing.slow = c->slow;
	push.paths = &paths;
	push.standings = &standings;
	push.n_paths = push.n_standings = 1;
	push.events = &events;
	push.n_events = event == NULL ? 0 : 1;
	ck_assert_msg(ledger_merge(ledger, &push, &peer, NOW, ignore, NULL, &why) == LEDGER_MERGED,
		      "%s", why);
	tally_deinit(&tally[0]);
	tally_deinit(&tally[1]);
}

static void push_some(void)
{
	static const struct calls calls[] = {
		{"db.query", "shop", 2000000, 90, 10, 5},
		{"db.open", "shop", 50000000, 4, 0, 0},
		{"render", "web", 1000000, 300, 0, 1},
	};

	for (uint8_t i = 0; i < 3; i++)
		push(&calls[i], i + 1, NULL);
}

static const Profd__Answer *ask_at(const Profd__Question *question, int64_t wall_ns)
{
	struct present present = {.ledger = ledger, .wall_ns = wall_ns};
	struct answer packed = question_kind(question)->present(&present, question);

	ck_assert_ptr_nonnull(packed.bytes);
	if (answer != NULL)
		profd__answer__free_unpacked(answer, NULL);
	answer = profd__answer__unpack(NULL, packed.size, packed.bytes);
	free(packed.bytes);
	ck_assert_ptr_nonnull(answer);
	ck_assert_uint_eq(answer->version, PROF_PROTOCOL);
	ck_assert_uint_eq(answer->id, question->id);
	if (answer->result == PROFD__RESULT__RESULT_DONE)
		ck_assert_int_eq((int)answer->answer_case, (int)question->ask_case);
	return answer;
}

static const Profd__Answer *ask(Profd__Question *question)
{
	question->version = PROF_PROTOCOL;
	return ask_at(question, NOW + SECOND);
}

static const Profd__Answer *ask_summary(const char *pattern, const char *program,
					Profd__Order order, uint32_t limit)
{
	Profd__Question q = PROFD__QUESTION__INIT;
	Profd__AskFunctions ask_ = PROFD__ASK_FUNCTIONS__INIT;

	if (pattern != NULL)
		ask_.pattern = (char *)pattern;
	if (program != NULL)
		ask_.program = (char *)program;
	ask_.order = order;
	ask_.limit = limit;
	q.id = 77;
	q.ask_case = PROFD__QUESTION__ASK_SUMMARY;
	q.summary = &ask_;
	return ask(&q);
}

static const Profd__Answer *ask_stats(const char *name, const char *program)
{
	Profd__Question q = PROFD__QUESTION__INIT;
	Profd__AskFunctions ask_ = PROFD__ASK_FUNCTIONS__INIT;

	ask_.name = (char *)name;
	if (program != NULL)
		ask_.program = (char *)program;
	q.id = 78;
	q.ask_case = PROFD__QUESTION__ASK_STATS;
	q.stats = &ask_;
	return ask(&q);
}

/* An empty ledger has a summary too. */
START_TEST(an_empty_ledger_answers)
{
	const Profd__Answer *a = ask_summary(NULL, NULL, PROFD__ORDER__ORDER_BY_TOTAL, 0);

	ck_assert_int_eq(a->result, PROFD__RESULT__RESULT_DONE);
	ck_assert_ptr_nonnull(a->summary);
	ck_assert_uint_eq(a->summary->functions, 0);
	ck_assert_uint_eq(a->summary->n_list, 0);
}
END_TEST

/* The summary adds up all that fits, whatever the limit cuts from the list. */
START_TEST(the_summary_adds_up)
{
	const Profd__Answer *a;

	push_some();
	a = ask_summary(NULL, NULL, PROFD__ORDER__ORDER_BY_TOTAL, 1);
	ck_assert_uint_eq(a->summary->functions, 3);
	ck_assert_uint_eq(a->summary->calls, 404);
	ck_assert_uint_eq(a->summary->errors, 10);
	ck_assert_uint_eq(a->summary->slow, 6);
	ck_assert_uint_eq(a->summary->sum_ns, 700000000);
	ck_assert_int_eq(a->summary->since_at_ns, NOW);
	ck_assert_uint_eq(a->summary->n_list, 1);
	ck_assert_str_eq(a->summary->list[0]->name, "render");
	a = ask_summary("db.*", NULL, PROFD__ORDER__ORDER_BY_TOTAL, 0);
	ck_assert_uint_eq(a->summary->functions, 2);
	ck_assert_uint_eq(a->summary->calls, 104);
	a = ask_summary(NULL, "web", PROFD__ORDER__ORDER_BY_TOTAL, 0);
	ck_assert_uint_eq(a->summary->functions, 1);
	a = ask_summary(NULL, "nothing", PROFD__ORDER__ORDER_BY_TOTAL, 0);
	ck_assert_uint_eq(a->summary->functions, 0);
	ck_assert_int_eq(a->result, PROFD__RESULT__RESULT_DONE);
}
END_TEST

/* Each order puts the largest first, equal ones by name. */
START_TEST(orders_put_the_largest_first)
{
	static const struct {
		Profd__Order order;
		const char *names[3];
	} expected[] = {
		{PROFD__ORDER__ORDER_BY_TOTAL, {"render", "db.open", "db.query"}},
		{PROFD__ORDER__ORDER_BY_CALLS, {"render", "db.query", "db.open"}},
		{PROFD__ORDER__ORDER_BY_AVERAGE, {"db.open", "db.query", "render"}},
		{PROFD__ORDER__ORDER_BY_MAX, {"db.open", "db.query", "render"}},
		{PROFD__ORDER__ORDER_BY_P99, {"db.open", "db.query", "render"}},
		{PROFD__ORDER__ORDER_BY_ERRORS, {"db.query", "db.open", "render"}},
		{PROFD__ORDER__ORDER_BY_SLOW, {"db.query", "render", "db.open"}},
		{PROFD__ORDER__ORDER_BY_NAME, {"db.open", "db.query", "render"}},
		{(Profd__Order)99, {"db.open", "db.query", "render"}},
	};

	push_some();
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const Profd__Answer *a = ask_summary(NULL, NULL, expected[i].order, 0);

		ck_assert_uint_eq(a->summary->n_list, 3);
		for (size_t j = 0; j < 3; j++)
			ck_assert_msg(strcmp(a->summary->list[j]->name, expected[i].names[j]) == 0,
				      "order %d, place %zu: %s", expected[i].order, j,
				      a->summary->list[j]->name);
	}
}
END_TEST

/* A function's statistics are those of its calls that returned and of those that failed. */
START_TEST(stats_are_of_all_calls)
{
	const Profd__Function *f;
	const Profd__Answer *a;

	push_some();
	a = ask_stats("db.query", NULL);
	ck_assert_int_eq(a->result, PROFD__RESULT__RESULT_DONE);
	f = a->stats;
	ck_assert_uint_eq(f->calls, 100);
	ck_assert_uint_eq(f->errors, 10);
	ck_assert_uint_eq(f->slow, 5);
	ck_assert_uint_eq(f->sum_ns, 200000000);
	ck_assert_uint_eq(f->min_ns, 2000000);
	ck_assert_uint_eq(f->max_ns, 2000000);
	ck_assert_uint_eq(f->n_quantiles, 6);
	ck_assert_double_eq_tol(f->quantiles[0], 0.002, 1e-12);
	ck_assert_int_eq(ask_stats("db.query", "shop")->result, PROFD__RESULT__RESULT_DONE);
	ck_assert_int_eq(ask_stats("db.query", "web")->result, PROFD__RESULT__RESULT_NOT_FOUND);
	ck_assert_int_eq(ask_stats("db.quer", NULL)->result, PROFD__RESULT__RESULT_NOT_FOUND);
}
END_TEST

static Profd__Event an_event(uint64_t sequence, const char *error)
{
	Profd__Event e = PROFD__EVENT__INIT;

	e.sequence = e.call = sequence;
	e.path = 1;
	e.started_at_ns = NOW - 5 * SECOND;
	e.duration_ns = 1200000000;
	e.threshold_ns = error == NULL ? SECOND : 0;
	e.failed = error != NULL;
	if (error != NULL)
		e.error = (char *)error;
	return e;
}

/* Events come the latest first, with their path, as many as were asked for. */
START_TEST(events_come_the_latest_first)
{
	static const struct calls one = {"db.query", "shop", 1200000000, 1, 0, 1};
	static const struct calls two = {"web.page", "web", 1000, 0, 1, 0};
	const Profd__Event slow = an_event(1, NULL), failed = an_event(1, "no such page");
	Profd__Question q = PROFD__QUESTION__INIT;
	Profd__AskEvents ask_ = PROFD__ASK_EVENTS__INIT;
	const Profd__Answer *a;

	push(&one, 1, &slow);
	push(&two, 2, &failed);
	q.ask_case = PROFD__QUESTION__ASK_EVENTS;
	q.events = &ask_;
	a = ask(&q);
	ck_assert_uint_eq(a->events->n_list, 2);
	ck_assert_str_eq(a->events->list[0]->function, "web.page");
	ck_assert_str_eq(a->events->list[0]->error, "no such page");
	ck_assert(a->events->list[0]->failed && a->events->list[0]->threshold_ns == 0);
	ck_assert_str_eq(a->events->list[1]->function, "db.query");
	ck_assert_str_eq(a->events->list[1]->program, "shop");
	ck_assert_str_eq(a->events->list[1]->path, "db.query");
	ck_assert_str_eq(a->events->list[1]->error, "");
	ck_assert_int_eq(a->events->list[1]->pid, 41);
	ck_assert_uint_eq(a->events->list[1]->duration_ns, 1200000000);
	ck_assert_int_eq(a->events->list[1]->started_at_ns, NOW - 5 * SECOND);
	ask_.limit = 1;
	ck_assert_uint_eq(ask(&q)->events->n_list, 1);
	ask_.limit = 0;
	ask_.pattern = (char *)"db.*";
	a = ask(&q);
	ck_assert_uint_eq(a->events->n_list, 1);
	ck_assert_str_eq(a->events->list[0]->function, "db.query");
}
END_TEST

/* Processes come the latest first, connected as long as they push. */
START_TEST(processes_are_told)
{
	Profd__Question q = PROFD__QUESTION__INIT;
	Profd__AskProcesses ask_ = PROFD__ASK_PROCESSES__INIT;
	const Profd__Answer *a;

	push_some();
	q.ask_case = PROFD__QUESTION__ASK_PROCESSES;
	q.processes = &ask_;
	a = ask(&q);
	ck_assert_uint_eq(a->processes->n_list, 3);
	ck_assert_int_eq(a->processes->list[0]->pid, 41);
	ck_assert_int_eq(a->processes->list[2]->pid, 43);
	ck_assert_str_eq(a->processes->list[0]->program, "shop");
	ck_assert_uint_eq(a->processes->list[0]->uid, 1000);
	ck_assert_uint_eq(a->processes->list[0]->calls, 100);
	ck_assert_uint_eq(a->processes->list[0]->paths, 1);
	ck_assert(a->processes->list[0]->connected && !a->processes->list[0]->ended);
	ck_assert(!ask_at(&q, NOW + 60 * SECOND)->processes->list[0]->connected);
}
END_TEST

/* Every fact has a name, a meaning and a value of its kind; names are there once. */
START_TEST(status_is_a_table_of_facts)
{
	struct status status = {.version = "1",
				.store.file = "/p.db",
				.disk = "ok",
				.sandbox = "off",
				.uptime = 2.5};
	Profd__Fact facts[STATUS_FACTS_MAX];
	size_t count;
	unsigned seen = 0;

	push_some();
	ledger_count(ledger, &status.ledger);
	count = status_list(&status, facts);
	for (size_t i = 0; i < count; i++) {
		const Profd__Fact *f = &facts[i];

		ck_assert_str_ne(f->name, "");
		ck_assert_str_ne(f->meaning, "");
		ck_assert_int_ne(f->value_case, PROFD__FACT__VALUE__NOT_SET);
		for (size_t j = 0; j < i; j++)
			ck_assert_str_ne(f->name, facts[j].name);
		if (strcmp(f->name, "calls") == 0)
			seen += f->number == 404;
		if (strcmp(f->name, "disk") == 0)
			seen += strcmp(f->text, "ok") == 0;
		if (strcmp(f->name, "database") == 0)
			seen += strcmp(f->text, "/p.db") == 0;
		if (strcmp(f->name, "uptime") == 0)
			seen += f->real == 2.5;
	}
	ck_assert_uint_eq(seen, 4);
}
END_TEST

/* Every question of profd.proto has a row of its own, and one way in which it is answered. */
START_TEST(each_question_has_a_row)
{
	const ProtobufCMessageDescriptor *d = &profd__question__descriptor;
	Profd__Question q = PROFD__QUESTION__INIT;
	unsigned rows = 0, waits_for_the_disk = 0;

	ck_assert_ptr_null(question_kind(&q));
	for (unsigned i = 0; i < d->n_fields; i++) {
		const struct question_kind *kind;

		if ((d->fields[i].flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
			continue;
		q.ask_case = (Profd__Question__AskCase)d->fields[i].id;
		kind = question_kind(&q);
		ck_assert(kind->present == NULL || (kind->past == NULL && !kind->changes));
		waits_for_the_disk += kind->present == NULL && kind->past == NULL;
		rows++;
	}
	ck_assert_uint_eq(rows, 13);
	ck_assert_uint_eq(waits_for_the_disk, 1);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, begin, end);
	tcase_add_test(tests, an_empty_ledger_answers);
	tcase_add_test(tests, the_summary_adds_up);
	tcase_add_test(tests, orders_put_the_largest_first);
	tcase_add_test(tests, stats_are_of_all_calls);
	tcase_add_test(tests, events_come_the_latest_first);
	tcase_add_test(tests, processes_are_told);
	tcase_add_test(tests, status_is_a_table_of_facts);
	tcase_add_test(tests, each_question_has_a_row);
}
