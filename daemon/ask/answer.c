/*
 * What the ledger knows, as messages. Rows are gathered first, then ordered, cut and packed.
 */
#include "daemon/ask/answer.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/base/clock.h"
#include "daemon/net/keys.h"
#include "daemon/ledger/ledger.h"
#include "daemon/ask/status.h"
#include "proto/limits.h"

/* A process counts as connected while it pushed within so many of its intervals. */
#define INTERVALS 3
#define QUANTILES 6

struct answer answer_pack(const Profd__Answer *message)
{
	struct answer a = {.size = profd__answer__get_packed_size(message)};

	a.bytes = malloc(a.size == 0 ? 1 : a.size);
	if (a.bytes != NULL)
		profd__answer__pack(message, a.bytes);
	return a;
}

void answer_begin(Profd__Answer *message, uint64_t id, Profd__Result result)
{
	profd__answer__init(message);
	message->version = PROF_PROTOCOL;
	message->id = id;
	message->result = result;
}

struct answer answer_result(uint64_t id, Profd__Result result, const char *text)
{
	Profd__Answer message;

	answer_begin(&message, id, result);
	if (text != NULL)
		message.text = (char *)text;
	return answer_pack(&message);
}

struct answer answer_cleared(uint64_t id, uint64_t functions)
{
	Profd__Answer message;

	answer_begin(&message, id, PROFD__RESULT__DONE);
	message.cleared = functions;
	return answer_pack(&message);
}

static const char *or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

/* ---------------------------------------------------------------- rows */

/* Rows of one size, as they are told one by one; `lost` without memory. */
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
static void *rows_list(const struct rows *r, size_t count)
{
	void **list = r->lost ? NULL : malloc((count + 1) * sizeof(*list));

	for (size_t i = 0; list != NULL && i < count; i++)
		list[i] = (char *)r->row + r->size * i;
	return list;
}

static struct answer no_memory(uint64_t id)
{
	return answer_result(id, PROFD__RESULT__FAILED, "profd has no memory for the answer");
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
	case PROFD__ORDER__BY_TOTAL:
		result = compare_numbers(a->sum_ns, b->sum_ns);
		break;
	case PROFD__ORDER__BY_CALLS:
		result = compare_numbers(a->calls, b->calls);
		break;
	case PROFD__ORDER__BY_AVERAGE:
		result = compare_reals(average(a), average(b));
		break;
	case PROFD__ORDER__BY_MAX:
		result = compare_numbers(a->max_ns, b->max_ns);
		break;
	case PROFD__ORDER__BY_P99:
		result = compare_reals(a->quantile[4], b->quantile[4]);
		break;
	case PROFD__ORDER__BY_ERRORS:
		result = compare_numbers(a->errors, b->errors);
		break;
	case PROFD__ORDER__BY_SLOW:
		result = compare_numbers(a->slow, b->slow);
		break;
	case PROFD__ORDER__BY_NAME:
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
	m->min_ns = f->calls == 0 ? 0 : f->min_ns;
	m->max_ns = f->max_ns;
	m->quantiles = f->quantile;
	m->n_quantiles = QUANTILES;
}

static struct answer pack_functions(Profd__Answer *message, struct ledger_function *row,
				    size_t count)
{
	struct rows messages = {.size = sizeof(Profd__Function)};
	struct answer a;

	for (size_t i = 0; i < count; i++) {
		Profd__Function *m = rows_add(&messages);

		if (m != NULL)
			write_function(m, &row[i]);
	}
	message->functions = rows_list(&messages, messages.count);
	message->n_functions = messages.count;
	a = message->functions == NULL ? no_memory(message->id) : answer_pack(message);
	free(message->functions);
	free(messages.row);
	return a;
}

static struct answer answer_summary(struct ledger *ledger, uint64_t id,
				    const Profd__AskFunctions *ask)
{
	struct rows rows = {.size = sizeof(struct ledger_function)};
	Profd__Summary summary = PROFD__SUMMARY__INIT;
	Profd__Order order = ask->order;
	struct ledger_mark mark = {ask->change, ask->epoch};
	struct ledger_totals totals;
	struct ledger_counts counts;
	Profd__Answer message;
	struct answer a;
	size_t count;

	summary.whole = ledger_each_changed(ledger, or_null(ask->pattern), or_null(ask->program),
					    &mark, &totals, add_function, &rows);
	if (rows.lost) {
		free(rows.row);
		return no_memory(id);
	}
	if (rows.count != 0)
		qsort_r(rows.row, rows.count, rows.size, compare, &order);
	ledger_count(ledger, &counts);
	answer_begin(&message, id, PROFD__RESULT__DONE);
	summary.functions = totals.functions;
	summary.calls = totals.calls;
	summary.slow = totals.slow;
	summary.errors = totals.errors;
	summary.sum_ns = totals.sum_ns;
	summary.change = mark.change;
	summary.epoch = mark.epoch;
	summary.since_at_ns = counts.since_at_ns;
	message.summary = &summary;
	count = ask->limit != 0 && ask->limit < rows.count ? ask->limit : rows.count;
	a = pack_functions(&message, rows.row, count);
	free(rows.row);
	return a;
}

