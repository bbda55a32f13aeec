/*
 * Asking: each question of the public header, its arguments judged, and what its answer is made
 * into.
 */
#include <stdlib.h>
#include <string.h>

#include "client/ask/ask.h"
#include "client/base/sized.h"
#include "proto/name.h"
#include "proto/tally.h"

_Static_assert((int)PROF_QUANTILES == QUANTILES, "the same quantiles");
_Static_assert((int)PROF_BY_NAME - (int)PROF_BY_TOTAL ==
		       PROFD__ORDER__ORDER_BY_NAME - PROFD__ORDER__ORDER_BY_TOTAL,
	       "the orders stand in the same order in the header and in the messages");

prof_error ask_take_name(const char *name, char **to)
{
	if (name == NULL || name[0] == '\0')
		return PROF_OK;
	if (!name_is_valid(name, strlen(name)))
		return PROF_BAD_NAME;
	*to = (char *)name;
	return PROF_OK;
}

unsigned ask_doubtful(uint64_t calls)
{
	unsigned doubtful = 0;

	for (unsigned i = 0; i < PROF_QUANTILES; i++)
		if (!tally_supports(calls, tally_quantiles[i]))
			doubtful |= 1u << i;
	return doubtful;
}

prof_error ask_for(Profd__Question *question, double timeout, const struct ask_kind *kind,
		   void *result)
{
	struct answer answer;
	const Profd__Answer *from;
	size_t count = 0;
	struct block b;
	prof_error error;

	if (result == NULL)
		return PROF_BAD_ARGUMENT;
	error = question_ask(question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	from = answer.message;
	if (kind->row != 0) /* whichever message it is: they share one pointer */
		memcpy(&count, (const char *)from->summary + kind->count_at, sizeof(count));
	error = block_init(&b, kind->head, count, kind->row,
			   kind->room == NULL ? 0 : kind->room(from), answer.size);
	if (error == PROF_OK)
		error = block_finish(&b, kind->read(&b, from, b.head), result);
	answer_deinit(&answer);
	return error;
}

/* ------------------------------------------------------------ functions */

static bool read_function(struct block *b, const Profd__Function *from, struct prof_stats *to)
{
	double *const value[PROF_QUANTILES] = {QUANTILE_LIST(ASK_QUANTILE)};

	if ((from->calls != 0 && from->n_quantiles < PROF_QUANTILES) ||
	    from->recursive_ns > from->sum_ns)
		return false;
	to->function_name = block_text(b, from->name);
	to->call_count = from->calls;
	to->error_count = from->errors;
	to->slow_count = from->slow;
	to->total_seconds = ask_seconds(from->sum_ns - from->recursive_ns);
	to->recursive_seconds = ask_seconds(from->recursive_ns);
	to->min_seconds = ask_seconds(from->min_ns);
	to->max_seconds = ask_seconds(from->max_ns);
	to->avg_seconds = from->calls == 0 ? 0.0 : ask_seconds(from->sum_ns) / (double)from->calls;
	to->avg_ms = to->avg_seconds * 1e3;
	to->max_ms = to->max_seconds * 1e3;
	for (unsigned i = 0; i < PROF_QUANTILES && i < from->n_quantiles; i++)
		*value[i] = from->quantiles[i];
	to->doubtful = ask_doubtful(from->calls);
	return true;
}

static bool read_functions(struct block *b, const Profd__Summary *from)
{
	for (size_t i = 0; i < from->n_list; i++)
		if (!read_function(b, from->list[i], block_row(b, i)))
			return false;
	return true;
}

static bool read_stats(struct block *b, const Profd__Answer *from, void *head)
{
	return read_function(b, from->stats, head);
}

static bool read_all_stats(struct block *b, const Profd__Answer *from, void *head)
{
	struct prof_stats_list *list = head;

	list->count = from->summary->n_list;
	list->functions = b->rows;
	return read_functions(b, from->summary);
}

static bool read_summary(struct block *b, const Profd__Answer *from, void *head)
{
	const Profd__Summary *totals = from->summary;
	struct prof_summary *summary = head;

	summary->profiled_functions = totals->functions;
	summary->total_calls = totals->calls;
	summary->slow_calls = totals->slow;
	summary->errors = totals->errors;
	summary->total_seconds = ask_seconds(totals->sum_ns);
	summary->since = ask_moment(totals->since_at_ns);
	summary->count = totals->n_list;
	summary->functions = b->rows;
	return read_functions(b, totals);
}

static bool read_changes(struct block *b, const Profd__Answer *from, void *head)
{
	const Profd__Summary *totals = from->summary;
	struct prof_changes *changes = head;

	changes->mark = (struct prof_mark){totals->change, totals->epoch};
	changes->whole = totals->whole || totals->change == 0; /* 0: of a profd that tells all */
	changes->profiled_functions = totals->functions;
	changes->total_calls = totals->calls;
	changes->slow_calls = totals->slow;
	changes->errors = totals->errors;
	changes->total_seconds = ask_seconds(totals->sum_ns);
	changes->since = ask_moment(totals->since_at_ns);
	changes->count = totals->n_list;
	changes->functions = b->rows;
	return read_functions(b, totals);
}

prof_error prof_get_stats(const char *function, const char *program, double timeout,
			  struct prof_stats **stats)
{
	static const struct ask_kind kind = {.head = sizeof(**stats), .read = read_stats};
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskFunctions ask = PROFD__ASK_FUNCTIONS__INIT;
	prof_error error;

	if (function == NULL)
		return PROF_BAD_ARGUMENT;
	if (!name_is_valid(function, strlen(function)))
		return PROF_BAD_NAME;
	ask.name = (char *)function;
	error = ask_take_name(program, &ask.program);
	if (error != PROF_OK)
		return error;
	question.ask_case = PROFD__QUESTION__ASK_STATS;
	question.stats = &ask;
	return ask_for(&question, timeout, &kind, stats);
}

/* Asks for the functions that the filter names. mark: NULL for all. */
static prof_error ask_functions(const struct prof_filter *filter, const struct prof_mark *mark,
				double timeout, const struct ask_kind *kind, void *result)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskFunctions ask = PROFD__ASK_FUNCTIONS__INIT;
	struct prof_filter f = PROF_FILTER_INIT;
	prof_error error = sized_read(&f, pattern, filter);

	if (error == PROF_OK && (unsigned)f.order > PROF_BY_NAME)
		error = PROF_BAD_ARGUMENT;
	if (error == PROF_OK)
		error = ask_take_name(f.pattern, &ask.pattern);
	if (error == PROF_OK)
		error = ask_take_name(f.program, &ask.program);
	if (error != PROF_OK)
		return error;
	ask.order = PROFD__ORDER__ORDER_BY_TOTAL + (Profd__Order)f.order;
	ask.limit = f.limit;
	if (mark != NULL) {
		ask.change = mark->change;
		ask.epoch = mark->epoch;
	}
	question.ask_case = PROFD__QUESTION__ASK_SUMMARY;
	question.summary = &ask;
	return ask_for(&question, timeout, kind, result);
}

