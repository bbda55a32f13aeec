/*
 * Files of results, and what a command line calls results.
 */
#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/bench/result_file.h"
#include "ctl/bench/source.h"

const char suite_name[] = "result_file";

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool read_text(struct result_file *file, const char *text, uint64_t number, char why[256])
{
	why[0] = '\0';
	return result_file_read(file, text, strlen(text), number, why, 256);
}

static const char ours[] =
	"{\"format\": 1, \"title\": \"x\", \"machine\": {\"name\": \"anvil\", \"kernel\": \"Linux "
	"6\","
	" \"processor\": \"Z80\", \"compiler\": \"gcc\"}, \"results\": ["
	"{\"name\": \"a\", \"timings\": [0.5, 1, 2e-3]},"
	"{\"name\": \"b\", \"command\": \"run b\", \"machine\": \"bolt\", \"revision\": \"abc\","
	" \"timings\": [0], \"statuses\": [-9]}]}";

/* What prof_bench_report and `bench export` write is read, with what the file says of all results.
 */
START_TEST(our_own_is_read)
{
	struct result_file file;
	char why[256];

	ck_assert(read_text(&file, ours, 1, why));
	ck_assert_uint_eq(file.benchmark.count, 3);
	ck_assert_double_eq(file.benchmark.timings[2], 2e-3);
	ck_assert_ptr_null(file.benchmark.statuses);
	ck_assert_str_eq(file.benchmark.name, "a");
	ck_assert_str_eq(file.benchmark.machine, "anvil");
	ck_assert_str_eq(file.benchmark.system, "Linux 6");
	ck_assert_str_eq(file.benchmark.processor, "Z80");
	ck_assert_ptr_null(file.benchmark.revision);
	result_file_free(&file);
	ck_assert(read_text(&file, ours, 2, why));
	ck_assert_str_eq(file.benchmark.machine, "bolt");
	ck_assert_str_eq(file.benchmark.revision, "abc");
	ck_assert_str_eq(file.benchmark.command, "run b");
	ck_assert_int_eq(file.benchmark.statuses[0], -9);
	result_file_free(&file);
	ck_assert(!read_text(&file, ours, 0, why));
	ck_assert_ptr_nonnull(strstr(why, "2 results"));
	ck_assert(!read_text(&file, ours, 3, why));
	ck_assert(read_text(&file, "{\"name\": \"x\", \"timings\": [1]}", 0, why));
	result_file_free(&file);
}
END_TEST

/* The file that hyperfine 1.15 exports has times, exit codes, and null for a run that a signal
 * ended. */
START_TEST(that_of_hyperfine_is_read)
{
	static const char text[] =
		"{\"results\": [{\"command\": \"sleep 0.1\", \"mean\": 0.1013, \"stddev\": 0.0002,"
		" \"median\": 0.1013, \"user\": 0.0006, \"system\": 0.0009, \"min\": 0.101,"
		" \"max\": 0.1016, \"times\": [0.101, 0.1016, 0.1013], \"exit_codes\": [0, 3, "
		"null]}]}";
	struct result_file file;
	char why[256];

	ck_assert_msg(read_text(&file, text, 0, why), "%s", why);
	ck_assert_str_eq(file.benchmark.name, "sleep 0.1");
	ck_assert_uint_eq(file.benchmark.count, 3);
	ck_assert_double_eq(file.benchmark.timings[1], 0.1016);
	ck_assert_int_eq(file.benchmark.statuses[0], 0);
	ck_assert_int_eq(file.benchmark.statuses[1], 3);
	ck_assert_int_ne(file.benchmark.statuses[2], 0);
	ck_assert_ptr_null(file.benchmark.machine);
	result_file_free(&file);
}
END_TEST

static const char *const refused[] = {
	"",
	"{",
	"[]",
	"null",
	"3",
	"\"timings\"",
	"{}",
	"{\"results\": {}}",
	"{\"results\": []}",
	"{\"results\": [3]}",
	"{\"results\": [{}]}",
	"{\"results\": [{\"timings\": []}]}",
	"{\"results\": [{\"timings\": 3}]}",
	"{\"results\": [{\"timings\": {\"0\": 1}}]}",
	"{\"results\": [{\"timings\": [1, \"2\"]}]}",
	"{\"results\": [{\"timings\": [1, null]}]}",
	"{\"results\": [{\"timings\": [1, true]}]}",
	"{\"results\": [{\"timings\": [1, [2]]}]}",
	"{\"results\": [{\"timings\": [1, -1e-300]}]}",
	"{\"results\": [{\"timings\": [1, 1073741825]}]}",
	"{\"results\": [{\"timings\": [1, 1e400]}]}",
	"{\"results\": [{\"timings\": [1, 99999999999999999999999]}]}",
	"{\"results\": [{\"timings\": [1, NaN]}]}",
	"{\"results\": [{\"timings\": [1, Infinity]}]}",
	"{\"results\": [{\"timings\": [1], \"statuses\": [0, 0]}]}",
	"{\"results\": [{\"timings\": [1], \"statuses\": [0.5]}]}",
	"{\"results\": [{\"timings\": [1], \"statuses\": [\"0\"]}]}",
	"{\"results\": [{\"timings\": [1], \"statuses\": [4294967296]}]}",
	"{\"results\": [{\"timings\": [1], \"name\": \"\xff\"}]}",
	"{\"results\": [{\"timings\": [1], \"name\": \"\\u0000\"}]}",
	"{\"results\": [{\"timings\": [1]}]} more",
};

