/*
 * What the facts that profd tells of itself are called in a metrics system.
 */
#ifndef WEB_METRICS_FACTS_H
#define WEB_METRICS_FACTS_H

#include "web/metrics/metrics.h"

struct metrics_fact {
	const char *fact; /* as in `profctl status` */
	const char *name, *unit;
	enum metric_type type;
	double scale; /* from the fact's unit to the metric's */
};

/* NULL for one that is not told: a text, or one of a newer profd. */
const struct metrics_fact *metrics_fact_find(const char *fact);

#endif
