/*
 * Files of results that people hand to `profctl bench`: what is read can be judged and told as
 * JSON, and all else is refused with one sentence. The first byte chooses the result.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/bench/result_file.h"
#include "include/profbench.h"
#include "tests/fuzz/fuzz.h"
#include "view/json_saved.h"

static void judge(const struct prof_benchmark *b)
{
	struct prof_bench_options options = PROF_BENCH_OPTIONS_INIT;
	struct prof_bench_result *result = NULL;
	struct result shown = {.label = "x", .benchmark = b};
	struct writer w = {0};
	char *text;
	size_t size;

	options.resamples = 0;
	must(b->count > 0 && b->timings != NULL);
	must(prof_bench_result_from("x", b->timings, b->count, &options, &result) == PROF_OK);
	must(result->min_time >= 0 && result->max_time <= (double)(1 << 30));
	shown.figures = result;
	w.to = open_memstream(&text, &size);
	must(w.to != NULL);
	view_result(&w, NULL, &shown, true);
	must(fclose(w.to) == 0 && !w.failed && size != 0);
	free(text);
	prof_bench_free(result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {data, size};
	uint8_t number = fuzz_byte(&in);
	struct result_file file;
	char why[256] = "";

	if (result_file_read(&file, (const char *)in.at, in.left, number % 4, why, sizeof(why))) {
		judge(&file.benchmark);
		result_file_free(&file);
	} else {
		must(why[0] != '\0' && strlen(why) < sizeof(why));
	}
	return 0;
}
