/*
 * Answers from the database: history, histograms, the tree of paths, saved benchmarks.
 */
#ifndef DAEMON_ASK_PAST_H
#define DAEMON_ASK_PAST_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ask/answer.h"
#include "daemon/store/lookup.h"
#include "proto/tally.h"

#define PAST_SIZE_MAX  (16u << 20)
#define PAST_STEPS_MAX 10000

struct asker;
struct question;
struct saved_writer;

/* Answers a question of that kind, within `limit_ns`. */
struct answer past_answer(struct lookup *lookup, struct saved_writer *writer,
			  const struct question *question, int64_t limit_ns);

/* One question that is being answered. */
struct past {
	struct lookup *lookup;
	struct saved_writer *writer;
	const struct asker *asker;
	const Profd__Question *question;
	const struct lookup_names *names;
	const struct lookup_moment *moment;
	int64_t complete_ns;
	const char *too_much; /* why it was stopped, or NULL */
	bool no_memory, damaged;
};

/* Rows of the table of questions. */
struct answer answer_history(struct past *p, const Profd__Question *q);
struct answer answer_histograms(struct past *p, const Profd__Question *q);
struct answer answer_tree(struct past *p, const Profd__Question *q);
struct answer answer_saved(struct past *p, const Profd__Question *q);
struct answer answer_save(struct past *p, const Profd__Question *q);
struct answer answer_delete(struct past *p, const Profd__Question *q);

/* Whether the timings of a benchmark can be saved: that many, none below 0, a status for each or
 * none. */
bool past_timings_are_sound(const Profd__AskSave *ask);

/* Why there is no answer. */
struct answer past_failed(const struct past *p, enum lookup_result result);

/* A byte for each path of the names: whether its calls are asked for. NULL without memory. */
uint8_t *past_select(struct past *p, const Profd__Selection *of);

/* A tally of a row of the database. False when it is damaged, or without memory: `p` knows which.
 */
bool past_window(struct past *p, const struct batch_window *row, struct tally *to);
bool past_tally(struct past *p, uint32_t path, struct batch_blob bytes, struct tally *to);

void past_extent(const struct past *p, const struct range *range, Profd__Extent *extent);

/* The message packed, unless it is too large. */
struct answer past_pack(const struct past *p, const Profd__Answer *message);

/* A tally as a message with arrays of its own. False without memory. */
bool past_write_tally(Profd__Tally **message, const struct tally *t, bool buckets);
void past_free_tally(Profd__Tally *message);

#endif
