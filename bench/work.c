/*
 * A program that does nothing but time calls, as fast as it can, for some seconds; then flushes and
 * tells how many there were. Its calls must all be found in profd.
 */
#include <profclient.h>

#include "measure.h"

/* The clock is looked at once in so many calls. */
#define CALLS_A_LOOK 100000

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 5.0, begin = measure_now(), end = begin;
	uint64_t calls = 0;
	prof_error error;

	while (end - begin < seconds * 1e9) {
		for (int i = 0; i < CALLS_A_LOOK; i++) {
			PROF_SCOPE("bench.work");
		}
		calls += CALLS_A_LOOK;
		end = measure_now();
	}
	error = prof_flush(10.0);
	if (error != PROF_OK) {
		fprintf(stderr, "flush: %s\n", prof_strerror((int)error));
		return 1;
	}
	printf("{\"calls\": %llu, \"seconds\": %.6f}\n", (unsigned long long)calls,
	       (end - begin) * 1e-9);
	return 0;
}