/* What makes no sense is refused in a sentence. */
START_TEST(nonsense_is_refused)
{
	struct result_file file;
	char why[256];

	ck_assert_msg(!read_text(&file, refused[_i], 0, why), "%s", refused[_i]);
	ck_assert_uint_gt(strlen(why), 5);
}
END_TEST

/* Text about a result that is no text is as if it were not there. */
START_TEST(odd_text_is_left_out)
{
	struct result_file file;
	char why[256];

	ck_assert(read_text(
		&file,
		"{\"machine\": 3, \"results\": [{\"timings\": [1], \"name\": [], \"note\": {},"
		" \"command\": \"\"}]}",
		0, why));
	ck_assert_ptr_null(file.benchmark.name);
	ck_assert_ptr_null(file.benchmark.note);
	ck_assert_ptr_null(file.benchmark.machine);
	result_file_free(&file);
}
END_TEST

/* Wherever a file is cut off, or a byte of it is another, it is read or refused, and nothing is
 * left behind. */
START_TEST(damage_is_survived)
{
	struct random random = {7};
	char text[sizeof(ours)], why[256];
	struct result_file file;

	for (size_t length = 0; length < sizeof(ours) - 1; length++)
		ck_assert(!result_file_read(&file, ours, length, 1, why, sizeof(why)));
	for (int turn = 0; turn < 20000; turn++) {
		memcpy(text, ours, sizeof(ours));
		for (int i = 0; i <= turn % 3; i++)
			text[random_below(&random, sizeof(ours) - 1)] =
				(char)random_below(&random, 256);
		if (result_file_read(&file, text, sizeof(ours) - 1, random_below(&random, 3), why,
				     sizeof(why)))
			result_file_free(&file);
	}
}
END_TEST

/* A file may hold more timings than profd keeps; nesting without end is refused. */
START_TEST(large_files_are_no_trouble)
{
	static char text[300000];
	struct result_file file;
	char why[256];
	size_t length = (size_t)sprintf(text, "{\"timings\": [0");

	for (int i = 0; i < 100000; i++)
		length += (size_t)sprintf(text + length, ",1");
	strcpy(text + length, "]}");
	ck_assert(read_text(&file, text, 0, why));
	ck_assert_uint_eq(file.benchmark.count, 100001);
	result_file_free(&file);
	memset(text, '[', sizeof(text) - 1);
	ck_assert(!read_text(&file, text, 0, why));
}
END_TEST

struct name_case {
	const char *operand, *text;
	bool is_file;
	uint64_t number;
};

static const struct name_case names[] = {
	{"sort", "sort", false, 0},
	{"sort#3", "sort", false, 3},
	{"parse/small", "parse/small", false, 0},
	{"a#b", "a#b", false, 0},
	{"a#3b", "a#3b", false, 0},
	{"a#3#", "a#3", false, 0},
	{"a#3#4", "a#3", false, 4},
	{"a#", "a", false, 0},
	{"a##", "a#", false, 0},
	{"a.json", "a.json", true, 0},
	{"b/a.json#2", "b/a.json", true, 2},
	{".json", ".json", false, 0},
	{"./a", "./a", true, 0},
	{"../a#2", "../a", true, 2},
	{"/a#2#", "/a#2", true, 0},
	{"-", "-", true, 0},
	{"-#2", "-", true, 2},
	{"saved:./a", "./a", false, 0},
	{"saved:a.json#7", "a.json", false, 7},
	{"saved:saved:", "saved:", false, 0},
	{"sort#9223372036854775807", "sort", false, INT64_MAX},
};

/* What is named is said by the operand alone, not by which files there are. */
START_TEST(operands_are_names_or_files)
{
	const struct name_case *c = &names[_i];
	struct source_name name;

	ck_assert(source_name_read(&name, c->operand));
	ck_assert_str_eq(name.text, c->text);
	ck_assert_int_eq(name.is_file, c->is_file);
	ck_assert_uint_eq(name.number, c->number);
	free(name.text);
}
END_TEST

START_TEST(numbers_begin_with_one)
{
	static const char *const wrong[] = {"",
					    "sort#0",
					    "#3",
					    "#",
					    "saved:",
					    "saved:#1",
					    "sort#9223372036854775808",
					    "sort#99999999999999999999"};
	struct source_name name;

	for (size_t i = 0; i < COUNT(wrong); i++)
		ck_assert_msg(!source_name_read(&name, wrong[i]), "%s", wrong[i]);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, our_own_is_read);
	tcase_add_test(tests, that_of_hyperfine_is_read);
	tcase_add_loop_test(tests, nonsense_is_refused, 0, COUNT(refused));
	tcase_add_test(tests, odd_text_is_left_out);
	tcase_add_test(tests, damage_is_survived);
	tcase_add_test(tests, large_files_are_no_trouble);
	tcase_add_loop_test(tests, operands_are_names_or_files, 0, COUNT(names));
	tcase_add_test(tests, numbers_begin_with_one);
}
