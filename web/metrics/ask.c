/*
 * Asking profd for what metrics are made of.
 */
#include <time.h>

#include "web/metrics/metrics.h"

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

prof_error metrics_ask(struct metrics_source *source, uint32_t limit, double timeout)
{
	double began = now();
	prof_error error = prof_get_status(timeout, &source->status);

	if (error == PROF_OK)
		error = prof_get_histograms_by_program(NULL, NULL, limit, timeout,
						       &source->histograms);
	if (error == PROF_OK)
		error = prof_get_running(NULL, 0, timeout, &source->running);
	source->seconds = now() - began;
	return error;
}

void metrics_source_free(struct metrics_source *source)
{
	prof_free(source->histograms);
	prof_free(source->running);
	prof_free(source->status);
	*source = (struct metrics_source){0};
}