prof_error prof_get_all_stats(const struct prof_filter *filter, double timeout,
			      struct prof_stats_list **list)
{
	static const struct ask_kind kind = {sizeof(**list), sizeof(**(*list)->functions),
					     offsetof(Profd__Summary, n_list), NULL,
					     read_all_stats};

	return ask_functions(filter, NULL, timeout, &kind, list);
}

prof_error prof_get_summary(const struct prof_filter *filter, double timeout,
			    struct prof_summary **summary)
{
	static const struct ask_kind kind = {sizeof(**summary), sizeof(**(*summary)->functions),
					     offsetof(Profd__Summary, n_list), NULL, read_summary};

	return ask_functions(filter, NULL, timeout, &kind, summary);
}

prof_error prof_get_changes(const struct prof_filter *filter, const struct prof_mark *mark,
			    double timeout, struct prof_changes **changes)
{
	static const struct ask_kind kind = {sizeof(**changes), sizeof(**(*changes)->functions),
					     offsetof(Profd__Summary, n_list), NULL, read_changes};

	return ask_functions(filter, mark, timeout, &kind, changes);
}

/* --------------------------------------------------------------- events */

static void read_event(struct block *b, const Profd__SlowCall *from, struct prof_slow_call *to)
{
	to->function = block_text(b, from->function);
	to->program = block_text(b, from->program);
	to->path = block_text(b, from->path);
	if (from->failed && from->error[0] != '\0')
		to->error = block_text(b, from->error);
	to->pid = from->pid;
	to->failed = from->failed;
	to->running = from->running;
	to->unfinished = from->unfinished;
	to->started = ask_moment(from->started_at_ns);
	to->seconds = ask_seconds(from->duration_ns);
	to->threshold = ask_seconds(from->threshold_ns);
}

static bool read_events(struct block *b, const Profd__Answer *from, void *head)
{
	struct prof_slow_list *list = head;

	list->count = from->events->n_list;
	list->calls = b->rows;
	for (size_t i = 0; i < list->count; i++)
		read_event(b, from->events->list[i], block_row(b, i));
	return true;
}

static prof_error ask_events(const char *pattern, uint32_t limit, bool running, double timeout,
			     struct prof_slow_list **list)
{
	static const struct ask_kind kind = {sizeof(**list), sizeof(**(*list)->calls),
					     offsetof(Profd__SlowCalls, n_list), NULL, read_events};
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskEvents ask = PROFD__ASK_EVENTS__INIT;
	prof_error error = ask_take_name(pattern, &ask.pattern);

	if (error != PROF_OK)
		return error;
	ask.limit = limit;
	ask.running = running;
	question.ask_case = PROFD__QUESTION__ASK_EVENTS;
	question.events = &ask;
	return ask_for(&question, timeout, &kind, list);
}

prof_error prof_get_slow(const char *pattern, uint32_t limit, double timeout,
			 struct prof_slow_list **list)
{
	return ask_events(pattern, limit, false, timeout, list);
}

