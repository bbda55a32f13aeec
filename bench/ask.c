/*
 * How long profd takes to answer: many questions one after the other; the median, the 99th of a
 * hundred, and the longest, for each run.
 */
#include <stdbool.h>
#include <time.h>

#include <profclient.h>

#include "measure.h"

#define QUESTIONS_MAX 100000

static double took[QUESTIONS_MAX];

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void ask_stats(int i, int functions)
{
	char name[64];
	struct prof_stats *stats;
	prof_error error;

	snprintf(name, sizeof(name), "load.%d", i % functions);
	error = prof_get_stats(name, NULL, 10.0, &stats);
	if (error != PROF_OK) {
		fprintf(stderr, "get_stats %s: %s\n", name, prof_strerror((int)error));
		exit(1);
	}
	prof_free(stats);
}

static void ask_summary(uint32_t limit)
{
	struct prof_filter filter = {.size = sizeof(filter), .limit = limit};
	struct prof_summary *summary;
	prof_error error = prof_get_summary(&filter, 10.0, &summary);

	if (error != PROF_OK) {
		fprintf(stderr, "summary: %s\n", prof_strerror((int)error));
		exit(1);
	}
	prof_free(summary);
}

/* What a page about a week asks: a function hour by hour, all paths, all functions. */
#define WEEK (7 * 86400.0)

static struct prof_range last_week(void)
{
	double now = (double)time(NULL);

	return (struct prof_range){now - WEEK, now + 3600.0};
}

static prof_error ask_week(const char *what, void **result)
{
	struct prof_range week = last_week();
	struct prof_selection one = {.size = sizeof(one), .function = "load.1"},
			      all = PROF_SELECTION_INIT;

	if (strcmp(what, "heatmap") == 0)
		return prof_get_history(&one, &week, 3600.0, 1, 60.0,
					(struct prof_history **)result);
	if (strcmp(what, "tree") == 0)
		return prof_get_tree(NULL, &week, 0.0, 60.0, (struct prof_tree **)result);
	return prof_get_histograms(&all, &week, 60.0, (struct prof_histogram_list **)result);
}

static void ask_of_week(const char *what)
{
	void *result;
	prof_error error = ask_week(what, &result);

	if (error != PROF_OK) {
		fprintf(stderr, "%s: %s: %s\n", what, prof_strerror((int)error), prof_reason());
		exit(1);
	}
	prof_free(result);
}

/* How long a push takes to be on disk. */
static void flush(void)
{
	prof_error error = prof_record("ask.flush", 0.001, NULL);

	if (error == PROF_OK)
		error = prof_flush(10.0);
	if (error != PROF_OK) {
		fprintf(stderr, "flush: %s\n", prof_strerror((int)error));
		exit(1);
	}
}

static bool is_of_week(const char *what)
{
	return strcmp(what, "heatmap") == 0 || strcmp(what, "tree") == 0 ||
	       strcmp(what, "histograms") == 0;
}

/* A stride that visits functions far from each other. */
#define STRIDE 7919

static void ask(const char *what, int questions, int functions)
{
	for (int i = 0; i < questions; i++) {
		double begin = measure_now();

		if (strcmp(what, "stats") == 0)
			ask_stats((int)((long)i * STRIDE % functions), functions);
		else if (is_of_week(what))
			ask_of_week(what);
		else if (strcmp(what, "flush") == 0)
			flush();
		else
			ask_summary(strcmp(what, "summary") == 0 ? 0 : 20);
		took[i] = (measure_now() - begin) * 1e-6;
	}
	qsort(took, (size_t)questions, sizeof(took[0]), by_size);
}

static void usage(void)
{
	fprintf(stderr, "usage: ask stats|summary|summary20|heatmap|tree|histograms|flush "
			"QUESTIONS FUNCTIONS RUNS\n");
	exit(2);
}

int main(int argc, char **argv)
{
	static double part[3][MEASURE_RUNS_MAX];
	static const char *const of[] = {"p50", "p99", "max"};
	char name[64];
	int questions, functions, runs;

	if (argc != 5)
		usage();
	questions = atoi(argv[2]);
	functions = atoi(argv[3]);
	runs = atoi(argv[4]);
	if (questions < 1 || questions > QUESTIONS_MAX || functions < 1 || runs < 1 ||
	    runs > MEASURE_RUNS_MAX)
		usage();
	ask(argv[1], 1, functions);
	for (int run = 0; run < runs; run++) {
		ask(argv[1], questions, functions);
		part[0][run] = took[questions / 2];
		part[1][run] = took[(int)(questions * 0.99)];
		part[2][run] = took[questions - 1];
	}
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "ask.%s.%s", argv[1], of[i]);
		measure_print(name, "", "answer", "ms", part[i], (unsigned)runs);
	}
	return 0;
}
