/*
 * Names of facts: by rule, but for a few.
 */
#include "web/metrics/facts.h"

#include <stdio.h>
#include <string.h>

/* Of all functions: those of each have the shorter names. And words that mean more without profd's
 * other figures beside them. */
static const struct {
	const char *fact, *name;
} renamed[] = {
	{"calls", "all_calls"},		{"slow_calls", "all_slow_calls"},
	{"errors", "all_failed_calls"}, {"history_shortened", "history_rows_shortened"},
	{"log_lost", "log_lines_lost"}, {"epoch", "clears"},
	{"memory", "resident_memory"},
};

/* Metrics systems count in base units, which a name ends with. */
static const struct {
	const char *unit, *base;
	double scale;
} units[] = {{"s", "seconds", 1.0}, {"bytes", "bytes", 1.0}, {"percent", "ratio", 0.01}};

static const char *stem_of(const char *fact)
{
	for (size_t i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++)
		if (strcmp(renamed[i].fact, fact) == 0)
			return renamed[i].name;
	return fact;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

double metrics_describe_fact(const struct prof_fact *fact, char name[METRICS_NAME_MAX],
			     struct metric_family *family)
{
	const char *stem = stem_of(fact->name), *base = "";
	double scale = 1.0;

	if (fact->kind == PROF_FACT_TEXT || strlen(stem) > METRICS_NAME_MAX / 2 ||
	    stem[strspn(stem, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
		return 0.0;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].unit, fact->unit) == 0) {
			base = units[i].base;
			scale = units[i].scale;
		}
	snprintf(name, METRICS_NAME_MAX, "profd_%s%s%s", stem, ends_with(stem, base) ? "" : "_",
		 ends_with(stem, base) ? "" : base);
	*family = (struct metric_family){.name = name,
					 .unit = base,
					 .help = fact->meaning,
					 .type = fact->counter ? METRIC_COUNTER : METRIC_GAUGE};
	return scale;
}
