/*
 * From tables of fields to formats.
 */
#include "text/fields.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "text/number.h"

/* Where a field is in a struct, as what its kind says. */
#define AT(type) (*(const type *)((const char *)of + f->offset))

/* The struct that a field is in. */
static const void *field_at(const struct field *f, const void *of)
{
	return f->via == 0 ? of : *(const void *const *)((const char *)of + f->via - 1);
}

static bool is_unknown(const struct field *f, const void *of)
{
	switch (f->kind) {
	case FIELD_KNOWN:
		return AT(char *) == NULL || AT(char *)[0] == '\0';
	case FIELD_NUMBER:
		return AT(uint64_t) == 0;
	case FIELD_OWNER:
		return AT(unsigned) == UINT_MAX;
	case FIELD_PID:
		return AT(int) == 0;
	case FIELD_FIGURE:
		return !isfinite(AT(double));
	case FIELD_POSITIVE:
		return !(AT(double) > 0.0);
	default:
		return false;
	}
}

static void write_rows(struct writer *w, const struct field *f, const void *of)
{
	size_t count = *(const size_t *)((const char *)of + f->count);

	writer_array(w, f->name);
	for (size_t i = 0; i < count; i++)
		fields_object(w, NULL, f->fields, AT(const void *const *)[i]);
	writer_end(w);
}

static void write_field(struct writer *w, const struct field *f, const void *of)
{
	switch (f->kind) {
	case FIELD_TEXT:
	case FIELD_KNOWN:
		writer_text(w, f->name, AT(char *));
		break;
	case FIELD_COUNT:
	case FIELD_NUMBER:
		writer_count(w, f->name, AT(uint64_t));
		break;
	case FIELD_UNSIGNED:
	case FIELD_OWNER:
		writer_count(w, f->name, AT(unsigned));
		break;
	case FIELD_INTEGER:
	case FIELD_PID:
		writer_integer(w, f->name, AT(int));
		break;
	case FIELD_REAL:
	case FIELD_FIGURE:
	case FIELD_POSITIVE:
		writer_real(w, f->name, AT(double));
		break;
	case FIELD_MILLI:
		writer_real(w, f->name, AT(double) * 1e3);
		break;
	case FIELD_BOOL:
		writer_bool(w, f->name, AT(bool));
		break;
	case FIELD_FLAG:
		writer_integer(w, f->name, AT(bool));
		break;
	case FIELD_OBJECT:
		fields_object(w, f->name, f->fields, AT(void *));
		break;
	case FIELD_MEMBERS:
		fields_write(w, f->fields, &AT(char));
		break;
	case FIELD_ROWS:
		write_rows(w, f, of);
		break;
	case FIELD_OTHER:
		f->write(w, f->name, of);
		break;
	}
}

void fields_write(struct writer *w, const struct field *fields, const void *of)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		const void *at = field_at(f, of);

		if (is_unknown(f, at))
			writer_null(w, f->name);
		else
			write_field(w, f, at);
	}
}

void fields_object(struct writer *w, const char *name, const struct field *fields, const void *of)
{
	writer_object(w, name);
	fields_write(w, fields, of);
	writer_end(w);
}

void csv_titles(FILE *to, const struct field *fields)
{
	for (const struct field *f = fields; f->name != NULL; f++)
		fprintf(to, ",%s", f->name);
}

void csv_text(FILE *to, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		putc('"', to);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putc('"', to);
		putc(*text, to);
	}
	if (quoted)
		putc('"', to);
}

static void csv_value(FILE *to, const struct field *f, const void *of)
{
	char digits[NUMBER_ROOM];

	switch (f->kind) {
	case FIELD_COUNT:
	case FIELD_NUMBER:
		fprintf(to, "%" PRIu64, AT(uint64_t));
		break;
	case FIELD_UNSIGNED:
	case FIELD_OWNER:
		fprintf(to, "%u", AT(unsigned));
		break;
	case FIELD_INTEGER:
	case FIELD_PID:
		fprintf(to, "%d", AT(int));
		break;
	case FIELD_BOOL:
	case FIELD_FLAG:
		fprintf(to, "%d", AT(bool));
		break;
	case FIELD_REAL:
	case FIELD_FIGURE:
	case FIELD_POSITIVE:
		fputs(number_real(digits, AT(double), NUMBER_EXACT), to);
		break;
	case FIELD_MILLI:
		fputs(number_real(digits, AT(double) * 1e3, NUMBER_EXACT), to);
		break;
	case FIELD_TEXT:
	case FIELD_KNOWN:
		csv_text(to, AT(char *));
		break;
	case FIELD_OBJECT:
	case FIELD_MEMBERS:
	case FIELD_ROWS:
	case FIELD_OTHER:
		assert(!"one value");
	}
}

void csv_fields(FILE *to, const struct field *fields, const void *of)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		const void *at = field_at(f, of);

		putc(',', to);
		if (!is_unknown(f, at))
			csv_value(to, f, at);
	}
}
