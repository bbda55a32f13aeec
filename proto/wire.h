/*
 * Tallies and standings in the messages of profd.proto, and an allocator that makes unpacking one
 * message one block.
 */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include <stdbool.h>

#include "proto/limits.h"
#include "proto/profd.pb-c.h"
#include "proto/tally.h"

/* Whether a message of this version is understood here. */
static inline bool wire_speaks(uint32_t version)
{
	return version >= PROF_PROTOCOL_OLDEST && version <= PROF_PROTOCOL;
}

/*
 * Reads a tally from a message into `t` (emptied first). NULL is an empty tally, and so is one
 * without buckets, whatever its sum, min and max. False when it breaks a rule: indexes that do not
 * ascend or are out of range, counts of 0, not as many counts as indexes, min above max; or without
 * memory. A count above HISTOGRAM_COUNT_MAX is read as that. When false, `t` is of no use until it
 * is cleared.
 */
bool wire_read_tally(struct tally *t, const Profd__Tally *message);

/*
 * Fills a message that lends its arrays from `index` and `count`, which have room for
 * HISTOGRAM_SIZE entries or at least those of `t`.
 */
void wire_write_tally(Profd__Tally *message, const struct tally *t, int32_t *index,
		      uint64_t *count);

/*
 * Memory for one unpacked message after the other: never freed piece by piece, reset as a whole.
 * Fails beyond `limit` bytes, so that a message of hostile counts cannot take more than that. An
 * arena into which nothing more is unpacked may be moved by assignment.
 */
struct wire_arena {
	ProtobufCAllocator allocator; /* pass its address to protobuf-c */
	char *block;
	size_t used, room, limit;
	struct wire_spill
		*spill; /* blocks of a message that did not fit; merged into one by the reset */
};

void wire_arena_init(struct wire_arena *a, size_t limit);
void wire_arena_reset(struct wire_arena *a);
void wire_arena_deinit(struct wire_arena *a);

#endif
