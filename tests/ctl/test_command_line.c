/*
 * Reading the command line of profctl, and what it suggests.
 */
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>

#include "base/cli.h"
#include "base/near.h"
#include "ctl/base/options.h"

const char suite_name[] = "command line";

#define WORDS 12

/* Reads "profctl" and these words. The request is to be freed. */
static bool read_words(struct request *r, const char *const *words)
{
	static char program[] = "profctl";
	char *argv[WORDS + 2] = {program};
	int argc = 1;

	for (; words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)words[argc - 1];
	return request_read(r, argc, argv);
}

/* Options may stand before the command, behind it, joined to their value, and by letter. */
START_TEST(options_anywhere)
{
	static const char *const lines[][WORDS] = {
		{"list", "db.*", "--sort", "p99", "--limit", "5", "--json"},
		{"--json", "--sort=p99", "list", "--limit=5", "db.*"},
		{"-j", "-s", "p99", "-n", "5", "list", "db.*"},
	};
	struct request r;

	ck_assert(read_words(&r, lines[_i]));
	ck_assert_str_eq(r.command->name, "list");
	ck_assert_int_eq(r.order, PROF_BY_P99);
	ck_assert(r.json && r.has_limit);
	ck_assert_uint_eq(r.limit, 5);
	ck_assert_int_eq(r.operand_count, 1);
	ck_assert_str_eq(r.operands[0], "db.*");
	request_free(&r);
}
END_TEST

/* Behind "--", or from the command on, `time` leaves everything to the command. */
START_TEST(verbatim_command)
{
	static const char *const lines[][WORDS] = {
		{"time", "f", "--", "ls", "--json", "--", "-l"},
		{"time", "f", "ls", "--json", "--", "-l"},
		{"--timeout", "1", "time", "f", "--", "ls", "--json", "--", "-l"},
	};
	struct request r;

	ck_assert(read_words(&r, lines[_i]));
	ck_assert(!r.json);
	ck_assert_int_eq(r.operand_count, 5);
	ck_assert_str_eq(r.operands[1], "ls");
	ck_assert_str_eq(r.operands[2], "--json");
	ck_assert_str_eq(r.operands[3], "--");
	ck_assert_str_eq(r.operands[4], "-l");
	request_free(&r);
}
END_TEST

/* The second word of a command's name stands before its operands and before "--"; else it is an
 * operand. */
START_TEST(two_words)
{
	static const char *const lines[][WORDS] = {
		{"bench", "list", "list", "--names"},
		{"--names", "bench", "--json", "list", "list"},
		{"bench", "list", "--names", "--", "list"},
	};
	static const char *const behind[] = {"help", "bench", "list", NULL};
	static const char *const dashes[] = {"bench", "--", "list", NULL};
	struct request r;

	ck_assert(read_words(&r, lines[_i]));
	ck_assert_str_eq(r.command->name, "bench list");
	ck_assert(r.names);
	ck_assert_int_eq(r.operand_count, 1);
	ck_assert_str_eq(r.operands[0], "list");
	request_free(&r);
	ck_assert(read_words(&r, behind));
	ck_assert_str_eq(r.command->name, "help");
	ck_assert_int_eq(r.operand_count, 2);
	request_free(&r);
	read_words(&r, dashes);
	ck_assert_str_eq(r.command->name, "bench");
	ck_assert_str_eq(r.operands[0], "list");
	request_free(&r);
}
END_TEST

/* The first word of each two is a command too, and each is found by its words. */
START_TEST(words_of_commands)
{
	for (const struct command *c = commands; c->name != NULL; c++) {
		const char *space = strchr(c->name, ' ');
		char *first = strndup(c->name,
				      space == NULL ? strlen(c->name) : (size_t)(space - c->name));
		const struct command *found = command_find(NULL, first);

		ck_assert_ptr_nonnull(found);
		ck_assert_ptr_eq(space == NULL ? found : command_find(found, space + 1), c);
		free(first);
	}
	ck_assert_ptr_null(command_find(NULL, "bench list"));
	ck_assert_ptr_null(command_find(command_find(NULL, "bench"), "bench"));
	ck_assert_ptr_null(command_find(command_find(NULL, "list"), "list"));
}
END_TEST

