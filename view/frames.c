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

static size_t find(const struct frames *f, size_t parent, const char *name, const char *program)
{
	size_t at = f->frame[parent].child;

	while (at != FRAMES_NONE &&
	       (strcmp(f->frame[at].name, name) != 0 || strcmp(f->frame[at].program, program) != 0))
		at = f->frame[at].next;
	return at;
}

static size_t find_or_add(struct frames *f, size_t parent, const char *name, const char *program)
{
	size_t at = find(f, parent, name, program);

	return at == FRAMES_NONE ? add(f, parent, name, program) : at;
}

/* Children are after their parents, so the sums of all children are known when a frame is met from
 * the end. */
static void add_up(struct frames *f, enum frames_by by, double *below)
{
	for (size_t i = f->count; i-- > 0;) {
		struct frame *frame = &f->frame[i];

		frame->self = frame->seconds > below[i] ? frame->seconds - below[i] : 0.0;
		if (frame->seconds < below[i])
			frame->seconds = below[i];
		if (frame->parent != FRAMES_NONE)
			below[frame->parent] += frame->seconds;
	}
	for (size_t i = f->count; i-- > 0;) {
		struct frame *frame = &f->frame[i];

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
		size_t parent = p->parent_at < i ? of_path[p->parent_at] : 0;
		struct frame *frame;

		if (parent == 0 && programs)
			parent = find_or_add(f, 0, program, program);
		of_path[i] = find_or_add(f, parent, p->function, program);
		frame = &f->frame[of_path[i]];
		frame->calls += p->call_count;
		frame->errors += p->error_count;
		frame->slow += p->slow_count;
		frame->seconds += p->total_seconds;
	}
}

bool frames_make(struct frames *f, const struct prof_tree *tree, enum frames_by by, bool programs)
{
	size_t room = 2 * tree->count + 1;
	size_t *of_path = calloc(room, sizeof(*of_path));
	double *below = calloc(room, sizeof(*below));
	struct frame **list = calloc(room, sizeof(struct frame *));
	struct frame *frame = calloc(room, sizeof(*frame));
	bool made = of_path != NULL && below != NULL && list != NULL && frame != NULL;

	*f = (struct frames){.frame = frame};
	if (made) {
		add_all(f, tree, programs, of_path);
		add_up(f, by, below);
		for (size_t i = 0; i < f->count; i++)
			sort_children(f, &f->frame[i], list);
	}
	free(of_path);
	free(below);
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
			there[i] = find(before, there[frame->parent], frame->name, frame->program);
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
