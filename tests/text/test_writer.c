/*
 * What the writer writes is JSON, whatever it is handed: to the byte what jansson makes of the
 * same.
 */
#include "tests/suite.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/fields.h"

const char suite_name[] = "writer";

/* A writer into memory. */
struct written {
	struct writer w;
	char *text;
	size_t size;
};

static void begin(struct written *to, bool indented)
{
	*to = (struct written){.w.indented = indented};
	to->w.to = open_memstream(&to->text, &to->size);
	ck_assert_ptr_nonnull(to->w.to);
}

static const char *end(struct written *to)
{
	ck_assert_int_eq(fclose(to->w.to), 0);
	ck_assert(!to->w.failed);
	return to->text;
}

static const char *const texts[] = {"f", "größe",    "a\"b\\c/d",	 "\x01\x1f\b\f\n\r\t\x7f",
				    "",	 "<script>", "\xf0\x9f\x94\xa5", "a\xe2\x80\xa8z"};
static const double values[] = {0.0,	     1.0,    0.1,   1e-9,  1e-5,
				123456789.0, 1e15,   1e16,  1e20,  -0.0,
				1.5e300,     5e-324, 1e100, 100.0, 0.30000000000000004};

static double value(struct random *dice)
{
	size_t count = sizeof(values) / sizeof(values[0]);
	uint64_t which = random_below(dice, 2 * count);

	return which < count ? values[which] : exp(40.0 * random_unit(dice) - 20.0);
}

/* The same element for both. */
static json_t *add(struct writer *w, const char *name, struct random *dice)
{
	switch (random_below(dice, 6)) {
	case 0: {
		const char *text = texts[random_below(dice, sizeof(texts) / sizeof(texts[0]))];

		writer_text(w, name, text);
		return json_string(text);
	}
	case 1: {
		double number = value(dice);

		writer_real(w, name, number);
		return json_real(number);
	}
	case 2: {
		uint64_t number = random_next(dice) >> random_below(dice, 64);

		writer_count(w, name, number);
		return json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number);
	}
	case 3:
		writer_bool(w, name, true);
		return json_true();
	case 4:
		writer_integer(w, name, -7);
		return json_integer(-7);
	default:
		writer_figure(w, name, NAN);
		return json_null();
	}
}

/* Empty, short and long brackets of both kinds, within each other. */
START_TEST(it_is_what_jansson_makes)
{
	bool indented = _i;
	struct random dice = {3};

	for (size_t count = 0; count < 60; count = 2 * count + 1) {
		json_t *root = json_object(), *lists = json_array();
		struct written to;
		char *expected;

		begin(&to, indented);
		writer_object(&to.w, NULL);
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			json_object_set_new(root, texts[i], add(&to.w, texts[i], &dice));
		writer_array(&to.w, "lists");
		json_object_set_new(root, "lists", lists);
		for (size_t i = 0; i < count; i++) {
			json_t *list = json_array();

			writer_array(&to.w, NULL);
			for (size_t k = 0; k < i % 4; k++)
				json_array_append_new(list, add(&to.w, NULL, &dice));
			writer_end(&to.w);
			json_array_append_new(lists, list);
		}
		writer_end(&to.w);
		writer_end(&to.w);
		expected = json_dumps(root, JSON_REAL_PRECISION(15) |
						    (indented ? JSON_INDENT(2) : JSON_COMPACT));
		if (indented)
			strcat(expected = realloc(expected, strlen(expected) + 2), "\n");
		ck_assert_str_eq(end(&to), expected);
		free(to.text);
		free(expected);
		json_decref(root);
	}
}
END_TEST

