/*
 * Answers that are read from the database: history, histograms, the tree of paths, saved
 * benchmarks.
 */
#ifndef DAEMON_ASK_READ_H
#define DAEMON_ASK_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ask/answer.h"
#include "daemon/store/lookup.h"
#include "proto/tally.h"

#define ANSWER_SIZE_MAX	   (16u << 20)
#define ANSWER_STEPS_MAX   10000
#define ANSWER_TIMINGS_MAX 100000

/* Who asks, and when. */
struct asker {
	uint64_t uid;
	bool may_clear;
	int64_t asked_at_ns, settled_ns; /* settled: the same when all that the ledger knows is on
					    disk, else 0 */
};

/* Whether this is such a question. */
bool answer_is_read(const Profd__Question *question);

/* What is wrong with the timings of a benchmark that is to be saved; NULL: nothing. */
const char *answer_check_save(const Profd__AskSave *ask);

/* Reads and answers it within `limit_ns`. */
struct answer answer_read(struct store_reader *r, const Profd__Question *question,
			  const struct asker *asker, int64_t limit_ns);

/* ------------------------------------------------- shared by answer_read*.c */

/* One question that is being answered. */
struct reading {
	struct store_reader *store;
	const struct store_names *names;
	const struct store_moment *moment;
	int64_t complete_ns;
	uint64_t id;
	const char *too_much; /* why it was stopped, or NULL */
	bool no_memory, damaged;
};

struct answer answer_history(struct reading *r, const Profd__AskHistory *ask);
struct answer answer_histograms(struct reading *r, const Profd__AskHistograms *ask);
struct answer answer_tree(struct reading *r, const Profd__AskTree *ask);
struct answer answer_saved(struct reading *r, const Profd__AskSaved *ask);
struct answer answer_save(struct reading *r, const Profd__AskSave *ask, const struct asker *asker);
struct answer answer_delete(struct reading *r, const Profd__AskDelete *ask,
			    const struct asker *asker);

/* Why there is no answer. */
struct answer reading_failed(const struct reading *r, enum store_read_result result);

/* A byte for each path of the names: whether its calls are asked for. NULL without memory. */
uint8_t *reading_select(struct reading *r, const Profd__Selection *of);

/* A tally of a row of the database. False when it is damaged, or without memory; the reading knows
 * which. */
bool reading_window(struct reading *r, const struct batch_window *row, struct tally *to);
bool reading_tally(struct reading *r, struct batch_blob bytes, struct tally *to);

void reading_extent(const struct reading *r, const struct range *range, Profd__Extent *extent);

/* The message packed, unless it is too large. */
struct answer reading_pack(const struct reading *r, const Profd__Answer *message);

/* A tally as a message with arrays of its own. False without memory. */
bool reading_write_tally(Profd__Tally **message, const struct tally *t, bool buckets);
void reading_free_tally(Profd__Tally *message);

#endif
