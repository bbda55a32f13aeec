/*
 * What the facts that profd tells of itself are called in a metrics system.
 */
#ifndef WEB_METRICS_FACTS_H
#define WEB_METRICS_FACTS_H

#include "web/metrics/metrics.h"

#define METRICS_NAME_MAX 80

/*
 * Fills in name, unit, help and type of a fact that is a number, after its name and unit in
 * `profctl status`; the name is written to `name`. Returns what its value is multiplied by; 0, with
 * nothing changed, for a text, and for a name that no metric may have.
 */
double metrics_describe_fact(const struct prof_fact *fact, char name[METRICS_NAME_MAX],
			     struct metric_family *family);

#endif
