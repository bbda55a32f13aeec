/*
 * The protobuf format: histograms native, and classic for those who want them still.
 */
#include <stdlib.h>

#include "web/metrics/metrics.pb-c.h"
#include "web/metrics/buckets.h"
#include "web/metrics/write.h"

/* A histogram as a message, with all that it points to. */
struct histogram_message {
	Profweb__Histogram message;
	Profweb__Bucket bucket[CLASSIC_EDGES], *buckets[CLASSIC_EDGES];
	struct native native;
	Profweb__BucketSpan *span, **spans;
};

/* A sample as a message, likewise. */
struct sample_message {
	Profweb__Metric message;
	Profweb__LabelPair label[METRIC_LABELS], *labels[METRIC_LABELS];
	Profweb__Gauge gauge;
	Profweb__Counter counter;
	struct histogram_message *histogram;
};

static void fill_classic(struct histogram_message *m, const struct prof_histogram *h)
{
	uint64_t cumulative[CLASSIC_EDGES];

	classic_count(h, cumulative);
	for (unsigned i = 0; i < CLASSIC_EDGES; i++) {
		profweb__bucket__init(&m->bucket[i]);
		m->bucket[i].upper_bound = classic_edge(i);
		m->bucket[i].cumulative_count = cumulative[i];
		m->buckets[i] = &m->bucket[i];
	}
	m->message.bucket = m->buckets;
	m->message.n_bucket = CLASSIC_EDGES;
}

static bool fill_native(struct histogram_message *m, const struct prof_histogram *h, unsigned most)
{
	if (!native_make(&m->native, h, most))
		return false;
	m->span = calloc(m->native.span_count + 1, sizeof(*m->span));
	m->spans = calloc(m->native.span_count + 1, sizeof(Profweb__BucketSpan *));
	if (m->span == NULL || m->spans == NULL)
		return false;
	for (size_t i = 0; i < m->native.span_count; i++) {
		profweb__bucket_span__init(&m->span[i]);
		m->span[i].offset = m->native.span[i].offset;
		m->span[i].length = m->native.span[i].length;
		m->spans[i] = &m->span[i];
	}
	m->message.schema = m->native.schema;
	m->message.zero_threshold = NATIVE_ZERO_THRESHOLD;
	m->message.zero_count = m->native.zero_count;
	m->message.positive_span = m->spans;
	m->message.n_positive_span = m->native.span_count;
	m->message.positive_delta = m->native.delta;
	m->message.n_positive_delta = m->native.bucket_count;
	return true;
}

static bool fill_histogram(struct sample_message *m, const struct prof_histogram *h, unsigned most)
{
	struct histogram_message *to = m->histogram = calloc(1, sizeof(*to));

	if (to == NULL)
		return false;
	profweb__histogram__init(&to->message);
	to->message.sample_count = h->calls;
	to->message.sample_sum = h->total_seconds + h->recursive_seconds;
	m->message.histogram = &to->message;
	fill_classic(to, h);
	return fill_native(to, h, most);
}

static bool fill_sample(struct sample_message *m, enum metric_type type,
			const struct metric_sample *s, unsigned most)
{
	profweb__metric__init(&m->message);
	m->message.label = m->labels;
	for (unsigned i = 0; i < METRIC_LABELS && s->label[i].name != NULL; i++) {
		profweb__label_pair__init(&m->label[i]);
		m->label[i].name = (char *)s->label[i].name;
		m->label[i].value = (char *)s->label[i].value;
		m->labels[m->message.n_label++] = &m->label[i];
	}
	switch (type) {
	case METRIC_GAUGE:
		profweb__gauge__init(&m->gauge);
		m->gauge.value = s->value;
		m->message.gauge = &m->gauge;
		break;
	case METRIC_COUNTER:
		profweb__counter__init(&m->counter);
		m->counter.value = s->value;
		m->message.counter = &m->counter;
		break;
	case METRIC_HISTOGRAM:
		return fill_histogram(m, s->histogram, most);
	}
	return true;
}

static void free_sample(struct sample_message *m)
{
	if (m->histogram == NULL)
		return;
	native_free(&m->histogram->native);
	free(m->histogram->span);
	free(m->histogram->spans);
	free(m->histogram);
}

static void write_length(size_t length, FILE *to)
{
	for (; length >= 0x80; length >>= 7)
		fputc((int)(length & 0x7f) | 0x80, to);
	fputc((int)length, to);
}

static bool write_message(const Profweb__MetricFamily *message, FILE *to)
{
	size_t size = profweb__metric_family__get_packed_size(message);
	uint8_t *bytes = malloc(size + 1);

	if (bytes == NULL)
		return false;
	profweb__metric_family__pack(message, bytes);
	write_length(size, to);
	fwrite(bytes, 1, size, to);
	free(bytes);
	return ferror(to) == 0;
}

static Profweb__MetricType type_of(enum metric_type type)
{
	switch (type) {
	case METRIC_GAUGE:
		return PROFWEB__METRIC_TYPE__GAUGE;
	case METRIC_COUNTER:
		return PROFWEB__METRIC_TYPE__COUNTER;
	case METRIC_HISTOGRAM:
		break;
	}
	return PROFWEB__METRIC_TYPE__HISTOGRAM;
}

static bool write_family(const struct metric_family *f, unsigned most, FILE *to)
{
	Profweb__MetricFamily message = PROFWEB__METRIC_FAMILY__INIT;
	struct sample_message *samples = calloc(f->count, sizeof(*samples));
	Profweb__Metric **list = calloc(f->count, sizeof(Profweb__Metric *));
	char name[128];
	size_t n = 0;
	bool whole = samples != NULL && list != NULL;

	snprintf(name, sizeof(name), "%s%s", f->name, f->type == METRIC_COUNTER ? "_total" : "");
	message.name = name;
	message.help = (char *)f->help;
	message.unit = (char *)f->unit;
	message.type = type_of(f->type);
	for (; whole && n < f->count; n++) {
		list[n] = &samples[n].message;
		whole = fill_sample(&samples[n], f->type, &f->samples[n], most);
	}
	message.metric = list;
	message.n_metric = n;
	whole = whole && write_message(&message, to);
	for (size_t i = 0; i < n; i++)
		free_sample(&samples[i]);
	free(samples);
	free(list);
	return whole;
}

bool metrics_write_protobuf(const struct metrics *m, unsigned buckets, FILE *to)
{
	bool whole = true;

	for (size_t i = 0; i < m->count && whole; i++)
		if (m->families[i].count != 0)
			whole = write_family(&m->families[i], buckets, to);
	return whole;
}
