/*
 * Series of saved results.
 */
#include "view/series.h"

#include <stdlib.h>
#include <string.h>

#define SEED 1

static bool find_changes(struct series *s)
{
	double *medians = malloc((s->count + 1) * sizeof(*medians));
	prof_error error = PROF_NO_MEMORY;

	for (size_t i = 0; medians != NULL && i < s->count; i++)
		medians[i] = s->results[i]->median;
	if (medians != NULL)
		error = prof_bench_find_changes(medians, s->count, SERIES_SIGNIFICANCE, SEED,
						&s->changes);
	free(medians);
	return error == PROF_OK;
}

bool series_find(struct series *s, const struct prof_saved_list *list, double since)
{
	*s = (struct series){.results = malloc((list->count + 1) * sizeof(*s->results))};
	for (size_t i = list->count; s->results != NULL && i-- > 0;)
		if (list->results[i]->saved >= since)
			s->results[s->count++] = list->results[i];
	if (s->results != NULL && find_changes(s))
		return true;
	series_free(s);
	return false;
}

void series_free(struct series *s)
{
	free(s->results);
	prof_bench_free(s->changes);
	*s = (struct series){0};
}

const struct prof_bench_change *series_change_at(const struct series *s, size_t index)
{
	for (size_t i = 0; i < s->changes->count; i++)
		if (s->changes->changes[i]->index == index)
			return s->changes->changes[i];
	return NULL;
}

static bool differ(const char *one, const char *other)
{
	return one != NULL && other != NULL && one[0] != '\0' && other[0] != '\0' &&
	       strcmp(one, other) != 0;
}

bool series_machines_differ(const struct prof_benchmark *one, const struct prof_benchmark *other)
{
	return differ(one->machine, other->machine) || differ(one->processor, other->processor);
}
