/*
 * Figures as people read them. Each writes into `to` (UNITS_ROOM bytes are enough) and returns it.
 */
#ifndef CTL_BASE_UNITS_H
#define CTL_BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_ROOM 48

/* Three digits and a unit: 870 ns, 12.3 µs (12.3 us where the locale is not UTF-8), 4.56 ms, 1.20
 * s; from a minute on two units: 1 min 05 s, 2 h 10 min, 3 d 04 h. */
const char *units_seconds(char *to, double seconds);

/* Four digits, so that a difference of one per cent is seen: 870 ns, 12.34 µs, 4.567 ms, 75.31 s.
 */
const char *units_timing(char *to, double seconds);

/* 1,234,567 */
const char *units_count(char *to, uint64_t count);

/* As units_count below ten million, then 12.3 M, 4.56 G, 7.89 T. */
const char *units_short_count(char *to, uint64_t count);

/* Of a process; "-" when it is not known. */
const char *units_pid(char *to, int pid);

/* 512 bytes, 12.3 KiB, 4.56 MiB */
const char *units_bytes(char *to, double bytes);

/* A point in time in the local time zone: 2026-01-31 13:45:06, with milliseconds on request. */
const char *units_moment(char *to, double moment, int milliseconds);

#endif
