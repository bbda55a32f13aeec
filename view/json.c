/*
 * What all answers in JSON are made of: numbers, extents, text.
 */
#include "view/json.h"

#include <math.h>
#include <string.h>

const char *const view_quantile_names[PROF_QUANTILES] = {"p50", "p75", "p90",
							 "p95", "p99", "p99.9"};

double view_quantile(const struct prof_stats *s, unsigned quantile)
{
	const double value[PROF_QUANTILES] = {s->p50, s->p75, s->p90, s->p95, s->p99, s->p999};

	return value[quantile];
}

json_t *view_count(uint64_t number)
{
	return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
}

json_t *view_real(double number)
{
	return json_real(isfinite(number) ? number : 0.0);
}

void view_extent(json_t *object, const struct prof_extent *e)
{
	json_object_set_new(object, "since", view_real(e->since));
	json_object_set_new(object, "until", view_real(e->until));
	json_object_set_new(object, "complete", view_real(e->complete));
}

/* Fifteen digits are all that a double holds for certain, so 0.1 stays 0.1. */
char *view_text(json_t *object, size_t form)
{
	char *text = json_dumps(object, form | JSON_REAL_PRECISION(15));

	json_decref(object);
	return text;
}
