/*
 * What is told to a metrics system: families of samples, however they are written.
 *
 * A sample of a histogram lends one of prof_get_histograms_by_program; all texts are lent too.
 */
#ifndef WEB_METRICS_METRICS_H
#define WEB_METRICS_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

enum metric_type { METRIC_GAUGE, METRIC_COUNTER, METRIC_HISTOGRAM };

struct metric_label {
	const char *name, *value; /* name NULL: none */
};

#define METRIC_LABELS 2

struct metric_sample {
	struct metric_label label[METRIC_LABELS];
	double value;				/* of a gauge or counter */
	const struct prof_histogram *histogram; /* of a histogram */
};

struct metric_family {
	const char *name; /* of a counter: without "_total" */
	const char *unit; /* the last word of the name, "seconds", "bytes"; "": none */
	const char *help;
	enum metric_type type;
	size_t count;
	struct metric_sample *samples; /* owned */
};

struct metrics {
	size_t count;
	struct metric_family *families; /* owned */
};

/* -------------------------------------------------------------- writing */

/* By preference: where a client likes two equally, it gets the first. */
enum metrics_format { METRICS_PROTOBUF, METRICS_OPEN_TEXT, METRICS_TEXT, METRICS_FORMATS };

/* The format that an Accept header asks for; what asks for none gets METRICS_TEXT, as NULL does. */
enum metrics_format metrics_negotiate(const char *accept);

/* What the answer says that it is. */
const char *metrics_content_type(enum metrics_format format);

/*
 * Writes all families. `buckets`: the most that a native histogram may have, which is made coarser
 * until that holds. The result is one block, to be freed; NULL without memory.
 */
void *metrics_write(const struct metrics *m, enum metrics_format format, unsigned buckets,
		    size_t *size);

/* ------------------------------------------------------------- building */

/* What profd said of itself and of all functions; a part that is NULL is left out. */
struct metrics_source {
	struct prof_histogram_list *histograms;
	struct prof_slow_list *running;
	struct prof_status *status;
	const char *version; /* of profweb */
	double seconds;	     /* that the questions took */
	uint64_t errors;     /* scrapes that profd did not answer, this one too */
};

/* Asks profd. What cannot be had, and all after it, is NULL; the first error is returned. */
prof_error metrics_ask(struct metrics_source *source, uint32_t limit, double timeout);
void metrics_source_free(struct metrics_source *source);

/* Makes families of it, which lend from the source. False, with nothing made, without memory. */
bool metrics_build(const struct metrics_source *source, struct metrics *m);
void metrics_free(struct metrics *m);

#endif
