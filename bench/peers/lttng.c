/*
 * A pair of tracepoints of LTTng-UST around nothing; run by the driver within an active session.
 */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "bench/peers/lttng_probe.h"

#include "bench/measure.h"

static void pair(long calls)
{
	for (long i = 0; i < calls; i++) {
		lttng_ust_tracepoint(bench, begin, 1);
		lttng_ust_tracepoint(bench, end, 1);
	}
}

int main(int argc, char **argv)
{
	struct figure figures[] = {{.name = "peer.lttng", .kept = "every event", .work = pair},
				   {.name = NULL}};

	return measure_main(argc, argv, figures);
}
