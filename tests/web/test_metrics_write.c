/*
 * Metrics are written in each format as its specification says, whatever the texts in them, and
 * each client gets the format that it asks for.
 */
#include <inttypes.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/suite.h"
#include "web/metrics/metrics.pb-c.h"
#include "web/metrics/buckets.h"
#include "web/metrics/write.h"

const char suite_name[] = "metrics_write";

#define HOSTILE "a\"b\\c\nd\te\x01 \xc3\xa9}{,"

/* 3 calls of 0 ns, 4 of about 1 ms, 2 of 1 s, 1 of 20 minutes. */
static const struct prof_bucket some_buckets[] = {{-2175, 3}, {-637, 4}, {0, 2}, {655, 1}};
static const struct prof_histogram some = {
	.calls = 10, .total_seconds = 1202.0040000000001, .count = 4, .buckets = some_buckets};

static struct metric_sample samples[] = {
	{.value = 0.1},
	{.label = {{"function", HOSTILE}, {"program", "p"}}, .value = 9007199254740992.0},
	{.label = {{"version", "1"}}, .value = 0.0},
	{.label = {{"function", "f"}, {"program", "p"}}, .histogram = &some},
	{.histogram = &some},
};

static struct metric_family families[] = {
	{"x_age_seconds", "seconds", "An \"age\"\\.\nOr not.", METRIC_GAUGE, 1, &samples[0]},
	{"x_empty", "", "Not told.", METRIC_GAUGE, 0, NULL},
	{"x_calls", "", "Calls.", METRIC_COUNTER, 2, &samples[1]},
	{"x_took_seconds", "seconds", "Time.", METRIC_HISTOGRAM, 2, &samples[3]},
};

static const struct metrics all = {sizeof(families) / sizeof(families[0]), families};

/* Golden: Prometheus takes such a text as the value of a label, so it must never change. */
static const char *const edges[CLASSIC_EDGES] = {

	"1.1920928955078125e-07",
	"2.384185791015625e-07",
	"4.76837158203125e-07",
	"9.5367431640625e-07",
	"1.9073486328125e-06",
	"3.814697265625e-06",
	"7.62939453125e-06",
	"1.52587890625e-05",
	"3.0517578125e-05",
	"6.103515625e-05",
	"0.0001220703125",
	"0.000244140625",
	"0.00048828125",
	"0.0009765625",
	"0.001953125",
	"0.00390625",
	"0.0078125",
	"0.015625",
	"0.03125",
	"0.0625",
	"0.125",
	"0.25",
	"0.5",
	"1.0",
	"2.0",
	"4.0",
	"8.0",
	"16.0",
	"32.0",
	"64.0",
	"128.0",
	"256.0",
};

/* What the buckets above hold up to each edge. */
static unsigned calls_up_to(unsigned edge)
{
	return edge >= 23 ? 9 : edge >= 14 ? 7 : 3;
}

static char *write_as(enum metrics_format format, size_t *size)
{
	char *bytes = metrics_write(&all, format, 160, size);

	ck_assert_ptr_nonnull(bytes);
	return bytes;
}

static void expect_histogram(FILE *to, const char *labels)
{
	for (unsigned i = 0; i < CLASSIC_EDGES; i++)
		fprintf(to, "x_took_seconds_bucket{%s%sle=\"%s\"} %u\n", labels,
			labels[0] == '\0' ? "" : ",", edges[i], calls_up_to(i));
	fprintf(to, "x_took_seconds_bucket{%s%sle=\"+Inf\"} 10\n", labels,
		labels[0] == '\0' ? "" : ",");
	fprintf(to,
		labels[0] == '\0' ? "x_took_seconds_sum 1202.0040000000001\n"
				  : "x_took_seconds_sum{%s} 1202.0040000000001\n",
		labels);
	fprintf(to,
		labels[0] == '\0' ? "x_took_seconds_count 10\n" : "x_took_seconds_count{%s} 10\n",
		labels);
}

