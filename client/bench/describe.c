/*
 * A result as profd keeps it, with what is known of this machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/base/sized.h"
#include "client/bench/machine.h"
#include "include/profbench.h"

/* A benchmark with room for the texts that were found here. */
struct described {
	struct prof_benchmark benchmark;
	char machine[256], system[256], processor[128];
};

static void find(const char **text, const char *found)
{
	if (*text == NULL)
		*text = found;
}

static void fill(struct described *d, const struct prof_bench_machine *m)
{
	struct prof_benchmark *b = &d->benchmark;

	snprintf(d->machine, sizeof(d->machine), "%s", m->name);
	snprintf(d->system, sizeof(d->system), "%s %s", m->kernel, m->architecture);
	snprintf(d->processor, sizeof(d->processor), "%s", m->processor);
	find(&b->machine, d->machine);
	find(&b->system, d->system);
	find(&b->processor, d->processor);
	find(&b->compiler, m->compiler);
}

prof_error prof_bench_describe(const struct prof_bench_result *result,
			       const struct prof_benchmark *about,
			       struct prof_benchmark **benchmark)
{
	struct prof_benchmark b = PROF_BENCHMARK_INIT;
	struct prof_bench_machine *machine;
	struct described *d;
	prof_error error = sized_read(&b, count, about);

	if (result == NULL || benchmark == NULL)
		return PROF_BAD_ARGUMENT;
	if (error == PROF_OK)
		error = prof_bench_get_machine(&machine);
	if (error != PROF_OK)
		return error;
	find(&b.name, result->name);
	b.timings = result->timings;
	b.count = result->iterations;
	d = calloc(1, sizeof(*d));
	if (d != NULL) {
		d->benchmark = b;
		fill(d, machine);
		*benchmark = &d->benchmark;
	}
	prof_bench_free(machine);
	return d == NULL ? PROF_NO_MEMORY : PROF_OK;
}
