/*
 * profctl tree: who called whom, and where the time went.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/command.h"
#include "ctl/base/say.h"
#include "text/table.h"
#include "text/width.h"
#include "ctl/base/units.h"
#include "proto/name.h"
#include "view/frames.h"
#include "view/json.h"

#define USUAL_SHARE 0.005
#define DEEPEST	    200
#define RECURSIVE   " (recursive)"

/* Lines of a tree: for each level whether another frame follows there. */
struct branches {
	bool more[DEEPEST];
};

static void put_name(struct table *t, const struct frame *f, const struct branches *b)
{
	bool unicode = text_is_unicode();
	char name[NAME_PRINTED_MAX], line[8 * DEEPEST + NAME_PRINTED_MAX + sizeof(RECURSIVE)];
	char *to = line;

	for (unsigned level = 2; level <= f->depth && level < DEEPEST; level++) {
		bool last = level == f->depth;

		if (unicode)
			to = stpcpy(to, !last		 ? (b->more[level] ? "│ " : "  ")
					: b->more[level] ? "├ "
							 : "└ ");
		else
			to = stpcpy(to, !last		 ? (b->more[level] ? "| " : "  ")
					: b->more[level] ? "+ "
							 : "` ");
	}
	name_print(name, sizeof(name), f->name);
	to = stpcpy(to, name);
	if (f->recursive)
		strcpy(to, RECURSIVE);
	table_cell(t, line);
}

static void put_share(struct table *t, double part, double whole)
{
	char text[UNITS_ROOM];

	snprintf(text, sizeof(text), "%.1f %%", whole > 0.0 ? 100.0 * part / whole : 0.0);
	table_cell(t, text);
}

static void add_row(struct table *t, const struct frames *all, const struct frame *f,
		    const struct branches *b)
{
	char text[UNITS_ROOM];

	put_name(t, f, b);
	if (f->recursive) {
		table_cell(t, "-");
		table_cell(t, "-");
		table_cell(t, "-");
	} else {
		put_share(t, f->seconds, all->frame[0].seconds);
		table_cell(t, units_seconds(text, f->seconds));
		table_cell(t, units_seconds(text, f->self));
	}
	table_cell(t, units_short_count(text, f->calls));
	table_cell(t, f->calls == 0
			      ? "-"
			      : units_seconds(text, (f->seconds + f->within) / (double)f->calls));
	table_cell(t, units_short_count(text, f->errors));
}

/* Depth first, the greatest first. */
static void add_rows(struct table *t, const struct frames *all)
{
	struct branches branches = {0};
	size_t at = all->frame[0].child;

	while (at != FRAMES_NONE && at != 0) {
		const struct frame *f = &all->frame[at];

		if (f->depth < DEEPEST)
			branches.more[f->depth] = f->next != FRAMES_NONE;
		add_row(t, all, f, &branches);
		if (f->child != FRAMES_NONE) {
			at = f->child;
			continue;
		}
		while (at != 0 && all->frame[at].next == FRAMES_NONE)
			at = all->frame[at].parent;
		at = at == 0 ? 0 : all->frame[at].next;
	}
}

static void print(const struct prof_tree *tree, const struct frames *frames)
{
	static const struct column columns[] = {
		{"FUNCTION", SIDE_LEFT, true}, {"SHARE", SIDE_RIGHT, false},
		{"TOTAL", SIDE_RIGHT, false},  {"SELF", SIDE_RIGHT, false},
		{"CALLS", SIDE_RIGHT, false},  {"AVG", SIDE_RIGHT, false},
		{"ERRORS", SIDE_RIGHT, false},
	};
	struct table *t = table_new(columns, sizeof(columns) / sizeof(columns[0]));
	char text[UNITS_ROOM];

	add_rows(t, frames);
	say_table(t);
	if (tree->left_out != 0)
		printf("%s paths with a smaller share are not shown; see --share\n",
		       units_count(text, tree->left_out));
}

enum outcome run_tree(const struct request *r)
{
	bool ranged = r->since > 0.0 || r->until > 0.0;
	enum outcome outcome = OUTCOME_DONE;
	struct prof_range range = {r->since, r->until};
	struct frames frames;
	struct prof_tree *tree;
	prof_error error;

	if (ranged && r->until > 0.0 && r->since >= r->until)
		return say_backwards();
	error = prof_get_tree(r->program, ranged ? &range : NULL,
			      r->share < 0.0 ? USUAL_SHARE : r->share, r->timeout, &tree);
	if (error != PROF_OK)
		return say_failure(r, error);
	if (!frames_make(&frames, tree, FRAMES_BY_TIME, r->program == NULL))
		need(NULL);
	if (r->json) {
		view_tree(JSON_ANSWER, tree, &frames);
	} else if (tree->count == 0) {
		complain("no calls to show");
		outcome = OUTCOME_NO;
	} else {
		print(tree, &frames);
	}
	frames_free(&frames);
	prof_free(tree);
	return outcome;
}