/* Line by line: Check cannot tell so long a text. */
static void check_lines(char *text, char *expected)
{
	char *ours, *theirs, *line, *other;

	for (line = strtok_r(text, "\n", &ours), other = strtok_r(expected, "\n", &theirs);
	     line != NULL && other != NULL;
	     line = strtok_r(NULL, "\n", &ours), other = strtok_r(NULL, "\n", &theirs))
		ck_assert_str_eq(line, other);
	ck_assert_ptr_null(line);
	ck_assert_ptr_null(other);
}

static void check_text(enum metrics_format format, const char *before, const char *unit,
		       const char *end)
{
	char *expected;
	size_t size, expected_size;
	FILE *to = open_memstream(&expected, &expected_size);
	char *text = write_as(format, &size);

	fprintf(to, "%s", before);
	fprintf(to, "# HELP x_took_seconds Time.\n# TYPE x_took_seconds histogram\n%s", unit);
	expect_histogram(to, "function=\"f\",program=\"p\"");
	expect_histogram(to, "");
	fprintf(to, "%s", end);
	fclose(to);
	check_lines(text, expected);
	ck_assert_uint_eq(size, expected_size);
	free(text);
	free(expected);
}

#define HOSTILE_LABELS \
	"{function=\"a\\\"b\\\\c\\nd\te\x01 \xc3\xa9}{,\",program=\"p\"} 9007199254740992\n"

START_TEST(open_metrics)
{
	check_text(METRICS_OPEN_TEXT,
		   "# HELP x_age_seconds An \\\"age\\\"\\\\.\\nOr not.\n"
		   "# TYPE x_age_seconds gauge\n# UNIT x_age_seconds seconds\n"
		   "x_age_seconds 0.1\n"
		   "# HELP x_calls Calls.\n# TYPE x_calls counter\n"
		   "x_calls_total" HOSTILE_LABELS "x_calls_total{version=\"1\"} 0\n",
		   "# UNIT x_took_seconds seconds\n", "# EOF\n");
}
END_TEST

START_TEST(old_text)
{
	check_text(METRICS_TEXT,
		   "# HELP x_age_seconds An \"age\"\\\\.\\nOr not.\n"
		   "# TYPE x_age_seconds gauge\nx_age_seconds 0.1\n"
		   "# HELP x_calls_total Calls.\n# TYPE x_calls_total counter\n"
		   "x_calls_total" HOSTILE_LABELS "x_calls_total{version=\"1\"} 0\n",
		   "", "");
}
END_TEST

/* ------------------------------------------------------------- protobuf */

/* The next message behind its length; NULL at the end. */
static Profweb__MetricFamily *next_family(const uint8_t **at, const uint8_t *end)
{
	Profweb__MetricFamily *f;
	size_t length = 0;

	if (*at == end)
		return NULL;
	for (unsigned shift = 0;; shift += 7) {
		ck_assert(*at < end);
		length |= (size_t)(**at & 0x7f) << shift;
		if ((*(*at)++ & 0x80) == 0)
			break;
	}
	ck_assert_uint_le(length, (size_t)(end - *at));
	f = profweb__metric_family__unpack(NULL, length, *at);
	ck_assert_ptr_nonnull(f);
	*at += length;
	return f;
}

static void check_histogram(const Profweb__Histogram *h)
{
	ck_assert_uint_eq(h->sample_count, 10);
	ck_assert_double_eq(h->sample_sum, 1202.0040000000001);
	ck_assert_uint_eq(h->n_bucket, CLASSIC_EDGES);
	for (unsigned i = 0; i < CLASSIC_EDGES; i++) {
		ck_assert_double_eq(h->bucket[i]->upper_bound, strtod(edges[i], NULL));
		ck_assert_uint_eq(h->bucket[i]->cumulative_count, calls_up_to(i));
	}
	ck_assert_int_eq(h->schema, 6);
	ck_assert_double_eq(h->zero_threshold, NATIVE_ZERO_THRESHOLD);
	ck_assert_uint_eq(h->zero_count, 3);
	ck_assert_uint_eq(h->n_positive_span, 3);
	ck_assert_int_eq(h->positive_span[0]->offset, -637);
	ck_assert_int_eq(h->positive_span[1]->offset, 636);
	ck_assert_int_eq(h->positive_span[2]->offset, 654);
	ck_assert_uint_eq(h->n_positive_delta, 3);
	ck_assert_int_eq(h->positive_delta[0], 4);
	ck_assert_int_eq(h->positive_delta[1], -2);
	ck_assert_int_eq(h->positive_delta[2], -1);
}