/* What is not UTF-8 is replaced, byte by byte, and what is, is kept. */
START_TEST(any_bytes_become_json)
{
	struct random dice = {5};
	struct written to;
	json_t *read;

	begin(&to, false);
	writer_array(&to.w, NULL);
	writer_text(&to.w, NULL, "a\xff\xc3\xa9\xe2\x82z\xc0\x80");
	for (size_t i = 0; i < 2000; i++) {
		char text[9] = "";

		for (size_t k = 0; k < 8; k++)
			text[k] = (char)random_below(&dice, 256);
		writer_text(&to.w, NULL, text);
	}
	writer_end(&to.w);
	end(&to);
	read = json_loadb(to.text, to.size, 0, NULL);
	ck_assert_ptr_nonnull(read);
	ck_assert_uint_eq(json_array_size(read), 2001);
	ck_assert_str_eq(json_string_value(json_array_get(read, 0)), "a?\xc3\xa9??z??");
	json_decref(read);
	free(to.text);
}
END_TEST

/* With `exact` each number reads back as the same double, with no more digits than that takes. */
START_TEST(exact_numbers_read_back)
{
	struct random dice = {9};
	struct written to;

	for (size_t i = 0; i < 5000; i++) {
		double number = value(&dice);

		begin(&to, false);
		to.w.exact = true;
		writer_real(&to.w, NULL, number);
		ck_assert(strtod(end(&to), NULL) == number);
		free(to.text);
	}
	begin(&to, false);
	to.w.exact = true;
	writer_real(&to.w, NULL, 0.1);
	ck_assert_str_eq(end(&to), "0.1");
	free(to.text);
}
END_TEST

START_TEST(a_flat_bracket_is_one_line)
{
	struct written to;

	begin(&to, true);
	writer_object(&to.w, NULL);
	writer_array(&to.w, "flat");
	writer_flat(&to.w);
	writer_integer(&to.w, NULL, 1);
	writer_object(&to.w, NULL);
	writer_integer(&to.w, "a", 2);
	writer_null(&to.w, "b");
	writer_end(&to.w);
	writer_end(&to.w);
	writer_array(&to.w, "not");
	writer_integer(&to.w, NULL, 3);
	writer_end(&to.w);
	writer_end(&to.w);
	writer_text(&to.w, NULL, "another");
	ck_assert_str_eq(end(&to), "{\n  \"flat\": [1, {\"a\": 2, \"b\": null}],\n  \"not\": [\n"
				   "    3\n  ]\n}\n\"another\"");
	free(to.text);
}
END_TEST

/* ------------------------------------------------------------- failures */

static ssize_t refuse(void *left, const char *bytes, size_t size)
{
	(void)bytes;
	if (*(size_t *)left < size)
		return 0;
	*(size_t *)left -= size;
	return (ssize_t)size;
}

/* Wherever the stream stops taking, the writer says that it failed. */
START_TEST(a_failure_is_kept)
{
	cookie_io_functions_t functions = {.write = refuse};
	size_t whole = strlen("{\"name\":[true,0.5]}");

	for (size_t room = 0; room <= whole; room++) {
		size_t left = room;
		struct writer w = {.to = fopencookie(&left, "w", functions)};

		setvbuf(w.to, NULL, _IONBF, 0);
		writer_object(&w, NULL);
		writer_array(&w, "name");
		writer_bool(&w, NULL, true);
		writer_real(&w, NULL, 0.5);
		writer_end(&w);
		writer_end(&w);
		ck_assert(w.failed == (room < whole));
		fclose(w.to);
	}
}
END_TEST

/* --------------------------------------------------------------- fields */

struct inner {
	double low, high;
};

struct row {
	const char *text, *unknown;
	uint64_t calls, number;
	unsigned owner;
	int status;
	double real, figure, limit;
	bool yes;
	struct inner inner;
	const struct inner *other;
};

struct rows {
	size_t count;
	const struct row *const *rows;
};

static void write_sum(struct writer *w, const char *name, const void *of)
{
	const struct row *row = of;

	writer_integer(w, name, (int64_t)row->calls + row->status);
}

static const struct field inner_fields[] = {
	FIELD("low", inner, low),
	FIELD("high", inner, high),
	{0},
};

static const struct field figures[] = {
	FIELD("calls", row, calls),
	FIELD("status", row, status),
	FIELD_AS("yes", FLAG, row, yes),
	FIELD_AS("figure", FIGURE, row, figure),
	{0},
};

