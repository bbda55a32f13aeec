/*
 * Several results, and the tasks that they come from.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/bench/result.h"
#include "client/bench/run.h"
#include "proto/limits.h"
#include "proto/name.h"

#define BAR 30

struct entry {
	struct prof_bench_task task; /* its name is owned here; no function in one that was added
					as a result */
	struct prof_bench_options options;
	struct prof_bench_result *result; /* NULL: not yet run */
};

struct prof_bench_suite {
	char *name;
	struct entry *entries;
	size_t count;
};

/* Where progress is told: a line that is written over. */
struct progress {
	const struct prof_bench_suite *suite;
	size_t index;
	int per_cent; /* that stand there */
};

prof_error prof_bench_suite_new(const char *name, prof_bench_suite **suite)
{
	prof_error error = bench_check_name(name);
	struct prof_bench_suite *made;

	if (suite == NULL)
		return PROF_BAD_ARGUMENT;
	if (error != PROF_OK)
		return error;
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return PROF_NO_MEMORY;
	made->name = strdup(name);
	if (made->name == NULL) {
		free(made);
		return PROF_NO_MEMORY;
	}
	*suite = made;
	return PROF_OK;
}

void prof_bench_suite_free(prof_bench_suite *suite)
{
	if (suite == NULL)
		return;
	for (size_t i = 0; i < suite->count; i++) {
		free((char *)suite->entries[i].task.name);
		free(suite->entries[i].result);
	}
	free(suite->entries);
	free(suite->name);
	free(suite);
}

static struct entry *find(const prof_bench_suite *suite, const char *name)
{
	for (size_t i = 0; i < suite->count; i++)
		if (strcmp(suite->entries[i].task.name, name) == 0)
			return &suite->entries[i];
	return NULL;
}

/* Takes over what `entry` points to, but its name, of which it keeps a copy. */
static prof_error add(prof_bench_suite *suite, const struct entry *entry)
{
	struct entry *larger;
	char *name;

	if (find(suite, entry->task.name) != NULL)
		return PROF_BAD_NAME;
	name = strdup(entry->task.name);
	larger = realloc(suite->entries, (suite->count + 1) * sizeof(*larger));
	if (larger != NULL)
		suite->entries = larger;
	if (name == NULL || larger == NULL) {
		free(name);
		return PROF_NO_MEMORY;
	}
	larger[suite->count] = *entry;
	larger[suite->count++].task.name = name;
	return PROF_OK;
}

prof_error prof_bench_suite_add(prof_bench_suite *suite, const struct prof_bench_task *task,
				const struct prof_bench_options *options)
{
	struct entry entry = {.result = NULL};
	prof_error error = run_read_task(&entry.task, task);

	if (suite == NULL)
		return PROF_BAD_ARGUMENT;
	if (error == PROF_OK)
		error = bench_read_options(&entry.options, options);
	return error == PROF_OK ? add(suite, &entry) : error;
}

prof_error prof_bench_suite_add_result(prof_bench_suite *suite,
				       const struct prof_bench_result *result)
{
	struct entry entry = {.result = NULL};
	prof_error error;

	if (suite == NULL || result == NULL)
		return PROF_BAD_ARGUMENT;
	entry.result = bench_result_copy(result);
	if (entry.result == NULL)
		return PROF_NO_MEMORY;
	entry.task.name = entry.result->name;
	error = add(suite, &entry);
	if (error != PROF_OK)
		free(entry.result);
	return error;
}

static void show_progress(void *context, double share)
{
	struct progress *progress = context;
	int per_cent = (int)(share * 100), filled = (int)(share * BAR);
	char name[NAME_PRINTED_MAX];

	if (per_cent == progress->per_cent)
		return;
	progress->per_cent = per_cent;
	name_print(name, sizeof(name), progress->suite->entries[progress->index].task.name);
	fprintf(stderr, "\r\033[K[%zu/%zu] %3d %% %.*s%.*s %.40s", progress->index + 1,
		progress->suite->count, per_cent, filled, "##############################",
		BAR - filled, "..............................", name);
	fflush(stderr);
}

prof_error prof_bench_suite_run(prof_bench_suite *suite)
{
	bool shown = isatty(STDERR_FILENO) == 1, cancelled = false;
	prof_error error = PROF_OK;

	if (suite == NULL)
		return PROF_BAD_ARGUMENT;
	for (size_t i = 0; i < suite->count && error == PROF_OK && !cancelled; i++) {
		struct entry *entry = &suite->entries[i];
		struct progress context = {suite, i, -1};

		if (entry->result != NULL)
			continue;
		error = run_task(&entry->task, &entry->options, shown ? show_progress : NULL,
				 &context, &cancelled, &entry->result);
		/* One whose time was up before its first timing keeps no other from running. */
		if (error == PROF_STOPPED && !cancelled)
			error = PROF_OK;
	}
	if (shown)
		fputs("\r\033[K", stderr);
	return cancelled ? PROF_STOPPED : error;
}

size_t prof_bench_suite_count(const prof_bench_suite *suite)
{
	size_t count = 0;

	for (size_t i = 0; suite != NULL && i < suite->count; i++)
		count += suite->entries[i].result != NULL;
	return count;
}

const struct prof_bench_result *prof_bench_suite_get(const prof_bench_suite *suite, size_t index)
{
	for (size_t i = 0; suite != NULL && i < suite->count; i++)
		if (suite->entries[i].result != NULL && index-- == 0)
			return suite->entries[i].result;
	return NULL;
}

const struct prof_bench_result *prof_bench_suite_find(const prof_bench_suite *suite,
						      const char *name)
{
	const struct entry *entry = suite == NULL || name == NULL ? NULL : find(suite, name);

	return entry == NULL ? NULL : entry->result;
}

prof_error prof_bench_suite_compare(const prof_bench_suite *suite, const char *first,
				    const char *second, const struct prof_bench_criteria *criteria,
				    struct prof_bench_comparison **comparison)
{
	const struct prof_bench_result *one = prof_bench_suite_find(suite, first);
	const struct prof_bench_result *two = prof_bench_suite_find(suite, second);

	if (suite == NULL || first == NULL || second == NULL || comparison == NULL)
		return PROF_BAD_ARGUMENT;
	if (one == NULL || two == NULL)
		return PROF_NOT_FOUND;
	return prof_bench_compare(one, two, criteria, comparison);
}

prof_error prof_bench_suite_report(const prof_bench_suite *suite, enum prof_bench_format format,
				   char **text)
{
	const struct prof_bench_result **results;
	size_t count = prof_bench_suite_count(suite);
	prof_error error;

	if (suite == NULL || text == NULL)
		return PROF_BAD_ARGUMENT;
	results = calloc(count + 1, sizeof(struct prof_bench_result *));
	if (results == NULL)
		return PROF_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		results[i] = prof_bench_suite_get(suite, i);
	error = prof_bench_report(suite->name, results, count, format, text);
	free(results);
	return error;
}
