/*
 * Frames made of paths: own times, order, and what a picture of them says.
 */
#include "tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/commands/flame.h"
#include "view/frames.h"

const char suite_name[] = "flame";

/* main (10 s) calls parse (4 s, of it read 1 s) and write (7 s: more than main has left); another
 * process as well. */
static struct prof_path paths[] = {
	{.id = 1,
	 .parent_at = SIZE_MAX,
	 .function = "main",
	 .program = "shop",
	 .call_count = 1,
	 .total_seconds = 10},
	{.id = 2,
	 .parent = 1,
	 .parent_at = 0,
	 .function = "parse",
	 .program = "shop",
	 .call_count = 4,
	 .total_seconds = 4},
	{.id = 3,
	 .parent = 2,
	 .parent_at = 1,
	 .function = "read<&\">",
	 .program = "shop",
	 .call_count = 8,
	 .error_count = 2,
	 .total_seconds = 1},
	{.id = 4,
	 .parent = 1,
	 .parent_at = 0,
	 .function = "write",
	 .program = "shop",
	 .call_count = 2,
	 .total_seconds = 7},
	{.id = 5,
	 .parent_at = SIZE_MAX,
	 .function = "main",
	 .program = "till",
	 .call_count = 1,
	 .total_seconds = 2},
};

static const struct prof_path *rows[] = {&paths[0], &paths[1], &paths[2], &paths[3], &paths[4]};
static const struct prof_tree tree = {.count = sizeof(rows) / sizeof(rows[0]), .paths = rows};

static const struct frame *frame_of(const struct frames *f, const char *name, const char *program)
{
	for (size_t i = 0; i < f->count; i++)
		if (strcmp(f->frame[i].name, name) == 0 &&
		    strcmp(f->frame[i].program, program) == 0)
			return &f->frame[i];
	ck_abort_msg("no frame %s of %s", name, program);
	return NULL;
}

/* Own times are totals without those below; a parent is drawn as wide as its children, and told as
 * long as it took; the greatest child comes first. */
START_TEST(test_own_times)
{
	struct frames f;
	const struct frame *main;

	ck_assert(frames_make(&f, &tree, FRAMES_BY_TIME, 1));
	main = frame_of(&f, "main", "shop");
	ck_assert_double_eq(main->seconds, 10.0);
	ck_assert_double_eq(main->weight, 11.0);
	ck_assert_double_eq(main->self, 0.0);
	ck_assert_double_eq(frame_of(&f, "parse", "shop")->self, 3.0);
	ck_assert_double_eq(frame_of(&f, "main", "till")->self, 2.0);
	ck_assert_double_eq(f.frame[0].seconds, 12.0);
	ck_assert_double_eq(f.frame[0].weight, 13.0);
	ck_assert_str_eq(f.frame[main->child].name, "write");
	ck_assert_str_eq(f.frame[f.frame[main->child].next].name, "parse");
	ck_assert_str_eq(f.frame[f.frame[0].child].name, "shop");
	ck_assert_uint_eq(f.depth, 4);
	frames_free(&f);
}
END_TEST

/* Without programs the same functions of two of them are one frame; by calls each call weighs the
 * same. */
START_TEST(test_together)
{
	struct frames f;

	ck_assert(frames_make(&f, &tree, FRAMES_BY_CALLS, 0));
	ck_assert_uint_eq(frame_of(&f, "main", "")->calls, 2);
	ck_assert_double_eq(frame_of(&f, "main", "")->weight, 16.0);
	ck_assert_double_eq(frame_of(&f, "parse", "")->weight, 12.0);
	ck_assert_uint_eq(f.count, 5);
	frames_free(&f);
}
END_TEST

