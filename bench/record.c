/*
 * What asynchronous calls and records by hand cost.
 */
#include <profclient.h>

#include "measure.h"

#define KEPT	"histogram and path"
#define VARIOUS 1024

static prof_function *function;
static double seconds[VARIOUS]; /* 1 us to 1 ms, in no order */

static void async(long calls)
{
	for (long i = 0; i < calls; i++)
		prof_call_end(prof_function_begin(function), NULL);
}

static void constant(long calls)
{
	for (long i = 0; i < calls; i++)
		prof_function_record(function, 12.5e-6, NULL);
}

static void various(long calls)
{
	for (long i = 0; i < calls; i++)
		prof_function_record(function, seconds[i & (VARIOUS - 1)], NULL);
}

static void by_name(long calls)
{
	for (long i = 0; i < calls; i++)
		prof_record("bench.record", 12.5e-6, NULL);
}

int main(int argc, char **argv)
{
	struct figure figures[] = {
		{.name = "async", .kept = KEPT, .work = async},
		{.name = "record.constant", .kept = KEPT, .work = constant},
		{.name = "record.various", .kept = KEPT, .work = various},
		{.name = "record.name", .kept = KEPT, .work = by_name},
		{.name = NULL},
	};
	uint64_t random = 1;

	for (int i = 0; i < VARIOUS; i++) {
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		seconds[i] = 1e-6 * (double)(1 + (random >> 33) % 1000);
	}
	if (prof_lookup("bench.record", &function) != PROF_OK)
		return 1;
	return measure_main(argc, argv, figures);
}
