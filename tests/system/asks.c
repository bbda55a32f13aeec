/*
 * Asks profd through the public header and prints what it got as JSON, every field of it.
 *
 *	asks histograms FUNCTION PATTERN PROGRAM [SINCE UNTIL]
 *	asks by_program FUNCTION PATTERN PROGRAM LIMIT [SINCE UNTIL]
 *	asks history FUNCTION PATTERN PROGRAM SINCE UNTIL STEP BUCKETS
 *	asks tree PROGRAM SHARE [SINCE UNTIL]
 *	asks save NAME COUNT FIRST STEP [STATUS]	timings FIRST, FIRST + STEP ...
 *	asks latest PATTERN | asks saved NAME NUMBER | asks past NAME TIMINGS LIMIT
 *	asks delete NAME NUMBER
 *	asks changes PROGRAM CHANGE EPOCH | asks running PATTERN | asks programs
 *
 * "" leaves a name out. What cannot be had is printed as {"error": ..., "reason": ...}.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <profclient.h>

#define TIMEOUT 60.0

static const char *or_null(const char *text)
{
	return text[0] == '\0' ? NULL : text;
}

static int fail(prof_error error)
{
	printf("{\"error\": %d, \"text\": \"%s\", \"reason\": \"%s\"}\n", (int)error,
	       prof_strerror((int)error), prof_reason());
	return 0;
}

static void print_extent(const struct prof_extent *e)
{
	printf("{\"since\": %.9f, \"until\": %.9f, \"complete\": %.9f, \"rows\": [", e->since,
	       e->until, e->complete);
}

static void print_histogram(const char *name, const struct prof_histogram *h)
{
	printf("\"%s\": {\"calls\": %" PRIu64 ", \"total\": %.9f, \"min\": %.9f, \"max\": %.9f, "
	       "\"p50\": %.17g, \"p99\": %.17g, \"buckets\": [",
	       name, h->calls, h->total_seconds, h->min_seconds, h->max_seconds,
	       prof_histogram_quantile(h, 0.5), prof_histogram_quantile(h, 0.99));
	for (size_t i = 0; i < h->count; i++)
		printf("%s[%d, %" PRIu64 "]", i == 0 ? "" : ", ", h->buckets[i].index,
		       h->buckets[i].count);
	printf("]}");
}

static struct prof_selection selection_of(char **names)
{
	return (struct prof_selection){sizeof(struct prof_selection), or_null(names[0]),
				       or_null(names[1]), or_null(names[2])};
}

static int print_histograms(prof_error error, struct prof_histogram_list *list)
{
	if (error != PROF_OK)
		return fail(error);
	print_extent(&list->extent);
	for (size_t i = 0; i < list->count; i++) {
		const struct prof_function_histogram *f = list->functions[i];

		printf("%s{\"function\": \"%s\", \"program\": \"%s\", \"errors\": %" PRIu64
		       ", \"slow\": %" PRIu64 ", ",
		       i == 0 ? "" : ", ", f->function, f->program == NULL ? "" : f->program,
		       f->error_count, f->slow_count);
		print_histogram("returned", f->returned);
		printf(", ");
		print_histogram("failed", f->failed);
		printf(", ");
		print_histogram("all", f->all);
		printf("}");
	}
	printf("], \"left_out\": %" PRIu64 "}\n", list->left_out);
	prof_free(list);
	return 0;
}

static int histograms(int count, char **arguments)
{
	struct prof_selection of = selection_of(arguments);
	struct prof_range range = {0};
	struct prof_histogram_list *list = NULL;
	prof_error error;

	if (count == 5)
		range = (struct prof_range){atof(arguments[3]), atof(arguments[4])};
	error = prof_get_histograms(&of, count == 5 ? &range : NULL, TIMEOUT, &list);
	return print_histograms(error, list);
}

static int by_program(int count, char **arguments)
{
	struct prof_selection of = selection_of(arguments);
	struct prof_range range = {0};
	struct prof_histogram_list *list = NULL;
	prof_error error;

	if (count == 6)
		range = (struct prof_range){atof(arguments[4]), atof(arguments[5])};
	error = prof_get_histograms_by_program(&of, count == 6 ? &range : NULL,
					       (uint32_t)atoi(arguments[3]), TIMEOUT, &list);
	return print_histograms(error, list);
}

static void print_step(const struct prof_step *s)
{
	printf("{\"start\": %.9f, \"width\": %.9f, \"errors\": %" PRIu64 ", \"slow\": %" PRIu64
	       ", \"p50\": %.17g, \"p99\": %.17g, \"doubtful\": %u, \"late_calls\": %" PRIu64
	       ", \"late_seconds\": %.9f, ",
	       s->start, s->width, s->error_count, s->slow_count, s->p50, s->p99, s->doubtful,
	       s->late_calls, s->late_seconds);
	print_histogram("all", s->all);
	printf("}");
}

static int history(int count, char **arguments)
{
	struct prof_selection of = selection_of(arguments);
	struct prof_range range;
	struct prof_history *history;
	prof_error error;

	if (count != 7)
		return 2;
	range = (struct prof_range){atof(arguments[3]), atof(arguments[4])};
	error = prof_get_history(&of, &range, atof(arguments[5]), atoi(arguments[6]), TIMEOUT,
				 &history);
	if (error != PROF_OK)
		return fail(error);
	print_extent(&history->extent);
	for (size_t i = 0; i < history->count; i++) {
		printf("%s", i == 0 ? "" : ", ");
		print_step(history->steps[i]);
	}
	printf("], \"step\": %.9f}\n", history->step);
	prof_free(history);
	return 0;
}

static int tree(int count, char **arguments)
{
	struct prof_range range = {0};
	struct prof_tree *tree;
	prof_error error;

	if (count == 4)
		range = (struct prof_range){atof(arguments[2]), atof(arguments[3])};
	error = prof_get_tree(or_null(arguments[0]), count == 4 ? &range : NULL, atof(arguments[1]),
			      TIMEOUT, &tree);
	if (error != PROF_OK)
		return fail(error);
	print_extent(&tree->extent);
	for (size_t i = 0; i < tree->count; i++) {
		const struct prof_path *p = tree->paths[i];

		printf("%s{\"id\": %u, \"parent\": %u, \"parent_at\": %zd, \"function\": \"%s\", "
		       "\"program\": \"%s\", \"calls\": %" PRIu64 ", \"errors\": %" PRIu64
		       ", \"slow\": %" PRIu64 ", \"total\": %.9f, \"min\": %.9f, \"max\": %.9f}",
		       i == 0 ? "" : ", ", p->id, p->parent, (ssize_t)p->parent_at, p->function,
		       p->program, p->call_count, p->error_count, p->slow_count, p->total_seconds,
		       p->min_seconds, p->max_seconds);
	}
	printf("], \"calls\": %" PRIu64 ", \"errors\": %" PRIu64
	       ", \"total\": %.9f, \"left_out\": %" PRIu64 "}\n",
	       tree->total_calls, tree->errors, tree->total_seconds, tree->left_out);
	prof_free(tree);
	return 0;
}

static int save(int count, char **arguments)
{
	size_t timings = strtoul(arguments[1], NULL, 10);
	double *timing = calloc(timings + 1, sizeof(*timing));
	int *status = count > 4 ? calloc(timings + 1, sizeof(*status)) : NULL;
	struct prof_benchmark b = {.size = sizeof(b),
				   .name = arguments[0],
				   .timings = timing,
				   .statuses = status,
				   .count = timings,
				   .command = "make \xc3\xa4",
				   .machine = "here",
				   .revision = "r1"};
	uint64_t number;
	prof_error error;

	for (size_t i = 0; i < timings; i++) {
		timing[i] = atof(arguments[2]) + (double)i * atof(arguments[3]);
		if (status != NULL)
			status[i] = i % 2 == 0 ? atoi(arguments[4]) : 0;
	}
	error = prof_saved_add(&b, TIMEOUT, &number);
	free(timing);
	free(status);
	if (error != PROF_OK)
		return fail(error);
	printf("{\"number\": %" PRIu64 "}\n", number);
	return 0;
}

static void print_saved(const struct prof_saved *s)
{
	const struct prof_benchmark *b = s->benchmark;

	printf("{\"name\": \"%s\", \"number\": %" PRIu64 ", \"results\": %" PRIu64
	       ", \"saved\": %.9f, \"uid\": %u, \"failures\": %" PRIu64
	       ", \"mean\": %.17g, \"deviation\": %.17g, \"median\": %.17g, \"min\": %.17g"
	       ", \"max\": %.17g, \"count\": %zu, \"command\": \"%s\", \"machine\": \"%s\""
	       ", \"system\": \"%s\", \"revision\": \"%s\", \"timings\": [",
	       b->name, s->number, s->results, s->saved, s->uid, s->failures, s->mean, s->deviation,
	       s->median, s->min, s->max, b->count, b->command, b->machine, b->system, b->revision);
	for (size_t i = 0; b->timings != NULL && i < b->count; i++)
		printf("%s%.17g", i == 0 ? "" : ", ", b->timings[i]);
	printf("], \"statuses\": [");
	for (size_t i = 0; b->statuses != NULL && i < b->count; i++)
		printf("%s%d", i == 0 ? "" : ", ", b->statuses[i]);
	printf("]}");
}

static int print_list(prof_error error, struct prof_saved_list *list)
{
	if (error != PROF_OK)
		return fail(error);
	printf("[");
	for (size_t i = 0; i < list->count; i++) {
		printf("%s", i == 0 ? "" : ", ");
		print_saved(list->results[i]);
	}
	printf("]\n");
	prof_free(list);
	return 0;
}

static int latest(int count, char **arguments)
{
	struct prof_saved_list *list = NULL;
	prof_error error = prof_get_saved_latest(arguments[0], 0, TIMEOUT, &list);

	(void)count;
	return print_list(error, list);
}

static int past(int count, char **arguments)
{
	struct prof_saved_list *list = NULL;
	prof_error error = prof_get_saved_history(arguments[0], atoi(arguments[1]),
						  (uint32_t)atoi(arguments[2]), TIMEOUT, &list);

	(void)count;
	return print_list(error, list);
}

static int saved(int count, char **arguments)
{
	struct prof_saved *one;
	prof_error error =
		prof_get_saved(arguments[0], strtoul(arguments[1], NULL, 10), TIMEOUT, &one);

	(void)count;
	if (error != PROF_OK)
		return fail(error);
	print_saved(one);
	prof_free(one);
	return 0;
}

static int delete_saved(int count, char **arguments)
{
	uint64_t deleted;
	prof_error error =
		prof_saved_delete(arguments[0], strtoul(arguments[1], NULL, 10), TIMEOUT, &deleted);

	(void)count;
	if (error != PROF_OK)
		return fail(error);
	printf("{\"deleted\": %" PRIu64 "}\n", deleted);
	return 0;
}

static int changes(int count, char **arguments)
{
	struct prof_filter filter = {
		.size = sizeof(filter), .program = or_null(arguments[0]), .order = PROF_BY_NAME};
	struct prof_mark mark = {strtoull(arguments[1], NULL, 10),
				 strtoull(arguments[2], NULL, 10)};
	struct prof_changes *c;
	prof_error error = prof_get_changes(&filter, &mark, TIMEOUT, &c);

	(void)count;
	if (error != PROF_OK)
		return fail(error);
	printf("{\"change\": %" PRIu64 ", \"epoch\": %" PRIu64
	       ", \"whole\": %d, \"functions\": %" PRIu64 ", \"calls\": %" PRIu64
	       ", \"errors\": %" PRIu64 ", \"total\": %.9f, \"rows\": {",
	       c->mark.change, c->mark.epoch, c->whole, c->profiled_functions, c->total_calls,
	       c->errors, c->total_seconds);
	for (size_t i = 0; i < c->count; i++)
		printf("%s\"%s\": %" PRIu64, i == 0 ? "" : ", ", c->functions[i]->function_name,
		       c->functions[i]->call_count);
	printf("}}\n");
	prof_free(c);
	return 0;
}

static int running(int count, char **arguments)
{
	struct prof_slow_list *list;
	prof_error error = prof_get_running(or_null(arguments[0]), 0, TIMEOUT, &list);

	(void)count;
	if (error != PROF_OK)
		return fail(error);
	printf("[");
	for (size_t i = 0; i < list->count; i++)
		printf("%s{\"function\": \"%s\", \"seconds\": %.9f, \"running\": %d}",
		       i == 0 ? "" : ", ", list->calls[i]->function, list->calls[i]->seconds,
		       list->calls[i]->running);
	printf("]\n");
	prof_free(list);
	return 0;
}

static int programs(int count, char **arguments)
{
	struct prof_program_list *list;
	prof_error error = prof_get_programs(TIMEOUT, &list);

	(void)count;
	(void)arguments;
	if (error != PROF_OK)
		return fail(error);
	printf("[");
	for (size_t i = 0; i < list->count; i++)
		printf("%s{\"name\": \"%s\", \"calls\": %" PRIu64
		       ", \"processes\": %u, \"living\": %u}",
		       i == 0 ? "" : ", ", list->programs[i]->name, list->programs[i]->calls,
		       list->programs[i]->processes, list->programs[i]->living);
	printf("]\n");
	prof_free(list);
	return 0;
}

static const struct {
	const char *name;
	int least;
	int (*run)(int count, char **arguments);
} commands[] = {
	{"histograms", 3, histograms},
	{"by_program", 4, by_program},
	{"history", 7, history},
	{"tree", 2, tree},
	{"save", 4, save},
	{"latest", 1, latest},
	{"past", 3, past},
	{"saved", 2, saved},
	{"delete", 2, delete_saved},
	{"changes", 3, changes},
	{"running", 1, running},
	{"programs", 0, programs},
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0 && argc - 2 >= commands[i].least)
			return commands[i].run(argc - 2, argv + 2);
	fprintf(stderr, "usage: see the source\n");
	return 2;
}
