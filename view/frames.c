/*
 * Making frames of paths. The tree that profd tells has a parent before its children; so has this
 * one.
 */
#include "view/frames.h"

#include <stdlib.h>
#include <string.h>

static size_t add(struct frames *f, size_t parent, const char *name, const char *program)
{
	struct frame *frame = &f->frame[f->count];
	struct frame *above = parent == FRAMES_NONE ? NULL : &f->frame[parent];

	*frame = (struct frame){.name = name, .program = program, .parent = parent};
	frame->child = frame->next = FRAMES_NONE;
	if (above != NULL) {
		frame->depth = above->depth + 1;
		frame->next = above->child;
		above->child = f->count;
	}
	f->depth = frame->depth > f->depth ? frame->depth : f->depth;
	return f->count++;
}

static size_t find(const struct frames *f, size_t parent, const struct frame *like)
{
	size_t at = f->frame[parent].child;

	while (at != FRAMES_NONE && (f->frame[at].recursive != like->recursive ||
				     strcmp(f->frame[at].name, like->name) != 0 ||
				     strcmp(f->frame[at].program, like->program) != 0))
		at = f->frame[at].next;
	return at;
}

static size_t find_or_add(struct frames *f, size_t parent, const struct frame *like)
{
	size_t at = find(f, parent, like);

	if (at == FRAMES_NONE) {
		at = add(f, parent, like->name, like->program);
		f->frame[at].recursive = like->recursive;
	}
	return at;
}

/* Where what a recursive frame's calls call stands; FRAMES_NONE: it was left out. */
static size_t home(const struct frames *f, const struct frame *recursive)
{
	struct frame like = {.name = recursive->name, .program = recursive->program};
	size_t at = recursive->parent;

	while (at != FRAMES_NONE && (strcmp(f->frame[at].name, like.name) != 0 ||
				     strcmp(f->frame[at].program, like.program) != 0))
		at = f->frame[at].parent;
	return at != FRAMES_NONE ? at : find(f, recursive->parent, &like);
}

/* Of "all" and of programs: what no path tells. */
static void add_up_seconds(struct frames *f, bool programs)
{
	for (size_t i = f->count; i-- > 1;) {
		struct frame *frame = &f->frame[i];

		if (frame->parent == 0 || (programs && f->frame[frame->parent].parent == 0))
			f->frame[frame->parent].seconds += frame->seconds;
	}
}

/* A parent has neither what its children took nor what it took within another of its calls, which
 * began below it. */
static void add_up_self(struct frames *f)
{
	for (size_t i = 0; i < f->count; i++)
		f->frame[i].self = f->frame[i].seconds;
	for (size_t i = 1; i < f->count; i++) {
		struct frame *frame = &f->frame[i];
		size_t at = frame->recursive ? home(f, frame) : FRAMES_NONE;

		f->frame[frame->parent].self -= frame->seconds + frame->within;
		if (at != FRAMES_NONE)
			f->frame[at].self += frame->within;
	}
}

static void add_up_weight(struct frames *f, enum frames_by by)
{
	for (size_t i = f->count; i-- > 0;) {
		struct frame *frame = &f->frame[i];

		frame->self = frame->self > 0.0 ? frame->self : 0.0;
		frame->own = by == FRAMES_BY_TIME ? frame->self : (double)frame->calls;
		frame->weight += frame->own;
		if (frame->parent != FRAMES_NONE)
			f->frame[frame->parent].weight += frame->weight;
	}
}

/* Insertion into a list sorted by weight, as in each parent there are few that matter. */
static int heavier_first(const void *a, const void *b)
{
	const struct frame *x = *(const struct frame *const *)a,
			   *y = *(const struct frame *const *)b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void sort_children(struct frames *f, struct frame *parent, struct frame **list)
{
	size_t count = 0;

	for (size_t at = parent->child; at != FRAMES_NONE; at = f->frame[at].next)
		list[count++] = &f->frame[at];
	if (count < 2)
		return;
	qsort(list, count, sizeof(*list), heavier_first);
	parent->child = (size_t)(list[0] - f->frame);
	for (size_t i = 0; i < count; i++)
		list[i]->next = i + 1 < count ? (size_t)(list[i + 1] - f->frame) : FRAMES_NONE;
}

static void add_all(struct frames *f, const struct prof_tree *tree, bool programs, size_t *of_path)
{
	add(f, FRAMES_NONE, "all", "");
	for (size_t i = 0; i < tree->count; i++) {
		const struct prof_path *p = tree->paths[i];
		const char *program = programs ? p->program : "";
		struct frame *frame,
			above = {.name = program, .program = program},
			like = {.name = p->function, .program = program, .recursive = p->recursive};
		size_t parent = p->parent_at < i ? of_path[p->parent_at] : 0;

		if (parent == 0 && programs)
			parent = find_or_add(f, 0, &above);
		of_path[i] = find_or_add(f, parent, &like);
		frame = &f->frame[of_path[i]];
		frame->calls += p->call_count;
		frame->errors += p->error_count;
		frame->slow += p->slow_count;
		frame->seconds += p->total_seconds;
		frame->within += p->recursive_seconds;
	}
}

bool frames_make(struct frames *f, const struct prof_tree *tree, enum frames_by by, bool programs)
{
	size_t room = 2 * tree->count + 1;
	size_t *of_path = calloc(room, sizeof(*of_path));
	struct frame **list = calloc(room, sizeof(struct frame *));
	struct frame *frame = calloc(room, sizeof(*frame));
	bool made = of_path != NULL && list != NULL && frame != NULL;

	*f = (struct frames){.frame = frame};
	if (made) {
		add_all(f, tree, programs, of_path);
		add_up_seconds(f, programs);
		add_up_self(f);
		add_up_weight(f, by);
		for (size_t i = 0; i < f->count; i++)
			sort_children(f, &f->frame[i], list);
	}
	free(of_path);
	free(list);
	if (!made)
		frames_free(f);
	return made;
}

bool frames_compare(struct frames *f, const struct frames *before)
{
	size_t *there = calloc(f->count, sizeof(*there));

	if (there == NULL)
		return false;
	for (size_t i = 0; i < f->count; i++) {
		struct frame *frame = &f->frame[i];

		there[i] = frame->parent == FRAMES_NONE ? 0 : FRAMES_NONE;
		if (frame->parent != FRAMES_NONE && there[frame->parent] != FRAMES_NONE)
			there[i] = find(before, there[frame->parent], frame);
		frame->before = there[i] == FRAMES_NONE ? 0.0 : before->frame[there[i]].weight;
	}
	free(there);
	return true;
}

void frames_free(struct frames *f)
{
	free(f->frame);
	*f = (struct frames){0};
}