static const struct field row_fields[] = {
	FIELD("text", row, text),
	FIELD_AS("unknown", KNOWN, row, unknown),
	FIELD("calls", row, calls),
	FIELD_AS("number", NUMBER, row, number),
	FIELD_AS("owner", OWNER, row, owner),
	FIELD("status", row, status),
	FIELD("real", row, real),
	FIELD_AS("figure", FIGURE, row, figure),
	FIELD_AS("limit", POSITIVE, row, limit),
	FIELD_AS("ms", MILLI, row, real),
	FIELD("yes", row, yes),
	FIELD_AS("flag", FLAG, row, yes),
	FIELD_STRUCT("other", OBJECT, row, other, inner_fields),
	FIELD_VIA("other_low", row, other, low),
	FIELD_VIA_AS("other_ms", MILLI, row, other, high),
	FIELD_STRUCT("", MEMBERS, row, inner, inner_fields),
	FIELD_MADE("sum", write_sum),
	{0},
};

static const struct field rows_fields[] = {
	FIELD_LIST("rows", rows, rows, row_fields),
	{0},
};

static const struct inner others[2] = {{5, 6}, {7, 8}};
static const struct row rows[2] = {
	{"a,\"b\"",
	 "",
	 UINT64_MAX,
	 0,
	 UINT32_MAX,
	 -3,
	 INFINITY,
	 NAN,
	 0.0,
	 true,
	 {1, 2},
	 &others[0]},
	{"c", "d", 5, 6, 7, 8, 1.0 / 3, 0.25, 0.5, false, {3, 4}, &others[1]},
};

/* Each kind of field is what its comment says. */
START_TEST(fields_become_json)
{
	const struct row *const pointers[] = {&rows[0], &rows[1]};
	const struct rows list = {2, pointers};
	struct written to;

	begin(&to, false);
	fields_object(&to.w, NULL, rows_fields, &list);
	ck_assert_str_eq(
		end(&to),
		"{\"rows\":[{\"text\":\"a,\\\"b\\\"\",\"unknown\":null,\"calls\":"
		"9223372036854775807,"
		"\"number\":null,\"owner\":null,\"status\":-3,\"real\":0.0,\"figure\":null,"
		"\"limit\":null,\"ms\":0.0,\"yes\":true,\"flag\":1,\"other\":{\"low\":5.0,\"high\":"
		"6.0},"
		"\"other_low\":5.0,"
		"\"other_ms\":6000.0,"
		"\"low\":1.0,\"high\":2.0,\"sum\":-4},"
		"{\"text\":\"c\",\"unknown\":\"d\",\"calls\":5,\"number\":6,\"owner\":7,\"status\":"
		"8,"
		"\"real\":0.333333333333333,\"figure\":0.25,\"limit\":0.5,\"ms\":333.333333333333,"
		"\"yes\":false,\"flag\":0,\"other\":{\"low\":7.0,\"high\":8.0},\"other_low\":7.0,"
		"\"other_ms\":8000.0,\"low\":3.0,\"high\":4.0,"
		"\"sum\":13}]}");
	free(to.text);
}
END_TEST

START_TEST(figures_become_csv)
{
	struct written to;

	begin(&to, false);
	fputs("name", to.w.to);
	csv_titles(to.w.to, figures);
	for (size_t i = 0; i < 2; i++) {
		putc('\n', to.w.to);
		csv_text(to.w.to, rows[i].text);
		csv_fields(to.w.to, figures, &rows[i]);
	}
	ck_assert_str_eq(end(&to), "name,calls,status,yes,figure\n"
				   "\"a,\"\"b\"\"\",18446744073709551615,-3,1,\n"
				   "c,5,8,0,0.25");
	free(to.text);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, it_is_what_jansson_makes, 0, 2);
	tcase_add_test(tests, any_bytes_become_json);
	tcase_add_test(tests, exact_numbers_read_back);
	tcase_add_test(tests, a_flat_bracket_is_one_line);
	tcase_add_test(tests, a_failure_is_kept);
	tcase_add_test(tests, fields_become_json);
	tcase_add_test(tests, figures_become_csv);
}