/* Options of the same name both take a value, or neither does; no command has both. */
START_TEST(options_of_one_name)
{
	for (const struct cli_option *a = option_rows; a->name != NULL; a++)
		for (const struct cli_option *b = a + 1; b->name != NULL; b++) {
			bool alike = strcmp(a->name, b->name) == 0 ||
				     (a->letter != 0 && a->letter == b->letter);

			if (!alike)
				continue;
			ck_assert_msg((a->value == NULL) == (b->value == NULL), "%s", a->name);
			for (const struct command *c = commands; c->name != NULL; c++)
				ck_assert_msg(!option_fits(a, c) || !option_fits(b, c), "%s: %s",
					      c->name, a->name);
		}
}
END_TEST

/* A function whose name looks like an option is named behind "--". */
START_TEST(name_with_dash)
{
	static const char *const words[] = {"stats", "--", "--json", NULL};
	struct request r;

	ck_assert(read_words(&r, words));
	ck_assert_str_eq(r.operands[0], "--json");
	ck_assert(!r.json);
	request_free(&r);
}
END_TEST

static const char *const refused[][WORDS] = {
	{"lits"},
	{"stats"},
	{"stats", "f", "g"},
	{"ps", "f"},
	{"record", "f"},
	{"time", "f"},
	{"time", "f", "--"},
	{"list", "--sort", "size"},
	{"list", "--sort"},
	{"list", "--limit", "-1"},
	{"list", "--limit", "1.5"},
	{"list", "--limit", ""},
	{"list", "--limit", "4294967296"},
	{"list", "--limit", "99999999999999999999999"},
	{"list", "--limit=0x10"},
	{"list", "--json=yes"},
	{"list", "--jsn"},
	{"list", "-x"},
	{"list", "--yes"},
	{"--yes", "list"},
	{"bench", "--names"},
	{"bench", "list", "a", "b"},
	{"stats", "f", "--sort", "calls"},
	{"record", "f", "1", "--count", "0"},
	{"list", "--timeout", "soon"},
	{"list", "--timeout", "nan"},
	{"list", "--timeout", "-1"},
	{"list", "--timeout", "inf"},
};

/* What makes no sense is refused. */
START_TEST(nonsense)
{
	struct request r;

	ck_assert(!read_words(&r, refused[_i]));
	request_free(&r);
}
END_TEST

/* Help is given whatever else is missing. */
START_TEST(help_first)
{
	static const char *const words[] = {"stats", "--help", NULL};
	struct request r;

	ck_assert(read_words(&r, words));
	ck_assert(r.help);
	request_free(&r);
}
END_TEST

static const char *nearest(const char *wanted)
{
	static const char *const known[] = {"db.query", "db.connect", "http.get", "http.post",
					    "render"};
	struct near near;

	near_init(&near, wanted);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		near_offer(&near, known[i]);
	return near.count == 0 ? "" : near.found[0];
}

/* A slip of the finger or a part of a name finds the name; anything else finds none. */
START_TEST(near_names)
{
	ck_assert_str_eq(nearest("db.qeury"), "db.query");
	ck_assert_str_eq(nearest("DB.Query"), "db.query");
	ck_assert_str_eq(nearest("http.pst"), "http.post");
	ck_assert_str_eq(nearest("connect"), "db.connect");
	ck_assert_str_eq(nearest("rende"), "render");
	ck_assert_str_eq(nearest("zlib.inflate"), "");
	ck_assert_str_eq(nearest(""), "");
}
END_TEST

/* No more than three are named, the nearest first. */
START_TEST(near_most)
{
	struct near near;

	near_init(&near, "abcdef");
	near_offer(&near, "abcdxy");
	near_offer(&near, "abcdex");
	near_offer(&near, "abcdxz");
	near_offer(&near, "abcdeg");
	near_offer(&near, "Abcdef");
	ck_assert_uint_eq(near.count, NEAR_MOST);
	ck_assert_str_eq(near.found[0], "Abcdef");
	ck_assert_str_eq(near.found[1], "abcdex");
	ck_assert_str_eq(near.found[2], "abcdeg");
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_loop_test(tests, options_anywhere, 0, 3);
	tcase_add_loop_test(tests, verbatim_command, 0, 3);
	tcase_add_loop_test(tests, two_words, 0, 3);
	tcase_add_test(tests, words_of_commands);
	tcase_add_test(tests, options_of_one_name);
	tcase_add_test(tests, name_with_dash);
	tcase_add_loop_test(tests, nonsense, 0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tests, help_first);
	tcase_add_test(tests, near_names);
	tcase_add_test(tests, near_most);
}
