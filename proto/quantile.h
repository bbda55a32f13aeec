/*
 * The quantiles that profd tells, once: what counts, names or computes them is made of this list.
 */
#ifndef PROTO_QUANTILE_H
#define PROTO_QUANTILE_H

/* As in enum prof_quantile: the member that holds it, its name, the share of calls it bounds. */
#define QUANTILE_LIST(X)                                                                  \
	X(p50, "p50", 0.5), X(p75, "p75", 0.75), X(p90, "p90", 0.9), X(p95, "p95", 0.95), \
		X(p99, "p99", 0.99), X(p999, "p99.9", 0.999)

#define QUANTILE_INDEX(member, name, share) QUANTILE_##member
#define QUANTILE_NAME(member, name, share)  name
#define QUANTILE_SHARE(member, name, share) share

enum quantile { QUANTILE_LIST(QUANTILE_INDEX), QUANTILES };

#endif
