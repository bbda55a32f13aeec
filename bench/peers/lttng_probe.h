/*
 * The two tracepoints of a call, in the form that LTTng-UST asks for.
 */
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER bench

#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "bench/peers/lttng_probe.h"

#if !defined(BENCH_PEERS_LTTNG_PROBE_H) || defined(LTTNG_UST_TRACEPOINT_HEADER_MULTI_READ)
#define BENCH_PEERS_LTTNG_PROBE_H

#include <lttng/tracepoint.h>

/* clang-format off */
LTTNG_UST_TRACEPOINT_EVENT(bench, begin,
	LTTNG_UST_TP_ARGS(int, function),
	LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(int, function, function)))

LTTNG_UST_TRACEPOINT_EVENT(bench, end,
	LTTNG_UST_TP_ARGS(int, function),
	LTTNG_UST_TP_FIELDS(lttng_ust_field_integer(int, function, function)))
/* clang-format on */

#endif

#include <lttng/tracepoint-event.h>
