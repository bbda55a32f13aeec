/*
 * A result that a command line names: one that profd keeps, one in a file, or what was just timed.
 */
#ifndef CTL_BENCH_SOURCE_H
#define CTL_BENCH_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "include/profbench.h"
#include "ctl/base/command.h"
#include "ctl/bench/result_file.h"
#include "view/result.h"

#define SOURCE_LABEL 256

/*
 * How an operand is read. It names a file when it begins with "/", "./" or "../", ends with
 * ".json", or is "-", standard input; else a saved benchmark, whatever files there are. "#" and a
 * number at its end choose one result of several; a name or file that ends so by itself is written
 * with one more "#". A benchmark whose name looks like a file is written with "saved:" before it.
 */
struct source_name {
	char *text; /* without the number; to be freed */
	bool is_file;
	uint64_t number; /* 0: none was given */
};

/* False when the number is 0 or too large, or nothing is left: then nothing is to be freed. */
bool source_name_read(struct source_name *name, const char *operand);

/* Reads the name of a saved benchmark, where no file can be meant. Anything but OUTCOME_DONE after
 * a message. */
enum outcome source_read_saved(struct source_name *name, const char *operand);

/* Says why profd did not give it, and which names are near; what to exit with. */
enum outcome source_not_had(const struct request *r, const struct source_name *name,
			    prof_error error);

struct source {
	char label[SOURCE_LABEL]; /* "sort#3", "./new.json#2", or a command; UTF-8 */
	bool is_file;
	struct prof_benchmark benchmark;  /* lent from the others */
	struct prof_bench_result *result; /* what its timings tell; its name is the label */
	struct prof_saved *saved;	  /* NULL: it is not one that profd keeps */
	struct result_file file;
};

/* Finds what an operand names. Anything but OUTCOME_DONE after a message: OUTCOME_NO when profd
 * keeps nothing of the name. Always to be freed. */
enum outcome source_find(struct source *source, const struct request *r, const char *operand);

/* The same of timings that are at hand; `benchmark` is lent to it. */
void source_adopt(struct source *source, const char *label, const struct prof_benchmark *benchmark);

void source_free(struct source *source);

/* What it is to view/, lent from it. */
struct result source_result(const struct source *source);

#endif
