/*
 * Tables and the width of text.
 */
#include "tests/suite.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "text/table.h"
#include "text/width.h"

const char suite_name[] = "table";

static const struct column two[] = {{"NAME", SIDE_LEFT, true}, {"N", SIDE_RIGHT, false}};

static void unicode(void)
{
	ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
}

static void ck_printed(struct table *t, size_t width, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	table_print(t, out, width);
	fclose(out);
	ck_assert_str_eq(text, expected);
	free(text);
	table_free(t);
}

static struct table *names(const char *first, const char *second)
{
	struct table *t = table_new(two, 2);

	table_name(t, first);
	table_cell(t, "1");
	table_name(t, second);
	table_cell(t, "1,000");
	return t;
}

/* Text stands on the left and figures on the right of their columns, two blanks apart. */
START_TEST(alignment)
{
	ck_printed(names("db.query", "f"), 0,
		   "NAME          N\n"
		   "db.query      1\n"
		   "f         1,000\n");
}
END_TEST

/* No blanks stand at the end of a line, also where its last cell is empty. */
START_TEST(line_ends)
{
	static const struct column columns[] = {{"NAME", SIDE_LEFT, true},
						{"ERROR", SIDE_LEFT, true}};
	struct table *t = table_new(columns, 2);

	table_name(t, "f");
	table_name(t, "");
	table_name(t, "g");
	table_name(t, "no");
	ck_printed(t, 0,
		   "NAME  ERROR\n"
		   "f\n"
		   "g     no\n");
}
END_TEST

/* What is aligned is columns of the terminal, not bytes: wide and combining characters too. */
START_TEST(wide_text)
{
	unicode();
	ck_printed(names("größe", "計算"), 0,
		   "NAME       N\n"
		   "größe      1\n"
		   "計算   1,000\n");
	ck_printed(names("e\xcc\x81tat", "etats"), 0,
		   "NAME       N\n"
		   "e\xcc\x81tat       1\n"
		   "etats  1,000\n");
}
END_TEST

/* In the C locale a character counts as one column, and names stay whole. */
START_TEST(plain_locale)
{
	ck_printed(names("größe", "f"), 0,
		   "NAME       N\n"
		   "größe      1\n"
		   "f      1,000\n");
}
END_TEST

/* On a narrow terminal names are cut, figures never, and a name keeps twelve columns at least. */
START_TEST(narrow)
{
	unicode();
	ck_printed(names("a.very.long.name.of.a.function", "f"), 24,
		   "NAME                   N\n"
		   "a.very.long.name…      1\n"
		   "f                  1,000\n");
	ck_printed(names("a.very.long.name.of.a.function", "f"), 5,
		   "NAME              N\n"
		   "a.very.long…      1\n"
		   "f             1,000\n");
}
END_TEST

/* Dots are ASCII where the terminal is. */
START_TEST(narrow_plain)
{
	ck_printed(names("a.very.long.name.of.a.function", "f"), 24,
		   "NAME                   N\n"
		   "a.very.long.na...      1\n"
		   "f                  1,000\n");
}
END_TEST

/* A name cannot move the cursor, break the line or turn the direction of text. */
START_TEST(hostile_names)
{
	ck_printed(names("\x1b[2J\n", "\xe2\x80\xae"), 0,
		   "NAME             N\n"
		   "\\x1b[2J\\x0a      1\n"
		   "\\u{202e}     1,000\n");
}
END_TEST

/* A longest name of control characters, four times as wide when made harmless, is not cut. */
START_TEST(longest_name)
{
	static const struct column one[] = {{NULL, SIDE_LEFT, true}};
	struct table *t = table_new(one, 1);
	char name[256], expected[4 * 255 + 2];

	memset(name, 1, 255);
	name[255] = '\0';
	for (int i = 0; i < 255; i++)
		memcpy(expected + 4 * i, "\\x01", 4);
	strcpy(expected + 4 * 255, "\n");
	table_name(t, name);
	ck_printed(t, 0, expected);
}
END_TEST

/* Cutting ends between characters, and within the width also where a wide one straddles it. */
START_TEST(cutting)
{
	char text[64];

	unicode();
	text_cut(strcpy(text, "計算計算"), 6);
	ck_assert_str_eq(text, "計算…");
	text_cut(strcpy(text, "計算計算"), 4);
	ck_assert_str_eq(text, "計…");
	text_cut(strcpy(text, "abc"), 3);
	ck_assert_str_eq(text, "abc");
	text_cut(strcpy(text, "abc"), 1);
	ck_assert_uint_le(text_width(text), 1);
	text_cut(strcpy(text, "abc"), 0);
	ck_assert_str_eq(text, "");
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, alignment);
	tcase_add_test(tests, line_ends);
	tcase_add_test(tests, wide_text);
	tcase_add_test(tests, plain_locale);
	tcase_add_test(tests, narrow);
	tcase_add_test(tests, narrow_plain);
	tcase_add_test(tests, hostile_names);
	tcase_add_test(tests, longest_name);
	tcase_add_test(tests, cutting);
}