START_TEST(protobuf)
{
	static const struct {
		const char *name, *unit;
		Profweb__MetricType type;
		size_t count;
	} expected[] = {{"x_age_seconds", "seconds", PROFWEB__METRIC_TYPE__GAUGE, 1},
			{"x_calls_total", "", PROFWEB__METRIC_TYPE__COUNTER, 2},
			{"x_took_seconds", "seconds", PROFWEB__METRIC_TYPE__HISTOGRAM, 2}};
	size_t size;
	uint8_t *bytes = (uint8_t *)write_as(METRICS_PROTOBUF, &size);
	const uint8_t *at = bytes;
	Profweb__MetricFamily *f[3];

	for (unsigned i = 0; i < 3; i++) {
		f[i] = next_family(&at, bytes + size);
		ck_assert_str_eq(f[i]->name, expected[i].name);
		ck_assert_str_eq(f[i]->unit, expected[i].unit);
		ck_assert_int_eq((int)f[i]->type, (int)expected[i].type);
		ck_assert_uint_eq(f[i]->n_metric, expected[i].count);
	}
	ck_assert(at == bytes + size);
	ck_assert_str_eq(f[0]->help, families[0].help);
	ck_assert_double_eq(f[0]->metric[0]->gauge->value, 0.1);
	ck_assert_str_eq(f[1]->metric[0]->label[0]->name, "function");
	ck_assert_str_eq(f[1]->metric[0]->label[0]->value, HOSTILE);
	ck_assert_double_eq(f[1]->metric[0]->counter->value, 9007199254740992.0);
	ck_assert_uint_eq(f[1]->metric[1]->n_label, 1);
	check_histogram(f[2]->metric[0]->histogram);
	ck_assert_str_eq(f[2]->metric[0]->label[1]->value, "p");
	ck_assert_uint_eq(f[2]->metric[1]->n_label, 0);
	for (unsigned i = 0; i < 3; i++)
		profweb__metric_family__free_unpacked(f[i], NULL);
	free(bytes);
}
END_TEST

/* -------------------------------------------------------------- numbers */

START_TEST(numbers_read_back_as_they_were_in_every_locale)
{
	static const struct {
		double value;
		const char *text;
	} golden[] = {{0.1, "0.1"},
		      {-1.5, "-1.5"},
		      {3, "3"},
		      {1e300, "1e+300"},
		      {1.0 / 3.0, "0.3333333333333333"},
		      {5e-324, "4.94065645841247e-324"}};
	static const char *const locales[] = {"C", "de_DE.UTF-8", "ps_AF.UTF-8"};
	struct random r = {7};
	char text[METRICS_NUMBER];

	if (setlocale(LC_NUMERIC, locales[_i]) == NULL)
		return; /* not installed here */
	for (unsigned i = 0; i < sizeof(golden) / sizeof(golden[0]); i++)
		ck_assert_str_eq(metrics_number(text, golden[i].value), golden[i].text);
	for (unsigned i = 0; i < 10000; i++) {
		double value = random_unit(&r) * (double)random_below(&r, 1 << 20);

		setlocale(LC_NUMERIC, locales[_i]);
		metrics_number(text, value);
		setlocale(LC_NUMERIC, "C");
		ck_assert_double_eq(strtod(text, NULL), value);
	}
}
END_TEST

/* ---------------------------------------------------------- negotiation */

