/*
 * Results as text.
 */
#ifndef CLIENT_BENCH_REPORT_H
#define CLIENT_BENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "include/profbench.h"

struct report {
	const char *title; /* NULL: none */
	const struct prof_bench_result *const *results;
	size_t count;
};

/* What a format is written by. False: no memory. */
typedef bool report_write(FILE *out, const struct report *report);

/* Aligned, or for documents. */
bool report_table(FILE *out, const struct report *report);
bool report_markdown(FILE *out, const struct report *report);

/* The median over the least of all medians. */
double report_relative(const struct report *report, size_t index);

#endif