static struct answer answer_stats(struct ledger *ledger, uint64_t id,
				  const Profd__AskFunctions *ask)
{
	struct ledger_function f;
	Profd__Answer message;

	if (!ledger_get_function(ledger, ask->name, or_null(ask->program), &f))
		return answer_result(id, PROFD__RESULT__NOT_FOUND, "no such function");
	answer_begin(&message, id, PROFD__RESULT__DONE);
	return pack_functions(&message, &f, 1);
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

static struct answer answer_events(struct ledger *ledger, uint64_t id, const Profd__AskEvents *ask)
{
	struct event_rows events = {{.size = sizeof(Profd__SlowCall)}, ask->limit};
	Profd__Answer message;
	struct answer a;

	if (!ledger_each_events(ledger, or_null(ask->pattern), ask->running, add_event, &events))
		events.rows.lost = true;
	answer_begin(&message, id, PROFD__RESULT__DONE);
	message.events = rows_list(&events.rows, events.rows.count);
	message.n_events = events.rows.count;
	a = message.events == NULL ? no_memory(id) : answer_pack(&message);
	for (size_t i = 0; i < events.rows.count; i++)
		free(((Profd__SlowCall *)events.rows.row)[i].path);
	free(message.events);
	free(events.rows.row);
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

static struct answer answer_processes(struct ledger *ledger, const struct keys *keys, uint64_t id,
				      int64_t wall_ns)
{
	struct process_rows processes = {{.size = sizeof(Profd__Process)}, keys, wall_ns};
	Profd__Answer message;
	struct answer a;

	ledger_each_processes(ledger, add_process, &processes);
	if (processes.rows.count != 0)
		qsort(processes.rows.row, processes.rows.count, processes.rows.size,
		      compare_processes);
	answer_begin(&message, id, PROFD__RESULT__DONE);
	message.processes = rows_list(&processes.rows, processes.rows.count);
	message.n_processes = processes.rows.count;
	a = message.processes == NULL ? no_memory(id) : answer_pack(&message);
	free(message.processes);
	free(processes.rows.row);
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

static struct answer answer_programs(struct ledger *ledger, uint64_t id)
{
	struct rows programs = {.size = sizeof(Profd__Program)};
	Profd__Answer message;
	struct answer a;

	programs.lost |= !ledger_each_programs(ledger, add_program, &programs);
	if (programs.count != 0)
		qsort(programs.row, programs.count, programs.size, compare_programs);
	answer_begin(&message, id, PROFD__RESULT__DONE);
	message.programs = rows_list(&programs, programs.count);
	message.n_programs = programs.count;
	a = message.programs == NULL ? no_memory(id) : answer_pack(&message);
	free(message.programs);
	free(programs.row);
	return a;
}

/* -------------------------------------------------------------- status */

static struct answer answer_status(const struct status *status, uint64_t id)
{
	Profd__Fact fact[STATUS_FACTS_MAX], *list[STATUS_FACTS_MAX];
	Profd__Answer message;

	answer_begin(&message, id, PROFD__RESULT__DONE);
	message.n_status = status_tell(status, fact);
	message.status = list;
	for (size_t i = 0; i < message.n_status; i++)
		list[i] = &fact[i];
	return answer_pack(&message);
}

struct answer answer_make(struct ledger *ledger, const struct keys *keys,
			  const struct status *status, const Profd__Question *question,
			  int64_t wall_ns)
{
	switch (question->ask_case) {
	case PROFD__QUESTION__ASK_SUMMARY:
		return answer_summary(ledger, question->id, question->summary);
	case PROFD__QUESTION__ASK_STATS:
		return answer_stats(ledger, question->id, question->stats);
	case PROFD__QUESTION__ASK_EVENTS:
		return answer_events(ledger, question->id, question->events);
	case PROFD__QUESTION__ASK_PROCESSES:
		return answer_processes(ledger, keys, question->id, wall_ns);
	case PROFD__QUESTION__ASK_PROGRAMS:
		return answer_programs(ledger, question->id);
	case PROFD__QUESTION__ASK_STATUS:
		return answer_status(status, question->id);
	case PROFD__QUESTION__ASK_CLEAR:
	case PROFD__QUESTION__ASK_HISTORY:
	case PROFD__QUESTION__ASK_HISTOGRAMS:
	case PROFD__QUESTION__ASK_TREE:
	case PROFD__QUESTION__ASK_SAVE:
	case PROFD__QUESTION__ASK_SAVED:
	case PROFD__QUESTION__ASK_DELETE:
	case PROFD__QUESTION__ASK__NOT_SET:
	case _PROFD__QUESTION__ASK__CASE_IS_INT_SIZE:
		break;
	}
	return answer_result(question->id, PROFD__RESULT__BAD_QUESTION,
			     "the question asks for nothing that this profd knows");
}
