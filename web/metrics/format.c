/*
 * Which format a client gets: content negotiation by its Accept header.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "web/metrics/metrics.h"

struct format {
	const char *type, *subtype; /* of the media type */
	/* A parameter that a range may name only with one of these values; NULL: none. */
	const char *parameter, *value[2];
	const char *content_type;
};

/* In the order of enum metrics_format. */
static const struct format formats[METRICS_FORMATS] = {
	[METRICS_PROTOBUF] = {"application",
			      "vnd.google.protobuf",
			      "encoding",
			      {"delimited", NULL},
			      "application/vnd.google.protobuf; "
			      "proto=io.prometheus.client.MetricFamily; encoding=delimited"},
	[METRICS_OPEN_TEXT] = {"application",
			       "openmetrics-text",
			       "version",
			       {"1.0.0", "0.0.1"},
			       "application/openmetrics-text; version=1.0.0; charset=utf-8"},
	[METRICS_TEXT] = {"text",
			  "plain",
			  "version",
			  {"0.0.4", NULL},
			  "text/plain; version=0.0.4; charset=utf-8"},
};

const char *metrics_content_type(enum metrics_format format)
{
	return formats[format].content_type;
}

/* A piece of the header, without the blanks around it. */
struct piece {
	const char *at;
	size_t length;
};

static struct piece trim(struct piece p)
{
	while (p.length != 0 && (*p.at == ' ' || *p.at == '\t')) {
		p.at++;
		p.length--;
	}
	while (p.length != 0 && (p.at[p.length - 1] == ' ' || p.at[p.length - 1] == '\t'))
		p.length--;
	return p;
}

/* Takes the text up to the next `end` that does not stand in quotes off `rest`. */
static struct piece next_piece(struct piece *rest, char end)
{
	struct piece piece = {rest->at, 0};
	bool quoted = false;

	while (piece.length < rest->length && (quoted || rest->at[piece.length] != end)) {
		if (rest->at[piece.length] == '"')
			quoted = !quoted;
		piece.length++;
	}
	rest->at += piece.length;
	rest->length -= piece.length;
	if (rest->length != 0) {
		rest->at++;
		rest->length--;
	}
	return trim(piece);
}

static bool is(struct piece p, const char *text)
{
	return p.length == strlen(text) && strncasecmp(p.at, text, p.length) == 0;
}

static struct piece unquote(struct piece p)
{
	if (p.length >= 2 && p.at[0] == '"' && p.at[p.length - 1] == '"')
		return (struct piece){p.at + 1, p.length - 2};
	return p;
}

/* A weight in thousandths; what is none counts as 0. */
static int weight(struct piece p)
{
	int value = 0, digit = 1000;

	for (size_t i = 0; i < p.length; i++) {
		if (i == 1 ? p.at[i] != '.' : p.at[i] < '0' || p.at[i] > '9')
			return 0;
		if (i == 1)
			continue;
		value += (p.at[i] - '0') * digit;
		digit /= 10;
	}
	return value > 1000 ? 0 : value;
}

/* A media range of the header: how closely it names a format, 0: not at all; and how much the
 * client likes that. */
struct match {
	int closeness, weight;
};

static int name_closeness(struct piece type, struct piece subtype, enum metrics_format format)
{
	const struct format *f = &formats[format];

	if (is(type, f->type))
		return is(subtype, f->subtype) ? 3 : is(subtype, "*") && format != 0 ? 2 : 0;
	/* Who takes anything is a person, mostly: text can be read. */
	return is(type, "*") && is(subtype, "*") && format == METRICS_TEXT ? 1 : 0;
}

static bool has_value(const struct format *f, struct piece value)
{
	return is(value, f->value[0]) || (f->value[1] != NULL && is(value, f->value[1]));
}

static struct match match_range(struct piece range, enum metrics_format format)
{
	struct piece name = next_piece(&range, ';'), type = next_piece(&name, '/');
	struct match match = {name_closeness(type, trim(name), format), 1000};

	while (range.length != 0) {
		struct piece parameter = next_piece(&range, ';'), key = next_piece(&parameter, '=');
		struct piece value = unquote(trim(parameter));

		if (is(key, "q"))
			match.weight = weight(value);
		else if (match.closeness == 3 && is(key, formats[format].parameter) &&
			 !has_value(&formats[format], value))
			match.closeness = 0;
	}
	return match;
}

/* What the header says of a format: the range that names it most closely decides, of these the one
 * that is liked best. */
static int judge(struct piece header, enum metrics_format format)
{
	struct match best = {0};

	while (header.length != 0) {
		struct match match = match_range(next_piece(&header, ','), format);

		if (match.closeness > best.closeness ||
		    (match.closeness == best.closeness && match.weight > best.weight))
			best = match;
	}
	return best.closeness == 0 ? 0 : best.weight;
}

enum metrics_format metrics_negotiate(const char *accept)
{
	enum metrics_format chosen = METRICS_TEXT;
	int most = 0;

	if (accept == NULL)
		return METRICS_TEXT;
	for (unsigned i = 0; i < METRICS_FORMATS; i++) {
		int liked = judge((struct piece){accept, strlen(accept)}, (enum metrics_format)i);

		if (liked > most) {
			most = liked;
			chosen = (enum metrics_format)i;
		}
	}
	return chosen;
}
