/*
 * The address that metrics systems scrape.
 */
#include <config.h>

#include <stdatomic.h>
#include <stdlib.h>

#include "web/api/api.h"
#include "web/metrics/metrics.h"

/* Unless the address says otherwise. */
#define USUAL_FUNCTIONS 1000
#define USUAL_BUCKETS	160

/* Of this process, from its start on, as all counters: whoever scrapes. */
static atomic_uint_fast64_t errors;

/* What cannot be had of profd is said in the metrics themselves, so that it can be told from a
 * profweb that is away. */
void api_metrics(const struct request *request, struct reply *reply)
{
	const struct query *q = &request->query;
	uint32_t limit = query_has(q, PARAMETER_LIMIT) ? q->limit : USUAL_FUNCTIONS;
	unsigned buckets = query_has(q, PARAMETER_BUCKETS) ? q->buckets : USUAL_BUCKETS;
	enum metrics_format format = metrics_negotiate(request->accept);
	struct metrics_source source = {.version = PACKAGE_VERSION};
	struct metrics metrics = {0};

	if (metrics_ask(&source, limit, request->timeout) != PROF_OK)
		atomic_fetch_add(&errors, 1);
	source.errors = atomic_load(&errors);
	if (metrics_build(&source, &metrics))
		reply->body = metrics_write(&metrics, format, buckets, &reply->size);
	metrics_free(&metrics);
	metrics_source_free(&source);
	if (reply->body == NULL) {
		reply_error(reply, 503, "out of memory");
		return;
	}
	reply->status = 200;
	reply->type = metrics_content_type(format);
}
