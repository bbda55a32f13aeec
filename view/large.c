/*
 * Writing JSON into one growing text.
 */
#include "view/large.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/fields.h"
#include "view/json.h"

struct text {
	char *bytes;
	size_t size, room;
	bool failed; /* memory ran out: nothing is added any more */
};

static char *reserve(struct text *t, size_t more)
{
	size_t room = t->room;
	char *bytes;

	if (t->failed)
		return NULL;
	while (room - t->size < more)
		room = room == 0 ? 65536 : 2 * room;
	if (room != t->room) {
		bytes = realloc(t->bytes, room);
		t->failed = bytes == NULL;
		if (t->failed)
			return NULL;
		t->bytes = bytes;
		t->room = room;
	}
	return t->bytes + t->size;
}

static void add(struct text *t, const char *bytes, size_t size)
{
	char *to = reserve(t, size + 1);

	if (to == NULL)
		return;
	memcpy(to, bytes, size);
	to[size] = '\0';
	t->size += size;
}

static void add_text(struct text *t, const char *text)
{
	add(t, text, strlen(text));
}

/* Names are UTF-8, so only these need an escape. */
static void add_string(struct text *t, const char *text)
{
	static const char special[] = "\"\\\b\f\n\r\t", escape[] = "\"\\bfnrt";
	char code[8];

	add(t, "\"", 1);
	while (*text != '\0') {
		size_t plain = 0;

		while ((unsigned char)text[plain] >= ' ' && text[plain] != '"' &&
		       text[plain] != '\\')
			plain++;
		add(t, text, plain);
		text += plain;
		if (*text == '\0')
			break;
		if (strchr(special, *text) != NULL)
			snprintf(code, sizeof(code), "\\%c",
				 escape[strchr(special, *text) - special]);
		else
			snprintf(code, sizeof(code), "\\u%04X", (unsigned char)*text);
		add_text(t, code);
		text++;
	}
	add(t, "\"", 1);
}

static void add_count(struct text *t, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64,
		 number > INT64_MAX ? (uint64_t)INT64_MAX : number);
	add_text(t, digits);
}

/* Fifteen digits, a sign that it is a real number, and an exponent without what it does not need.
 */
static void add_real(struct text *t, double number)
{
	char digits[40], *exponent, *first;

	snprintf(digits, sizeof(digits), "%.15g", isfinite(number) ? number : 0.0);
	exponent = strchr(digits, 'e');
	if (exponent == NULL && strchr(digits, '.') == NULL)
		strcat(digits, ".0");
	if (exponent != NULL) {
		exponent += exponent[1] == '-' ? 2 : 1;
		first = exponent + strspn(exponent, "+0");
		memmove(exponent, first, strlen(first) + 1);
	}
	add_text(t, digits);
}

static void add_doubtful(struct text *t, unsigned doubtful)
{
	const char *comma = "";

	add_text(t, ",\"doubtful\":[");
	for (unsigned i = 0; i < PROF_QUANTILES; i++) {
		if ((doubtful >> i & 1) == 0)
			continue;
		add_text(t, comma);
		add_string(t, view_quantile_names[i]);
		comma = ",";
	}
	add_text(t, "]}");
}

static void add_function(struct text *t, const struct prof_stats *s)
{
	add_text(t, "{\"function_name\":");
	add_string(t, s->function_name);
	for (const struct field *f = view_fields; f->name != NULL; f++) {
		const void *at = (const char *)s + f->offset;

		add_text(t, ",\"");
		add_text(t, f->name);
		add_text(t, "\":");
		if (f->kind == FIELD_COUNT)
			add_count(t, *(const uint64_t *)at);
		else
			add_real(t, *(const double *)at);
	}
	add_doubtful(t, s->doubtful);
}

static void add_functions(struct text *t, const struct prof_stats *const *stats, size_t count)
{
	add_text(t, "\"functions\":[");
	for (size_t i = 0; i < count; i++) {
		if (i != 0)
			add(t, ",", 1);
		add_function(t, stats[i]);
	}
	add(t, "]", 1);
}

static char *finish(struct text *t, size_t *size)
{
	add(t, "}", 1);
	if (t->failed) {
		free(t->bytes);
		return NULL;
	}
	*size = t->size;
	return t->bytes;
}

char *large_functions(const struct prof_stats *const *stats, size_t count, size_t *size)
{
	struct text t = {0};

	add(&t, "{", 1);
	add_functions(&t, stats, count);
	return finish(&t, size);
}

char *large_changes(const struct prof_changes *c, const char *mark, size_t *size)
{
	const struct {
		const char *name;
		uint64_t number;
	} counts[] = {{"profiled_functions", c->profiled_functions},
		      {"total_calls", c->total_calls},
		      {"slow_calls", c->slow_calls},
		      {"errors", c->errors}};
	struct text t = {0};

	add_text(&t, c->whole ? "{\"whole\":true" : "{\"whole\":false");
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		add_text(&t, ",\"");
		add_text(&t, counts[i].name);
		add_text(&t, "\":");
		add_count(&t, counts[i].number);
	}
	add_text(&t, ",\"total_seconds\":");
	add_real(&t, c->total_seconds);
	add_text(&t, ",\"since\":");
	add_real(&t, c->since);
	add_text(&t, ",\"mark\":");
	add_string(&t, mark);
	add(&t, ",", 1);
	add_functions(&t, c->functions, c->count);
	return finish(&t, size);
}
