/*
 * What the ledger knows, as messages. Rows are gathered first, then ordered, cut and packed.
 */
#include "daemon/ask/answer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ask/status.h"
#include "daemon/base/clock.h"
#include "daemon/ledger/ledger.h"
#include "daemon/net/keys.h"
#include "proto/limits.h"
#include "proto/wire.h"

/* A process counts as connected while it pushed within so many of its intervals. */
#define INTERVALS 3

struct answer answer_pack(const Profd__Answer *message)
{
	struct answer a = {.size = profd__answer__get_packed_size(message)};

	a.bytes = malloc(a.size == 0 ? 1 : a.size);
	if (a.bytes != NULL)
		profd__answer__pack(message, a.bytes);
	return a;
}

void answer_begin(Profd__Answer *message, const Profd__Question *q, Profd__Result result)
{
	profd__answer__init(message);
	message->version = wire_speaks(q->version) ? q->version : PROF_PROTOCOL;
	message->id = q->id;
	message->result = result;
}

struct answer answer_result(const Profd__Question *q, Profd__Result result, const char *text)
{
	Profd__Answer message;

	answer_begin(&message, q, result);
	if (text != NULL)
		message.text = (char *)text;
	return answer_pack(&message);
}

struct answer answer_number(const Profd__Question *q, uint64_t number)
{
	Profd__Number n = PROFD__NUMBER__INIT;
	Profd__Answer message;

	answer_begin(&message, q, PROFD__RESULT__RESULT_DONE);
	message.answer_case = (Profd__Answer__AnswerCase)q->ask_case;
	message.clear = &n; /* or save, or delete: they share one pointer */
	n.number = number;
	return answer_pack(&message);
}

static const char *or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

/* ---------------------------------------------------------------- rows */

/* Rows of one size, as they come one by one; `lost` without memory. */
struct rows {
	void *row;
	size_t size, count, room;
	bool lost;
};

static void *rows_add(struct rows *r)
{
	void *more = r->row;

	if (r->count == r->room) {
		size_t room = r->room == 0 ? 64 : r->room * 2;

		more = realloc(r->row, room * r->size);
		if (more == NULL) {
			r->lost = true;
			return NULL;
		}
		r->row = more;
		r->room = room;
	}
	return (char *)more + r->size * r->count++;
}

/* The list of pointers that protobuf-c wants. NULL without memory. */
static void *rows_list(const struct rows *r)
{
	void **list = r->lost ? NULL : malloc((r->count + 1) * sizeof(*list));

	for (size_t i = 0; list != NULL && i < r->count; i++)
		list[i] = (char *)r->row + r->size * i;
	return list;
}

static struct answer no_memory(const Profd__Question *q)
{
	return answer_result(q, PROFD__RESULT__RESULT_FAILED, "profd has no memory for the answer");
}

/* Answers with a message whose list is the rows; `n_list` and `list` are those of the message. */
static struct answer pack_rows(const Profd__Question *q, struct rows *r, void *message,
			       size_t *n_list, void *list)
{
	void *pointers = rows_list(r);
	Profd__Answer answer;
	struct answer a;

	answer_begin(&answer, q, PROFD__RESULT__RESULT_DONE);
	answer.answer_case = (Profd__Answer__AnswerCase)q->ask_case;
	answer.summary = message; /* or whichever it is: they share one pointer */
	*n_list = r->count;
	memcpy(list, &pointers, sizeof(pointers));
	a = pointers == NULL ? no_memory(q) : answer_pack(&answer);
	free(pointers);
	return a;
}

/* ----------------------------------------------------------- functions */

