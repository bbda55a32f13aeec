/*
 * Numbers drawn by lot that are the same on every machine: xoshiro256** of Blackman and Vigna
 * (2018), seeded by splitmix64 as they advise.
 */
#ifndef CLIENT_BENCH_RANDOM_H
#define CLIENT_BENCH_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct lot {
	uint64_t state[4];
};

void lot_seed(struct lot *lot, uint64_t seed);

static inline uint64_t lot_turn(uint64_t x, int by)
{
	return x << by | x >> (64 - by);
}

static inline uint64_t lot_next(struct lot *lot)
{
	uint64_t *s = lot->state;
	uint64_t result = lot_turn(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = lot_turn(s[3], 45);
	return result;
}

/* Below `limit` (1 to 2^32), by multiplication (Lemire 2019): too often by 2^-32 at most. */
static inline size_t lot_below(struct lot *lot, size_t limit)
{
	return (size_t)((lot_next(lot) >> 32) * limit >> 32);
}

#endif