prof_error prof_get_running(const char *pattern, uint32_t limit, double timeout,
			    struct prof_slow_list **list)
{
	return ask_events(pattern, limit, true, timeout, list);
}

/* ------------------------------------------ programs, processes, status */

static void read_program(struct block *b, const Profd__Program *from, struct prof_program *to)
{
	to->name = block_text(b, from->name);
	to->calls = from->calls;
	to->processes = from->processes;
	to->living = from->living;
}

static bool read_programs(struct block *b, const Profd__Answer *from, void *head)
{
	struct prof_program_list *list = head;

	list->count = from->programs->n_list;
	list->programs = b->rows;
	for (size_t i = 0; i < list->count; i++)
		read_program(b, from->programs->list[i], block_row(b, i));
	return true;
}

prof_error prof_get_programs(double timeout, struct prof_program_list **list)
{
	static const struct ask_kind kind = {sizeof(**list), sizeof(**(*list)->programs),
					     offsetof(Profd__Programs, n_list), NULL,
					     read_programs};
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskPrograms ask = PROFD__ASK_PROGRAMS__INIT;

	question.ask_case = PROFD__QUESTION__ASK_PROGRAMS;
	question.programs = &ask;
	return ask_for(&question, timeout, &kind, list);
}

static void read_process(struct block *b, const Profd__Process *from, struct prof_process *to)
{
	to->program = block_text(b, from->program);
	to->pid = from->pid;
	to->uid = from->uid > UINT32_MAX ? UINT32_MAX : (unsigned)from->uid;
	to->key = from->key[0] == '\0' ? NULL : block_text(b, from->key);
	to->ended = from->ended;
	to->connected = from->connected;
	to->started = ask_moment(from->started_at_ns);
	to->pushed = ask_moment(from->pushed_at_ns);
	to->calls = from->calls;
	to->paths = from->paths;
	to->events_dropped = from->events_dropped;
	to->calls_collapsed = from->calls_collapsed;
}

static bool read_processes(struct block *b, const Profd__Answer *from, void *head)
{
	struct prof_process_list *list = head;

	list->count = from->processes->n_list;
	list->processes = b->rows;
	for (size_t i = 0; i < list->count; i++)
		read_process(b, from->processes->list[i], block_row(b, i));
	return true;
}

prof_error prof_get_processes(double timeout, struct prof_process_list **list)
{
	static const struct ask_kind kind = {sizeof(**list), sizeof(**(*list)->processes),
					     offsetof(Profd__Processes, n_list), NULL,
					     read_processes};
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskProcesses ask = PROFD__ASK_PROCESSES__INIT;

	question.ask_case = PROFD__QUESTION__ASK_PROCESSES;
	question.processes = &ask;
	return ask_for(&question, timeout, &kind, list);
}

static void read_fact(struct block *b, const Profd__Fact *from, struct prof_fact *to)
{
	to->name = block_text(b, from->name);
	to->unit = block_text(b, from->unit);
	to->meaning = block_text(b, from->meaning);
	to->text = "";
	to->counter = from->counter;
	switch (from->value_case) {
	case PROFD__FACT__VALUE_NUMBER:
		to->kind = PROF_FACT_NUMBER;
		to->number = from->number;
		return;
	case PROFD__FACT__VALUE_REAL:
		to->kind = PROF_FACT_REAL;
		to->real = from->real;
		return;
	case PROFD__FACT__VALUE_TEXT:
		to->text = block_text(b, from->text);
		break;
	case PROFD__FACT__VALUE__NOT_SET:
	case _PROFD__FACT__VALUE__CASE_IS_INT_SIZE:
		break;
	}
	to->kind = PROF_FACT_TEXT;
}

static bool read_facts(struct block *b, const Profd__Answer *from, void *head)
{
	struct prof_status *status = head;

	status->count = from->status->n_list;
	status->facts = b->rows;
	for (size_t i = 0; i < status->count; i++)
		read_fact(b, from->status->list[i], block_row(b, i));
	return true;
}

prof_error prof_get_status(double timeout, struct prof_status **status)
{
	static const struct ask_kind kind = {sizeof(**status), sizeof(**(*status)->facts),
					     offsetof(Profd__Status, n_list), NULL, read_facts};
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskStatus ask = PROFD__ASK_STATUS__INIT;

	question.ask_case = PROFD__QUESTION__ASK_STATUS;
	question.status = &ask;
	return ask_for(&question, timeout, &kind, status);
}

/* ------------------------------------------------------------- clearing */

prof_error prof_clear(const char *function, double timeout, uint64_t *functions)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskClear ask = PROFD__ASK_CLEAR__INIT;

	if (function != NULL) {
		if (!name_is_valid(function, strlen(function)))
			return PROF_BAD_NAME;
		ask.name = (char *)function;
	}
	question.ask_case = PROFD__QUESTION__ASK_CLEAR;
	question.clear = &ask;
	return question_change(&question, timeout, functions);
}

void prof_free(void *result)
{
	free(result);
}