static const struct {
	const char *accept;
	enum metrics_format format;
} wishes[] = {
	{NULL, METRICS_TEXT},
	{"", METRICS_TEXT},
	{"*/*", METRICS_TEXT},
	{"text/plain", METRICS_TEXT},
	{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", METRICS_TEXT},
	{"application/json", METRICS_TEXT},
	{"application/openmetrics-text", METRICS_OPEN_TEXT},
	{"application/openmetrics-text; version=1.0.0; charset=utf-8", METRICS_OPEN_TEXT},
	{"application/openmetrics-text;version=2.0.0,text/plain;q=0.1", METRICS_TEXT},
	{"application/*", METRICS_OPEN_TEXT},
	{"application/*,application/openmetrics-text;q=0,text/*;q=0.2", METRICS_TEXT},
	{"application/vnd.google.protobuf", METRICS_PROTOBUF},
	{"APPLICATION/VND.google.protobuf ; Encoding=\"delimited\"", METRICS_PROTOBUF},
	{"application/vnd.google.protobuf;encoding=text", METRICS_TEXT},
	{"application/vnd.google.protobuf;q=0.3,application/openmetrics-text;q=0.4",
	 METRICS_OPEN_TEXT},
	{"application/vnd.google.protobuf,application/openmetrics-text,text/plain",
	 METRICS_PROTOBUF},
	{"application/vnd.google.protobuf;q=0,*/*", METRICS_TEXT},
	{"application/openmetrics-text;q=0.500,text/plain;q=0.501", METRICS_TEXT},
	{"application/openmetrics-text;q=1.001,text/plain;q=0.1", METRICS_TEXT},
	{"application/openmetrics-text;q=.9,text/plain;q=0.1", METRICS_TEXT},
	{"application/openmetrics-text;q=x,text/plain;q=0.1", METRICS_TEXT},
	{";;,,=;q=\",;\",/", METRICS_TEXT},
	{"application/openmetrics-text;a=\"text/plain;,q=0\"", METRICS_OPEN_TEXT},
	/* As Prometheus 2.42 asks, with native histograms and without; and as a later one does. */
	{"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding="
	 "delimited,application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;"
	 "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
	 METRICS_PROTOBUF},
	{"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
	 "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
	 METRICS_OPEN_TEXT},
	{"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version="
	 "0.0.4;q=0.2,*/*;q=0.1",
	 METRICS_OPEN_TEXT},
};

START_TEST(a_client_gets_what_it_likes_best)
{
	ck_assert_int_eq((int)metrics_negotiate(wishes[_i].accept), (int)wishes[_i].format);
}
END_TEST

/* Pieces of wishes in any order; each header in a block of its own, so that a sanitizer sees who
 * reads on behind it. */
START_TEST(any_header_is_survived)
{
	static const char *const pieces[] = {"application",
					     "/",
					     "openmetrics-text",
					     "vnd.google.protobuf",
					     "text",
					     "plain",
					     "*",
					     ";",
					     ",",
					     "=",
					     "\"",
					     " ",
					     "\t",
					     "q",
					     "version",
					     "1.0.0",
					     "0.5",
					     "\xff"};
	struct random r = {(uint64_t)_i};
	unsigned seen = 0;

	for (unsigned i = 0; i < 2000; i++) {
		char text[512] = "", *header;

		for (uint64_t n = random_below(&r, 24); n > 0; n--)
			strcat(text, pieces[random_below(&r, sizeof(pieces) / sizeof(pieces[0]))]);
		header = strdup(text);
		seen |= 1u << metrics_negotiate(header);
		free(header);
	}
	ck_assert_uint_eq(seen & (1u << METRICS_TEXT), 1u << METRICS_TEXT);
	ck_assert_uint_lt(seen, 1u << METRICS_FORMATS);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, open_metrics);
	tcase_add_test(tests, old_text);
	tcase_add_test(tests, protobuf);
	tcase_add_loop_test(tests, numbers_read_back_as_they_were_in_every_locale, 0, 3);
	tcase_add_loop_test(tests, a_client_gets_what_it_likes_best, 0,
			    (int)(sizeof(wishes) / sizeof(wishes[0])));
	tcase_add_loop_test(tests, any_header_is_survived, 0, 5);
}
