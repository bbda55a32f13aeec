/*
 * Asking: each question of the public header, its arguments judged and its answer made one block of
 * memory.
 */
#include <stdlib.h>
#include <string.h>

#include "client/ask.h"
#include "client/block.h"
#include "client/question.h"
#include "proto/name.h"
#include "proto/tally.h"

_Static_assert((int)PROF_BY_TOTAL == PROFD__ORDER__BY_TOTAL &&
		       (int)PROF_BY_NAME == PROFD__ORDER__BY_NAME,
	       "the orders have the same numbers in the header and in the messages");

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
	static const double q[PROF_QUANTILES] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999};
	unsigned doubtful = 0;

	for (unsigned i = 0; i < PROF_QUANTILES; i++)
		if (!tally_supports(calls, q[i]))
			doubtful |= 1u << i;
	return doubtful;
}

static bool read_function(struct block *b, const Profd__Function *from, struct prof_stats *to)
{
	double *const value[PROF_QUANTILES] = {&to->p50, &to->p75, &to->p90,
					       &to->p95, &to->p99, &to->p999};

	if (from->calls != 0 && from->n_quantiles < PROF_QUANTILES)
		return false;
	to->function_name = block_text(b, from->name);
	to->call_count = from->calls;
	to->error_count = from->errors;
	to->slow_count = from->slow;
	to->total_seconds = ask_seconds(from->sum_ns);
	to->min_seconds = ask_seconds(from->min_ns);
	to->max_seconds = ask_seconds(from->max_ns);
	to->avg_seconds = from->calls == 0 ? 0.0 : to->total_seconds / (double)from->calls;
	to->avg_ms = to->avg_seconds * 1e3;
	to->max_ms = to->max_seconds * 1e3;
	for (unsigned i = 0; i < PROF_QUANTILES && i < from->n_quantiles; i++)
		*value[i] = from->quantiles[i];
	to->doubtful = ask_doubtful(from->calls);
	return true;
}

static bool read_functions(struct block *b, const Profd__Answer *message, struct prof_stats *to)
{
	for (size_t i = 0; i < message->n_functions; i++)
		if (!read_function(b, message->functions[i], &to[i]))
			return false;
	return true;
}

/* Puts a question about functions, those that the filter names. mark: NULL for all. */
static prof_error ask_functions(const struct prof_filter *filter, const struct prof_mark *mark,
				double timeout, struct answer *answer)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskFunctions ask = PROFD__ASK_FUNCTIONS__INIT;
	prof_error error = PROF_OK;

	if (filter != NULL) {
		if ((unsigned)filter->order > PROF_BY_NAME)
			return PROF_BAD_ARGUMENT;
		error = ask_take_name(filter->pattern, &ask.pattern);
		if (error == PROF_OK)
			error = ask_take_name(filter->program, &ask.program);
		ask.order = (Profd__Order)filter->order;
		ask.limit = filter->limit;
	}
	if (error != PROF_OK)
		return error;
	if (mark != NULL) {
		ask.change = mark->change;
		ask.epoch = mark->epoch;
	}
	question.ask_case = PROFD__QUESTION__ASK_SUMMARY;
	question.summary = &ask;
	return question_ask(&question, timeout, answer);
}

prof_error prof_get_stats(const char *function, const char *program, double timeout,
			  struct prof_stats **stats)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskFunctions ask = PROFD__ASK_FUNCTIONS__INIT;
	struct answer answer;
	struct block b;
	prof_error error;

	if (function == NULL || stats == NULL)
		return PROF_BAD_ARGUMENT;
	if (!name_is_valid(function, strlen(function)))
		return PROF_BAD_NAME;
	ask.name = (char *)function;
	error = ask_take_name(program, &ask.program);
	if (error != PROF_OK)
		return error;
	question.ask_case = PROFD__QUESTION__ASK_STATS;
	question.stats = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = PROF_BAD_ANSWER;
	if (answer.message->n_functions == 1) {
		error = block_init(&b, sizeof(**stats), 0, 0, answer.size);
		if (error == PROF_OK)
			error = block_finish(&b, read_functions(&b, answer.message, b.head), stats);
	}
	answer_deinit(&answer);
	return error;
}

prof_error prof_get_all_stats(const struct prof_filter *filter, double timeout,
			      struct prof_stats_list **list)
{
	struct prof_stats_list *head;
	struct answer answer;
	struct block b;
	prof_error error;