/* a calls b, which calls a again, which calls b again, which calls c. */
START_TEST(test_recursive)
{
	static struct prof_path around[] = {
		{.id = 1, .function = "a", .total_seconds = 10},
		{.id = 2, .parent = 1, .function = "b", .total_seconds = 9},
		{.id = 3, .parent = 2, .function = "a", .recursive = true, .recursive_seconds = 6},
		{.id = 4, .parent = 1, .function = "b", .recursive = true, .recursive_seconds = 4},
		{.id = 5, .parent = 2, .function = "c", .total_seconds = 1},
	};
	const struct prof_path *all[5];
	struct prof_tree twice = {.count = 5, .paths = all};
	struct frames f;

	for (size_t i = 0; i < 5; i++) {
		around[i].program = "p";
		around[i].parent_at = around[i].parent == 0 ? SIZE_MAX : around[i].parent - 1;
		all[i] = &around[i];
	}
	ck_assert(frames_make(&f, &twice, FRAMES_BY_TIME, 0));
	ck_assert_uint_eq(f.count, 6);
	for (size_t i = 1; i < f.count; i++) {
		const struct frame *frame = &f.frame[i];
		double self = strcmp(frame->name, "a") == 0   ? 3.0
			      : strcmp(frame->name, "b") == 0 ? 6.0
							      : 1.0;

		ck_assert_double_eq(frame->self, frame->recursive ? 0.0 : self);
	}
	ck_assert_double_eq(f.frame[0].seconds, 10.0);
	ck_assert_double_eq(f.frame[0].weight, 10.0);
	frames_free(&f);
}
END_TEST

/* Weights before are found by the whole path, not by the name. */
START_TEST(test_compared)
{
	struct prof_path earlier[] = {paths[0], paths[1]};
	const struct prof_path *both[] = {&earlier[0], &earlier[1]};
	struct prof_tree was = {.count = 2, .paths = both};
	struct frames f, before;

	earlier[1].parent_at = SIZE_MAX;
	ck_assert(frames_make(&f, &tree, FRAMES_BY_TIME, 1));
	ck_assert(frames_make(&before, &was, FRAMES_BY_TIME, 1));
	ck_assert(frames_compare(&f, &before));
	ck_assert_double_eq(frame_of(&f, "main", "shop")->before, 10.0);
	ck_assert_double_eq(frame_of(&f, "parse", "shop")->before, 0.0);
	ck_assert_double_eq(frame_of(&f, "main", "till")->before, 0.0);
	ck_assert_double_eq(f.frame[0].before, 14.0);
	frames_free(&f);
	frames_free(&before);
}
END_TEST

/* The picture has each frame once, as wide as its share, and no name can end an element. */
START_TEST(test_picture)
{
	struct flame flame = {.by = FRAMES_BY_TIME, .title = "all <programs>"};
	struct frames f;
	char *text = NULL;
	size_t size = 0, frames = 0;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	ck_assert(frames_make(&f, &tree, FRAMES_BY_TIME, 1));
	flame_svg(out, &f, &flame);
	fclose(out);
	for (const char *at = text; (at = strstr(at, "<g class=\"f\"")) != NULL; at++)
		frames++;
	ck_assert_uint_eq(frames, f.count);
	ck_assert_ptr_nonnull(strstr(text, "all &lt;programs&gt;"));
	ck_assert_ptr_nonnull(strstr(text, "data-n=\"read&lt;&amp;&quot;&gt;\""));
	ck_assert_ptr_null(strstr(text, "read<"));
	ck_assert_ptr_nonnull(strstr(text, "width=\"646.15\"")); /* 7 of 13 s */
	ck_assert_ptr_nonnull(strstr(text, "2 failed"));
	free(text);
	frames_free(&f);
}
END_TEST

/* Thousands of frames in a chain, each as deep as the one before and one more. */
START_TEST(test_deep)
{
	enum { DEPTH = 3000 };
	static struct prof_path chain[DEPTH];
	static const struct prof_path *links[DEPTH];
	struct prof_tree deep = {.count = DEPTH, .paths = links};
	struct flame flame = {.by = FRAMES_BY_TIME, .title = "deep"};
	struct frames f;
	FILE *out = fopen("/dev/null", "w");

	for (size_t i = 0; i < DEPTH; i++) {
		links[i] = &chain[i];
		chain[i] = (struct prof_path){.parent_at = i == 0 ? SIZE_MAX : i - 1,
					      .function = "f",
					      .program = "p",
					      .call_count = 1,
					      .total_seconds = (double)(DEPTH - i)};
	}
	ck_assert(frames_make(&f, &deep, FRAMES_BY_TIME, 0));
	ck_assert_uint_eq(f.depth, DEPTH);
	ck_assert_double_eq(f.frame[DEPTH].self, 1.0);
	flame_svg(out, &f, &flame);
	fclose(out);
	frames_free(&f);
}
END_TEST

void suite_tests(TCase *tests)
{
	tcase_add_test(tests, test_own_times);
	tcase_add_test(tests, test_together);
	tcase_add_test(tests, test_recursive);
	tcase_add_test(tests, test_compared);
	tcase_add_test(tests, test_picture);
	tcase_add_test(tests, test_deep);
}
