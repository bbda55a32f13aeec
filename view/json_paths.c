/*
 * Answers about paths: the tree, and the frames of a flame graph.
 */
#include "view/json.h"

static json_t *totals(const struct prof_tree *tree)
{
	json_t *answer =
		json_pack("{s:o, s:o, s:o, s:o}", "total_calls", view_count(tree->total_calls),
			  "errors", view_count(tree->errors), "total_seconds",
			  view_real(tree->total_seconds), "left_out", view_count(tree->left_out));

	view_extent(answer, &tree->extent);
	return answer;
}

static json_t *path(const struct frame *f, size_t id)
{
	json_t *parent = f->parent == 0 ? json_null() : view_count(f->parent);

	return json_pack("{s:o, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "id", view_count(id),
			 "parent", parent, "function", f->name, "program", f->program, "call_count",
			 view_count(f->calls), "error_count", view_count(f->errors), "slow_count",
			 view_count(f->slow), "total_seconds", view_real(f->seconds),
			 "self_seconds", view_real(f->self));
}

json_t *view_tree(const struct prof_tree *tree, const struct frames *frames)
{
	json_t *answer = totals(tree), *paths = json_array();

	for (size_t i = 1; i < frames->count; i++)
		json_array_append_new(paths, path(&frames->frame[i], i));
	json_object_set_new(answer, "paths", paths);
	return answer;
}

static json_t *frame(const struct frame *f, bool compared)
{
	json_t *parent = f->parent == FRAMES_NONE ? json_null() : view_count(f->parent);
	json_t *object = json_pack("{s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "parent", parent,
				   "name", f->name, "program", f->program, "call_count",
				   view_count(f->calls), "error_count", view_count(f->errors),
				   "total_seconds", view_real(f->seconds), "weight",
				   view_real(f->weight), "own", view_real(f->own));

	if (compared)
		json_object_set_new(object, "before", view_real(f->before));
	return object;
}

json_t *view_flame(const struct prof_tree *tree, const struct frames *frames, enum frames_by by,
		   bool compared)
{
	json_t *answer = totals(tree), *list = json_array();

	for (size_t i = 0; i < frames->count; i++)
		json_array_append_new(list, frame(&frames->frame[i], compared));
	json_object_set_new(answer, "by", json_string(by == FRAMES_BY_TIME ? "time" : "calls"));
	json_object_set_new(answer, "compared", json_boolean(compared));
	json_object_set_new(answer, "frames", list);
	return answer;
}