	if (list == NULL)
		return PROF_BAD_ARGUMENT;
	error = ask_functions(filter, NULL, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = block_init(&b, sizeof(*head), answer.message->n_functions, sizeof(*head->functions),
			   answer.size);
	if (error == PROF_OK) {
		head = b.head;
		head->count = answer.message->n_functions;
		head->functions = b.rows;
		error = block_finish(&b, read_functions(&b, answer.message, b.rows), list);
	}
	answer_deinit(&answer);
	return error;
}

prof_error prof_get_summary(const struct prof_filter *filter, double timeout,
			    struct prof_summary **summary)
{
	const Profd__Summary *from;
	struct prof_summary *head;
	struct answer answer;
	struct block b;
	prof_error error;

	if (summary == NULL)
		return PROF_BAD_ARGUMENT;
	error = ask_functions(filter, NULL, timeout, &answer);
	if (error != PROF_OK)
		return error;
	from = answer.message->summary;
	error = from == NULL ? PROF_BAD_ANSWER
			     : block_init(&b, sizeof(*head), answer.message->n_functions,
					  sizeof(*head->functions), answer.size);
	if (error == PROF_OK) {
		head = b.head;
		head->profiled_functions = from->functions;
		head->total_calls = from->calls;
		head->slow_calls = from->slow;
		head->errors = from->errors;
		head->total_seconds = ask_seconds(from->sum_ns);
		head->since = ask_moment(from->since_at_ns);
		head->count = answer.message->n_functions;
		head->functions = b.rows;
		error = block_finish(&b, read_functions(&b, answer.message, b.rows), summary);
	}
	answer_deinit(&answer);
	return error;
}

static void read_changes(const Profd__Answer *message, struct prof_changes *head)
{
	const Profd__Summary *from = message->summary;

	head->mark = (struct prof_mark){from->change, from->epoch};
	head->whole = from->whole || from->change == 0; /* 0: of a profd that tells all */
	head->profiled_functions = from->functions;
	head->total_calls = from->calls;
	head->slow_calls = from->slow;
	head->errors = from->errors;
	head->total_seconds = ask_seconds(from->sum_ns);
	head->since = ask_moment(from->since_at_ns);
	head->count = message->n_functions;
}

prof_error prof_get_changes(const struct prof_filter *filter, const struct prof_mark *mark,
			    double timeout, struct prof_changes **changes)
{
	struct prof_changes *head;
	struct answer answer;
	struct block b;
	prof_error error;

	if (changes == NULL)
		return PROF_BAD_ARGUMENT;
	error = ask_functions(filter, mark, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = answer.message->summary == NULL
			? PROF_BAD_ANSWER
			: block_init(&b, sizeof(*head), answer.message->n_functions,
				     sizeof(*head->functions), answer.size);
	if (error == PROF_OK) {
		head = b.head;
		read_changes(answer.message, head);
		head->functions = b.rows;
		error = block_finish(&b, read_functions(&b, answer.message, b.rows), changes);
	}
	answer_deinit(&answer);
	return error;
}

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
	to->started = ask_moment(from->started_at_ns);
	to->seconds = ask_seconds(from->duration_ns);
	to->threshold = ask_seconds(from->threshold_ns);
}

static prof_error get_events(const char *pattern, uint32_t limit, bool running, double timeout,
			     struct prof_slow_list **list)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskEvents ask = PROFD__ASK_EVENTS__INIT;
	struct prof_slow_list *head;
	struct answer answer;
	struct block b;
	prof_error error;

	if (list == NULL)
		return PROF_BAD_ARGUMENT;
	error = ask_take_name(pattern, &ask.pattern);
	if (error != PROF_OK)
		return error;
	ask.limit = limit;
	ask.running = running;
	question.ask_case = PROFD__QUESTION__ASK_EVENTS;
	question.events = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = block_init(&b, sizeof(*head), answer.message->n_events, sizeof(*head->calls),
			   answer.size);
	if (error == PROF_OK) {
		head = b.head;
		head->count = answer.message->n_events;
		head->calls = b.rows;
		for (size_t i = 0; i < head->count; i++)
			read_event(&b, answer.message->events[i], &head->calls[i]);
		error = block_finish(&b, true, list);
	}
	answer_deinit(&answer);
	return error;
}

