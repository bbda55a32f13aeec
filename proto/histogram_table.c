/*
 * The bounds of one octave, as mantissas of IEEE 754 doubles: floor((2^(k/64) - 1) * 2^52), and for
 * each of 128 equal slices of an octave the bucket in which the slice begins.
 * tests/proto/test_histogram.c computes both anew, with long doubles, and compares.
 */
#include "proto/histogram.h"

/* clang-format off */
const uint64_t histogram_bound[HISTOGRAM_SCALE + 1] = {
	0x0000000000000u, 0x02c9a3e778060u, 0x059b0d3158574u, 0x0874518759bc8u,
	0x0b5586cf9890fu, 0x0e3ec32d3d1a2u, 0x11301d0125b50u, 0x1429aaea92ddfu,
	0x172b83c7d517au, 0x1a35beb6fcb75u, 0x1d4873168b9aau, 0x2063b88628cd6u,
	0x2387a6e756238u, 0x26b4565e27cddu, 0x29e9df51fdee1u, 0x2d285a6e4030bu,
	0x306fe0a31b715u, 0x33c08b26416ffu, 0x371a7373aa9cau, 0x3a7db34e59ff6u,
	0x3dea64c123422u, 0x4160a21f72e29u, 0x44e086061892du, 0x486a2b5c13cd0u,
	0x4bfdad5362a27u, 0x4f9b2769d2ca6u, 0x5342b569d4f81u, 0x56f4736b527dau,
	0x5ab07dd485429u, 0x5e76f15ad2148u, 0x6247eb03a5584u, 0x6623882552224u,
	0x6a09e667f3bccu, 0x6dfb23c651a2eu, 0x71f75e8ec5f73u, 0x75feb564267c8u,
	0x7a11473eb0186u, 0x7e2f336cf4e62u, 0x82589994cce12u, 0x868d99b4492ecu,
	0x8ace5422aa0dbu, 0x8f1ae99157736u, 0x93737b0cdc5e4u, 0x97d829fde4e4fu,
	0x9c49182a3f090u, 0xa0c667b5de564u, 0xa5503b23e255cu, 0xa9e6b5579fdbfu,
	0xae89f995ad3adu, 0xb33a2b84f15fau, 0xb7f76f2fb5e46u, 0xbcc1e904bc1d2u,
	0xc199bdd85529cu, 0xc67f12e57d14bu, 0xcb720dcef9069u, 0xd072d4a07897bu,
	0xd5818dcfba487u, 0xda9e603db3285u, 0xdfc97337b9b5eu, 0xe502ee78b3ff6u,
	0xea4afa2a490d9u, 0xefa1bee615a27u, 0xf50765b6e4540u, 0xfa7c1819e90d8u,
	UINT64_MAX,
};

const uint8_t histogram_slice[128] = {
	 0,  0,  1,  2,  2,  3,  4,  4,  5,  6,  6,  7,  8,  8,  9, 10,
	10, 11, 12, 12, 13, 14, 14, 15, 15, 16, 17, 17, 18, 18, 19, 20,
	20, 21, 21, 22, 22, 23, 24, 24, 25, 25, 26, 26, 27, 27, 28, 28,
	29, 29, 30, 30, 31, 31, 32, 33, 33, 34, 34, 35, 35, 35, 36, 36,
	37, 37, 38, 38, 39, 39, 40, 40, 41, 41, 42, 42, 43, 43, 43, 44,
	44, 45, 45, 46, 46, 47, 47, 47, 48, 48, 49, 49, 50, 50, 50, 51,
	51, 52, 52, 52, 53, 53, 54, 54, 54, 55, 55, 56, 56, 56, 57, 57,
	58, 58, 58, 59, 59, 59, 60, 60, 61, 61, 61, 62, 62, 62, 63, 63,
};
/* clang-format on */
