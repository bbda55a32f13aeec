/*
 * What is behind the addresses below /api/: each asks profd one thing and tells the answer as JSON;
 * and /metrics, which has formats of its own.
 */
#ifndef WEB_API_API_H
#define WEB_API_API_H

#include "web/api/query.h"
#include "web/http/reply.h"

/* What an address is asked. Texts are lent until it is answered. */
struct request {
	struct query query;
	const char *accept, *last_event_id; /* headers; NULL: not given */
	double timeout;			    /* seconds that a question to profd may take */
};

void api_bench_compare(const struct request *request, struct reply *reply);
void api_bench_history(const struct request *request, struct reply *reply);
void api_bench_list(const struct request *request, struct reply *reply);
void api_bench_show(const struct request *request, struct reply *reply);
void api_changes(const struct request *request, struct reply *reply);
void api_diff(const struct request *request, struct reply *reply);
void api_events(const struct request *request, struct reply *reply);
void api_flame(const struct request *request, struct reply *reply);
void api_heatmap(const struct request *request, struct reply *reply);
void api_histogram(const struct request *request, struct reply *reply);
void api_history(const struct request *request, struct reply *reply);
void api_metrics(const struct request *request, struct reply *reply);
void api_list(const struct request *request, struct reply *reply);
void api_programs(const struct request *request, struct reply *reply);
void api_ps(const struct request *request, struct reply *reply);
void api_running(const struct request *request, struct reply *reply);
void api_slow(const struct request *request, struct reply *reply);
void api_stats(const struct request *request, struct reply *reply);
void api_status(const struct request *request, struct reply *reply);
void api_summary(const struct request *request, struct reply *reply);
void api_tree(const struct request *request, struct reply *reply);

#endif