prof_error prof_get_slow(const char *pattern, uint32_t limit, double timeout,
			 struct prof_slow_list **list)
{
	return get_events(pattern, limit, false, timeout, list);
}

prof_error prof_get_running(const char *pattern, uint32_t limit, double timeout,
			    struct prof_slow_list **list)
{
	return get_events(pattern, limit, true, timeout, list);
}

static void read_program(struct block *b, const Profd__Program *from, struct prof_program *to)
{
	to->name = block_text(b, from->name);
	to->calls = from->calls;
	to->processes = from->processes;
	to->living = from->living;
}

prof_error prof_get_programs(double timeout, struct prof_program_list **list)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskPrograms ask = PROFD__ASK_PROGRAMS__INIT;
	struct prof_program_list *head;
	struct answer answer;
	struct block b;
	prof_error error;

	if (list == NULL)
		return PROF_BAD_ARGUMENT;
	question.ask_case = PROFD__QUESTION__ASK_PROGRAMS;
	question.programs = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = block_init(&b, sizeof(*head), answer.message->n_programs, sizeof(*head->programs),
			   answer.size);
	if (error == PROF_OK) {
		head = b.head;
		head->count = answer.message->n_programs;
		head->programs = b.rows;
		for (size_t i = 0; i < head->count; i++)
			read_program(&b, answer.message->programs[i], &head->programs[i]);
		error = block_finish(&b, true, list);
	}
	answer_deinit(&answer);
	return error;
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

prof_error prof_get_processes(double timeout, struct prof_process_list **list)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskProcesses ask = PROFD__ASK_PROCESSES__INIT;
	struct prof_process_list *head;
	struct answer answer;
	struct block b;
	prof_error error;

	if (list == NULL)
		return PROF_BAD_ARGUMENT;
	question.ask_case = PROFD__QUESTION__ASK_PROCESSES;
	question.processes = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = block_init(&b, sizeof(*head), answer.message->n_processes, sizeof(*head->processes),
			   answer.size);
	if (error == PROF_OK) {
		head = b.head;
		head->count = answer.message->n_processes;
		head->processes = b.rows;
		for (size_t i = 0; i < head->count; i++)
			read_process(&b, answer.message->processes[i], &head->processes[i]);
		error = block_finish(&b, true, list);
	}
	answer_deinit(&answer);
	return error;
}

static void read_fact(struct block *b, const Profd__Fact *from, struct prof_fact *to)
{
	to->name = block_text(b, from->name);
	to->unit = block_text(b, from->unit);
	to->meaning = block_text(b, from->meaning);
	to->text = "";
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

prof_error prof_get_status(double timeout, struct prof_status **status)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskStatus ask = PROFD__ASK_STATUS__INIT;
	struct prof_status *head;
	struct answer answer;
	struct block b;
	prof_error error;

	if (status == NULL)
		return PROF_BAD_ARGUMENT;
	question.ask_case = PROFD__QUESTION__ASK_STATUS;
	question.status = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	error = block_init(&b, sizeof(*head), answer.message->n_status, sizeof(*head->facts),
			   answer.size);
	if (error == PROF_OK) {
		head = b.head;
		head->count = answer.message->n_status;
		head->facts = b.rows;
		for (size_t i = 0; i < head->count; i++)
			read_fact(&b, answer.message->status[i], &head->facts[i]);
		error = block_finish(&b, true, status);
	}
	answer_deinit(&answer);
	return error;
}

prof_error prof_clear(const char *function, double timeout, uint64_t *functions)
{
	Profd__Question question = PROFD__QUESTION__INIT;
	Profd__AskClear ask = PROFD__ASK_CLEAR__INIT;
	struct answer answer;
	prof_error error;

	if (function != NULL) {
		if (!name_is_valid(function, strlen(function)))
			return PROF_BAD_NAME;
		ask.name = (char *)function;
	}
	question.ask_case = PROFD__QUESTION__ASK_CLEAR;
	question.clear = &ask;
	error = question_ask(&question, timeout, &answer);
	if (error != PROF_OK)
		return error;
	if (functions != NULL)
		*functions = answer.message->cleared;
	answer_deinit(&answer);
	return PROF_OK;
}

void prof_free(void *result)
{
	free(result);
}
