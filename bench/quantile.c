/*
 * How far the quantiles that profd tells are from the exact ones: durations of four distributions
 * are recorded by hand, pushed, asked for, and compared with the sorted durations.
 */
#include <profclient.h>

#include <math.h>

#include "measure.h"

static uint64_t state = 42;

/* splitmix64: above 0, below 1. */
static double uniform(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static double normal(void)
{
	return sqrt(-2.0 * log(uniform())) * cos(2.0 * M_PI * uniform());
}

static double lognormal(void)
{
	return 2e-3 * exp(normal());
}

static double bimodal(void)
{
	double middle = uniform() < 0.9 ? 50e-6 : 20e-3;

	return middle * (1.0 + 0.05 * fmin(fmax(normal(), -5.0), 5.0));
}

static double pareto(void)
{
	return fmin(100e-6 * pow(uniform(), -1.0 / 1.5), 1000.0);
}

static double constant(void)
{
	return 12.345e-6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double worst_error(const struct prof_stats *s, const double *sorted, long calls)
{
	static const double q[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999};
	const double told[] = {s->p50, s->p75, s->p90, s->p95, s->p99, s->p999};
	double worst = 0.0;

	for (int i = 0; i < 6; i++) {
		double exact = sorted[(long)ceil(q[i] * (double)calls) - 1];

		worst = fmax(worst, 100.0 * fabs(told[i] - exact) / exact);
	}
	return worst;
}

/* In percent; whole nanoseconds are what is recorded. */
static double measure(const char *name, double draw(void), double *duration, long calls)
{
	struct prof_stats *stats;
	prof_function *function;
	double worst;

	if (prof_lookup(name, &function) != PROF_OK)
		exit(1);
	for (long i = 0; i < calls; i++) {
		duration[i] = (double)llround(draw() * 1e9) * 1e-9;
		prof_function_record(function, duration[i], NULL);
	}
	qsort(duration, (size_t)calls, sizeof(duration[0]), by_size);
	if (prof_flush(10.0) != PROF_OK || prof_get_stats(name, NULL, 10.0, &stats) != PROF_OK ||
	    stats->call_count != (uint64_t)calls) {
		fprintf(stderr, "%s: not all calls arrived\n", name);
		exit(1);
	}
	worst = worst_error(stats, duration, calls);
	prof_free(stats);
	return worst;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		double (*draw)(void);
	} all[] = {{"quantile.lognormal", lognormal},
		   {"quantile.bimodal", bimodal},
		   {"quantile.pareto", pareto},
		   {"quantile.constant", constant}};
	struct measure m;
	double *duration, worst;

	measure_options(&m, argc, argv);
	duration = malloc((size_t)m.calls * sizeof(duration[0]));
	if (duration == NULL)
		return 1;
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		worst = measure(all[i].name, all[i].draw, duration, m.calls);
		measure_print(all[i].name, m.suffix, "histogram and path", "%", &worst, 1);
	}
	free(duration);
	return 0;
}
