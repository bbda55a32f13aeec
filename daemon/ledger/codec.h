/*
 * The compact form of tallies, in memory and in the database: docs/schema.md describes it. What is
 * read may come from a damaged file, so nothing in it is believed.
 */
#ifndef DAEMON_LEDGER_CODEC_H
#define DAEMON_LEDGER_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/tally.h"

/* What a path has: the tally of the calls that returned and of those that failed. */
struct statistic {
	struct tally returned, failed;
	uint64_t slow;
};

struct codec_input {
	const uint8_t *at, *end;
};

#define CODEC_NUMBER_MAX    10
#define CODEC_HISTOGRAM_MAX (2 + HISTOGRAM_SIZE * (2 + CODEC_NUMBER_MAX))
#define CODEC_TALLY_MAX	    (CODEC_HISTOGRAM_MAX + 3 * CODEC_NUMBER_MAX)
#define CODEC_STANDING_MAX  (2 * CODEC_HISTOGRAM_MAX + 3 * CODEC_NUMBER_MAX)

/* Writers give the length written; the room must be there. */
size_t codec_put_number(uint8_t *to, uint64_t number);
size_t codec_put_histogram(uint8_t *to, const struct histogram *h);
size_t codec_put_tally(uint8_t *to, const struct tally *t);

/* Min and max are left out: a join takes those of a push, never those of a standing. */
size_t codec_put_standing(uint8_t *to, const struct statistic *s);

/* Readers give false when the bytes are damaged, and without memory (never, when HISTOGRAM_SIZE
 * entries were reserved). */
bool codec_get_number(struct codec_input *r, uint64_t *number);
bool codec_get_histogram(struct codec_input *r, struct histogram *h);
bool codec_get_tally(struct codec_input *r, struct tally *t);
bool codec_get_standing(struct codec_input *r, struct statistic *s);

#endif
