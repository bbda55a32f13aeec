/*
 * Files of results: what `profctl bench` exports, what prof_bench_report writes as JSON, and what
 * hyperfine exports. All of it may be damaged, or hostile.
 */
#ifndef CTL_BENCH_RESULT_FILE_H
#define CTL_BENCH_RESULT_FILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

struct result_file {
	json_t *root;
	double *timings;
	int *statuses;
	struct prof_benchmark benchmark; /* lent from the others; name NULL: it has none */
};

/*
 * Reads one result of a file's text: the number-th, from 1 on; 0: the only one. False, with a
 * sentence in `why` and nothing to be freed, when there is no such result, or it makes no sense.
 */
bool result_file_read(struct result_file *file, const char *text, size_t length, uint64_t number,
		      char *why, size_t room);
void result_file_free(struct result_file *file);

#endif
