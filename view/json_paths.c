/*
 * Answers about paths: the tree, and the frames of a flame graph.
 */
#include "text/fields.h"
#include "view/json.h"

static const struct field totals[] = {
	FIELD("total_calls", prof_tree, total_calls),
	FIELD("errors", prof_tree, errors),
	FIELD("total_seconds", prof_tree, total_seconds),
	FIELD("left_out", prof_tree, left_out),
	FIELD_STRUCT("", MEMBERS, prof_tree, extent, view_extent),
	{0},
};

static const struct field path[] = {
	FIELD("function", frame, name),
	FIELD("program", frame, program),
	FIELD("call_count", frame, calls),
	FIELD("error_count", frame, errors),
	FIELD("slow_count", frame, slow),
	FIELD("total_seconds", frame, seconds),
	FIELD("self_seconds", frame, self),
	FIELD("recursive", frame, recursive),
	FIELD("recursive_seconds", frame, within),
	{0},
};

static const struct field drawn[] = {
	FIELD("name", frame, name),
	FIELD("program", frame, program),
	FIELD("call_count", frame, calls),
	FIELD("error_count", frame, errors),
	FIELD("total_seconds", frame, seconds),
	FIELD("weight", frame, weight),
	FIELD("own", frame, own),
	FIELD("recursive", frame, recursive),
	{0},
};

/* none: what the outermost has in place of a parent. */
static void write_parent(struct writer *w, const struct frame *f, size_t none)
{
	if (f->parent == none)
		writer_null(w, "parent");
	else
		writer_count(w, "parent", f->parent);
}

void view_tree(struct writer *w, const struct prof_tree *tree, const struct frames *frames)
{
	writer_object(w, NULL);
	fields_write(w, totals, tree);
	writer_array(w, "paths");
	for (size_t i = 1; i < frames->count; i++) {
		writer_object(w, NULL);
		writer_count(w, "id", i);
		write_parent(w, &frames->frame[i], 0);
		fields_write(w, path, &frames->frame[i]);
		writer_end(w);
	}
	writer_end(w);
	writer_end(w);
}

void view_flame(struct writer *w, const struct prof_tree *tree, const struct frames *frames,
		enum frames_by by, bool compared)
{
	writer_object(w, NULL);
	fields_write(w, totals, tree);
	writer_text(w, "by", by == FRAMES_BY_TIME ? "time" : "calls");
	writer_bool(w, "compared", compared);
	writer_array(w, "frames");
	for (size_t i = 0; i < frames->count; i++) {
		writer_object(w, NULL);
		write_parent(w, &frames->frame[i], FRAMES_NONE);
		fields_write(w, drawn, &frames->frame[i]);
		if (compared)
			writer_real(w, "before", frames->frame[i].before);
		writer_end(w);
	}
	writer_end(w);
	writer_end(w);
}
