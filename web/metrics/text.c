/*
 * The text formats: OpenMetrics 1.0, and what Prometheus read before it (0.0.4).
 */
#include <inttypes.h>
#include <string.h>

#include "web/metrics/buckets.h"
#include "web/metrics/write.h"

struct text {
	FILE *to;
	bool open; /* OpenMetrics */
};

static const char *type_name(enum metric_type type)
{
	switch (type) {
	case METRIC_GAUGE:
		return "gauge";
	case METRIC_COUNTER:
		return "counter";
	case METRIC_HISTOGRAM:
		break;
	}
	return "histogram";
}

/* A backslash, a quote and the end of a line are what would end a text: all else stands for itself.
 * Old Prometheus takes a quote in a help as it is, and would take the backslash before it too. */
static void write_escaped(FILE *to, const char *text, bool quotes)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			fputs("\\n", to);
		else if (*text == '\\' || (*text == '"' && quotes))
			fprintf(to, "\\%c", *text);
		else
			fputc(*text, to);
	}
}

/* What a counter's family is called: with "_total" in the old format only. */
static void write_name(const struct text *t, const struct metric_family *f)
{
	fputs(f->name, t->to);
	if (f->type == METRIC_COUNTER && !t->open)
		fputs("_total", t->to);
}

static void write_head(const struct text *t, const struct metric_family *f)
{
	fputs("# HELP ", t->to);
	write_name(t, f);
	fputc(' ', t->to);
	write_escaped(t->to, f->help, t->open);
	fputs("\n# TYPE ", t->to);
	write_name(t, f);
	fprintf(t->to, " %s\n", type_name(f->type));
	if (t->open && f->unit[0] != '\0')
		fprintf(t->to, "# UNIT %s %s\n", f->name, f->unit);
}

/* Name, suffix and labels; `le`: the edge of a classic bucket, or NULL. */
static void write_series(const struct text *t, const struct metric_family *f,
			 const struct metric_sample *s, const char *suffix, const char *le)
{
	char before = '{';

	fprintf(t->to, "%s%s", f->name, suffix);
	for (unsigned i = 0; i < METRIC_LABELS && s->label[i].name != NULL; i++) {
		fprintf(t->to, "%c%s=\"", before, s->label[i].name);
		write_escaped(t->to, s->label[i].value, true);
		fputc('"', t->to);
		before = ',';
	}
	if (le != NULL) {
		fprintf(t->to, "%cle=\"%s\"", before, le);
		before = ',';
	}
	fputs(before == ',' ? "} " : " ", t->to);
}

/* An edge is a real number, also when it is a whole one: "1.0", as Prometheus itself writes it. */
static const char *edge_text(char text[METRICS_NUMBER], unsigned i)
{
	metrics_number(text, classic_edge(i));
	return strpbrk(text, ".e") == NULL ? strcat(text, ".0") : text;
}

static void write_histogram(const struct text *t, const struct metric_family *f,
			    const struct metric_sample *s)
{
	const struct prof_histogram *h = s->histogram;
	uint64_t cumulative[CLASSIC_EDGES];
	char text[METRICS_NUMBER];

	classic_count(h, cumulative);
	for (unsigned i = 0; i < CLASSIC_EDGES; i++) {
		write_series(t, f, s, "_bucket", edge_text(text, i));
		fprintf(t->to, "%" PRIu64 "\n", cumulative[i]);
	}
	write_series(t, f, s, "_bucket", "+Inf");
	fprintf(t->to, "%" PRIu64 "\n", h->calls);
	write_series(t, f, s, "_sum", NULL);
	fprintf(t->to, "%s\n", metrics_number(text, h->total_seconds + h->recursive_seconds));
	write_series(t, f, s, "_count", NULL);
	fprintf(t->to, "%" PRIu64 "\n", h->calls);
}

static void write_sample(const struct text *t, const struct metric_family *f,
			 const struct metric_sample *s)
{
	char text[METRICS_NUMBER];

	switch (f->type) {
	case METRIC_GAUGE:
	case METRIC_COUNTER:
		write_series(t, f, s, f->type == METRIC_COUNTER ? "_total" : "", NULL);
		fprintf(t->to, "%s\n", metrics_number(text, s->value));
		break;
	case METRIC_HISTOGRAM:
		write_histogram(t, f, s);
		break;
	}
}

bool metrics_write_text(const struct metrics *m, bool open, FILE *to)
{
	struct text t = {to, open};

	for (size_t i = 0; i < m->count; i++) {
		const struct metric_family *f = &m->families[i];

		if (f->count == 0)
			continue;
		write_head(&t, f);
		for (size_t j = 0; j < f->count; j++)
			write_sample(&t, f, &f->samples[j]);
	}
	if (open)
		fputs("# EOF\n", to);
	return ferror(to) == 0;
}