static double average(const struct ledger_function *f)
{
	return (double)f->sum_ns / (double)f->calls;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int compare_reals(double a, double b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

/* The largest first; by name where they are equal, so that the order does not change by itself. */
static int compare(const void *left, const void *right, void *order)
{
	const struct ledger_function *a = left, *b = right;
	int result = 0;

	switch (*(const Profd__Order *)order) {
	case PROFD__ORDER__ORDER_UNSPECIFIED:
	case PROFD__ORDER__ORDER_BY_TOTAL:
		result = compare_numbers(a->sum_ns - a->recursive_ns, b->sum_ns - b->recursive_ns);
		break;
	case PROFD__ORDER__ORDER_BY_CALLS:
		result = compare_numbers(a->calls, b->calls);
		break;
	case PROFD__ORDER__ORDER_BY_AVERAGE:
		result = compare_reals(average(a), average(b));
		break;
	case PROFD__ORDER__ORDER_BY_MAX:
		result = compare_numbers(a->max_ns, b->max_ns);
		break;
	case PROFD__ORDER__ORDER_BY_P99:
		result = compare_reals(a->quantile[4], b->quantile[4]);
		break;
	case PROFD__ORDER__ORDER_BY_ERRORS:
		result = compare_numbers(a->errors, b->errors);
		break;
	case PROFD__ORDER__ORDER_BY_SLOW:
		result = compare_numbers(a->slow, b->slow);
		break;
	case PROFD__ORDER__ORDER_BY_NAME:
	case _PROFD__ORDER_IS_INT_SIZE:
		break;
	}
	return result != 0 ? result : strcmp(a->name, b->name);
}

static void add_function(void *context, const struct ledger_function *f)
{
	struct ledger_function *row = rows_add(context);

	if (row != NULL)
		*row = *f;
}

static void write_function(Profd__Function *m, struct ledger_function *f)
{
	profd__function__init(m);
	m->name = (char *)f->name;
	m->calls = f->calls;
	m->errors = f->errors;
	m->slow = f->slow;
	m->sum_ns = f->sum_ns;
	m->recursive_ns = f->recursive_ns;
	m->min_ns = f->calls == 0 ? 0 : f->min_ns;
	m->max_ns = f->max_ns;
	m->quantiles = f->quantile;
	m->n_quantiles = QUANTILES;
}

static void write_totals(Profd__Summary *m, const struct ledger_totals *totals,
			 const struct ledger_mark *mark, int64_t since_at_ns)
{
	m->functions = totals->functions;
	m->calls = totals->calls;
	m->slow = totals->slow;
	m->errors = totals->errors;
	m->sum_ns = totals->sum_ns;
	m->change = mark->change;
	m->epoch = mark->epoch;
	m->since_at_ns = since_at_ns;
}

struct answer answer_summary(const struct present *p, const Profd__Question *q)
{
	const Profd__AskFunctions *ask = q->summary;
	struct rows rows = {.size = sizeof(struct ledger_function)};
	struct rows messages = {.size = sizeof(Profd__Function)};
	Profd__Summary summary = PROFD__SUMMARY__INIT;
	Profd__Order order = ask->order;
	struct ledger_mark mark = {ask->change, ask->epoch};
	struct ledger_totals totals;
	struct ledger_counts counts;
	struct answer a;

	summary.whole = ledger_each_changed(p->ledger, or_null(ask->pattern), or_null(ask->program),
					    &mark, &totals, add_function, &rows);
	if (rows.count != 0)
		qsort_r(rows.row, rows.count, rows.size, compare, &order);
	ledger_count(p->ledger, &counts);
	write_totals(&summary, &totals, &mark, counts.since_at_ns);
	messages.lost = rows.lost;
	for (size_t i = 0; i < rows.count && (ask->limit == 0 || i < ask->limit); i++) {
		Profd__Function *m = rows_add(&messages);

		if (m != NULL)
			write_function(m, &((struct ledger_function *)rows.row)[i]);
	}
	a = pack_rows(q, &messages, &summary, &summary.n_list, &summary.list);
	free(messages.row);
	free(rows.row);
	return a;
}

struct answer answer_stats(const struct present *p, const Profd__Question *q)
{
	struct ledger_function f;
	Profd__Function function;
	Profd__Answer message;

	if (!ledger_get_function(p->ledger, q->stats->name, or_null(q->stats->program), &f))
		return answer_result(q, PROFD__RESULT__RESULT_NOT_FOUND, "no such function");
	write_function(&function, &f);
	answer_begin(&message, q, PROFD__RESULT__RESULT_DONE);
	message.answer_case = PROFD__ANSWER__ANSWER_STATS;
	message.stats = &function;
	return answer_pack(&message);
}

/* -------------------------------------------------------------- events */

struct event_rows {
	struct rows rows;
	size_t limit;
};

static bool add_event(void *context, const struct ledger_event *e, const char *path)
{
	struct event_rows *events = context;
	Profd__SlowCall *m = rows_add(&events->rows);

	if (m == NULL)
		return false;
	profd__slow_call__init(m);
	m->function = (char *)e->function;
	m->program = (char *)e->program;
	m->pid = e->pid;
	m->started_at_ns = e->started_at_ns;
	m->duration_ns = e->duration_ns;
	m->threshold_ns = e->threshold_ns;
	m->running = e->running;
	m->failed = e->failed;
	m->unfinished = e->unfinished;
	if (e->error != NULL)
		m->error = (char *)e->error;
	m->path = strdup(path); /* the ledger joins each path anew */
	if (m->path == NULL) {
		events->rows.count--;
		events->rows.lost = true;
		return false;
	}
	return events->limit == 0 || events->rows.count < events->limit;
}

struct answer answer_events(const struct present *p, const Profd__Question *q)
{
	const Profd__AskEvents *ask = q->events;
	struct event_rows events = {{.size = sizeof(Profd__SlowCall)}, ask->limit};
	Profd__SlowCalls message = PROFD__SLOW_CALLS__INIT;
	struct rows *rows = &events.rows;
	struct answer a;

	ledger_each_events(p->ledger, or_null(ask->pattern), ask->running, p->wall_ns, add_event,
			   &events);
	a = pack_rows(q, rows, &message, &message.n_list, &message.list);
	for (size_t i = 0; i < rows->count; i++)
		free(((Profd__SlowCall *)rows->row)[i].path);
	free(rows->row);
	return a;
}

/* ----------------------------------------------------------- processes */

struct process_rows {
	struct rows rows;
	const struct keys *keys;
	int64_t wall_ns;
};

static void add_process(void *context, const struct ledger_process *p)
{
	struct process_rows *processes = context;
	Profd__Process *m = rows_add(&processes->rows);
	uint64_t interval = p->interval_ns < CLOCK_SECOND ? CLOCK_SECOND : p->interval_ns;

	if (m == NULL)
		return;
	profd__process__init(m);
	m->program = (char *)p->program;
	m->pid = p->pid;
	m->uid = p->uid;
	if (p->uid > UINT32_MAX) {
		const struct keys_client *client = keys_find_number(processes->keys, p->uid);

		m->key = (char *)(client == NULL ? "(revoked)" : client->name);
	}
	m->started_at_ns = p->started_at_ns;
	m->pushed_at_ns = p->pushed_at_ns;
	m->calls = p->calls;
	m->paths = p->paths;
	m->ended = p->ended;
	m->connected = !p->ended && (double)(processes->wall_ns - p->pushed_at_ns) <
					    (double)interval * INTERVALS;
	m->events_dropped = p->events_dropped;
	m->calls_collapsed = p->calls_collapsed;
}

/* The living before those that ended, then the latest first. */
static int compare_processes(const void *left, const void *right)
{
	const Profd__Process *a = left, *b = right;

	if (a->ended != b->ended)
		return a->ended ? 1 : -1;
	if (a->started_at_ns != b->started_at_ns)
		return a->started_at_ns < b->started_at_ns ? 1 : -1;
	return a->pid < b->pid ? 1 : a->pid > b->pid ? -1 : 0;
}

struct answer answer_processes(const struct present *p, const Profd__Question *q)
{
	struct process_rows processes = {{.size = sizeof(Profd__Process)}, p->keys, p->wall_ns};
	struct rows *rows = &processes.rows;
	Profd__Processes message = PROFD__PROCESSES__INIT;
	struct answer a;

	ledger_each_processes(p->ledger, add_process, &processes);
	if (rows->count != 0)
		qsort(rows->row, rows->count, rows->size, compare_processes);
	a = pack_rows(q, rows, &message, &message.n_list, &message.list);
	free(rows->row);
	return a;
}

/* ------------------------------------------------------------ programs */

static void add_program(void *context, const struct ledger_program *p)
{
	Profd__Program *m = rows_add(context);

	if (m == NULL)
		return;
	profd__program__init(m);
	m->name = (char *)p->name;
	m->processes = p->processes;
	m->living = p->living;
	m->calls = p->calls;
}

static int compare_programs(const void *left, const void *right)
{
	return strcmp(((const Profd__Program *)left)->name, ((const Profd__Program *)right)->name);
}

struct answer answer_programs(const struct present *p, const Profd__Question *q)
{
	struct rows rows = {.size = sizeof(Profd__Program)};
	Profd__Programs message = PROFD__PROGRAMS__INIT;
	struct answer a;

	rows.lost |= !ledger_each_programs(p->ledger, add_program, &rows);
	if (rows.count != 0)
		qsort(rows.row, rows.count, rows.size, compare_programs);
	a = pack_rows(q, &rows, &message, &message.n_list, &message.list);
	free(rows.row);
	return a;
}

/* -------------------------------------------------------------- status */

struct answer answer_status(const struct present *p, const Profd__Question *q)
{
	Profd__Fact fact[STATUS_FACTS_MAX], *list[STATUS_FACTS_MAX];
	Profd__Status message = PROFD__STATUS__INIT;
	struct status status;
	Profd__Answer answer;

	status_measure(&status, p->parts);
	message.n_list = status_list(&status, fact);
	message.list = list;
	for (size_t i = 0; i < message.n_list; i++)
		list[i] = &fact[i];
	answer_begin(&answer, q, PROFD__RESULT__RESULT_DONE);
	answer.answer_case = PROFD__ANSWER__ANSWER_STATUS;
	answer.status = &message;
	return answer_pack(&answer);
}
