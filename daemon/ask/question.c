/*
 * The table of questions.
 */
#include "daemon/ask/question.h"

#include <string.h>

#include "daemon/ask/past.h"
#include "proto/limits.h"
#include "proto/name.h"
#include "proto/saved.h"

#define LONGEST_STEP_NS (UINT64_C(1) << 60)

/* A text that may be left out, else a name or pattern as long as a name. */
static bool is_name(const char *text)
{
	return text[0] == '\0' || name_is_valid(text, strlen(text));
}

static bool is_given(const char *name)
{
	return name[0] != '\0' && is_name(name);
}

static bool is_selection(const Profd__Selection *of)
{
	return of == NULL || (is_name(of->name) && is_name(of->pattern) && is_name(of->program));
}

static bool is_text(const char *text)
{
	size_t length = strlen(text);

	return length <= PROF_SAVED_TEXT_MAX && name_is_utf8(text, length);
}

static bool sound_summary(const Profd__Question *q)
{
	return is_name(q->summary->pattern) && is_name(q->summary->program);
}

static bool sound_stats(const Profd__Question *q)
{
	return is_given(q->stats->name) && is_name(q->stats->program);
}

static bool sound_events(const Profd__Question *q)
{
	return is_name(q->events->pattern);
}

static bool sound_clear(const Profd__Question *q)
{
	return is_name(q->clear->name);
}

static bool sound_history(const Profd__Question *q)
{
	return is_selection(q->history->of) && q->history->step_ns <= LONGEST_STEP_NS;
}

static bool sound_histograms(const Profd__Question *q)
{
	return is_selection(q->histograms->of);
}

static bool sound_tree(const Profd__Question *q)
{
	return is_name(q->tree->program) && q->tree->share >= 0.0 && q->tree->share <= 1.0;
}

static bool sound_save(const Profd__Question *q)
{
	const Profd__AskSave *from = q->save;
	const char *const text[] = {SAVED_TEXT_LIST(SAVED_TEXT_FROM)};

	for (unsigned i = 0; i < SAVED_TEXTS; i++)
		if (!is_text(text[i]))
			return false;
	return is_given(from->name) && past_timings_are_sound(from);
}

static bool sound_saved(const Profd__Question *q)
{
	return is_name(q->saved->name) && is_name(q->saved->pattern);
}

static bool sound_delete(const Profd__Question *q)
{
	return is_given(q->delete_->name);
}

/* clang-format off */
static const struct question_kind kinds[] = {
	[PROFD__QUESTION__ASK_SUMMARY] = {.is_sound = sound_summary, .present = answer_summary},
	[PROFD__QUESTION__ASK_STATS] = {.is_sound = sound_stats, .present = answer_stats},
	[PROFD__QUESTION__ASK_EVENTS] = {.is_sound = sound_events, .present = answer_events},
	[PROFD__QUESTION__ASK_PROCESSES] = {.present = answer_processes},
	[PROFD__QUESTION__ASK_PROGRAMS] = {.present = answer_programs},
	[PROFD__QUESTION__ASK_STATUS] = {.present = answer_status},
	[PROFD__QUESTION__ASK_CLEAR] = {.is_sound = sound_clear, .changes = true, .clears = true},
	[PROFD__QUESTION__ASK_HISTORY] = {.is_sound = sound_history, .past = answer_history},
	[PROFD__QUESTION__ASK_HISTOGRAMS] = {.is_sound = sound_histograms, .past = answer_histograms},
	[PROFD__QUESTION__ASK_TREE] = {.is_sound = sound_tree, .past = answer_tree},
	[PROFD__QUESTION__ASK_SAVED] = {.is_sound = sound_saved, .past = answer_saved},
	[PROFD__QUESTION__ASK_SAVE] = {.is_sound = sound_save, .past = answer_save, .changes = true},
	[PROFD__QUESTION__ASK_DELETE] = {.is_sound = sound_delete, .past = answer_delete, .changes = true},
};
/* clang-format on */

const struct question_kind *question_kind(const Profd__Question *q)
{
	const struct question_kind *kind = &kinds[q->ask_case];

	return q->ask_case == PROFD__QUESTION__ASK__NOT_SET ? NULL : kind;
}

bool question_init(struct question *q, const struct server_message *message)
{
	memset(q, 0, sizeof(*q));
	wire_arena_init(&q->arena, 4 * PROF_QUESTION_SIZE_MAX);
	q->message = profd__question__unpack(&q->arena.allocator, message->size, message->data);
	if (q->message == NULL) {
		wire_arena_deinit(&q->arena);
		return false;
	}
	q->kind = question_kind(q->message);
	q->route = message->route;
	return true;
}

void question_deinit(struct question *q)
{
	wire_arena_deinit(&q->arena);
}
