/*
 * profctl flame: where the time went, as a picture to be looked at in a browser, or for other
 * programs that draw it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/base/command.h"
#include "ctl/commands/flame.h"
#include "ctl/base/say.h"
#include "view/past.h"
#include "view/when.h"

static void put_folded_name(FILE *out, const char *name)
{
	for (; *name != '\0'; name++)
		fputc(*name == ';'				    ? ':'
		      : (unsigned char)*name < ' ' || *name == 0x7f ? '?'
								    : *name,
		      out);
}

static void put_stack(FILE *out, const struct frames *frames, size_t at)
{
	const struct frame *f = &frames->frame[at];

	if (f->parent != 0) {
		put_stack(out, frames, f->parent);
		fputc(';', out);
	}
	put_folded_name(out, f->name);
}

/* A line a stack: its frames, and the weight of the last one's own: microseconds or calls. */
static void write_folded(FILE *out, const struct frames *frames, const struct flame *flame)
{
	double unit = flame->by == FRAMES_BY_TIME ? 1e6 : 1.0;

	for (size_t i = 1; i < frames->count; i++) {
		double own = frames->frame[i].own * unit;

		if (own < 0.5)
			continue;
		put_stack(out, frames, i);
		fprintf(out, " %.0f\n", own);
	}
}

static void write_stack(struct writer *w, const struct frames *frames, size_t at)
{
	if (frames->frame[at].parent != 0)
		write_stack(w, frames, frames->frame[at].parent);
	writer_count(w, NULL, at);
}

/* Whether a frame is the last of a stack. */
static bool ends_stack(const struct frames *frames, size_t at)
{
	return at != 0 && frames->frame[at].own > 0.0;
}

/* Stacks as lists of frame numbers, each with its weight. */
static void write_profile(struct writer *w, const struct frames *frames, const struct flame *flame)
{
	double end = 0.0;

	for (size_t i = 0; i < frames->count; i++)
		end += ends_stack(frames, i) ? frames->frame[i].own : 0.0;
	writer_object(w, NULL);
	writer_text(w, "type", "sampled");
	writer_text(w, "name", flame->title);
	writer_text(w, "unit", flame->by == FRAMES_BY_TIME ? "seconds" : "none");
	writer_count(w, "startValue", 0);
	writer_real(w, "endValue", end);
	writer_array(w, "samples");
	for (size_t i = 0; i < frames->count; i++) {
		if (!ends_stack(frames, i))
			continue;
		writer_array(w, NULL);
		write_stack(w, frames, i);
		writer_end(w);
	}
	writer_end(w);
	writer_array(w, "weights");
	for (size_t i = 0; i < frames->count; i++)
		if (ends_stack(frames, i))
			writer_real(w, NULL, frames->frame[i].own);
	writer_end(w);
	writer_end(w);
}

/* The format of speedscope. */
static void write_speedscope(FILE *out, const struct frames *frames, const struct flame *flame)
{
	struct writer w = {.to = out};

	writer_object(&w, NULL);
	writer_text(&w, "$schema", "https://www.speedscope.app/file-format-schema.json");
	writer_object(&w, "shared");
	writer_array(&w, "frames");
	for (size_t i = 0; i < frames->count; i++) {
		writer_object(&w, NULL);
		writer_text(&w, "name", frames->frame[i].name);
		writer_end(&w);
	}
	writer_end(&w);
	writer_end(&w);
	writer_array(&w, "profiles");
	write_profile(&w, frames, flame);
	writer_end(&w);
	writer_text(&w, "exporter", "profctl");
	writer_end(&w);
	fputc('\n', out);
}

static prof_error get(struct frames *frames, struct prof_tree **tree, const struct request *r,
		      const struct prof_range *range)
{
	bool ranged = range->since > 0.0 || range->until > 0.0;
	prof_error error = prof_get_tree(r->program, ranged ? range : NULL,
					 r->share < 0.0 ? 0.0 : r->share, r->timeout, tree);

	if (error == PROF_OK && !frames_make(frames, *tree, r->by, r->program == NULL))
		need(NULL);
	return error;
}

static void draw_as(FILE *out, const struct frames *frames, const struct flame *flame,
		    enum flame_format format)
{
	switch (format) {
	case FLAME_SVG:
		flame_svg(out, frames, flame);
		break;
	case FLAME_FOLDED:
		write_folded(out, frames, flame);
		break;
	case FLAME_SPEEDSCOPE:
		write_speedscope(out, frames, flame);
		break;
	}
}

static bool is_for_stdout(const struct request *r)
{
	return r->output == NULL || strcmp(r->output, "-") == 0;
}

/* To the file of --output, or to standard output. */
static enum outcome put(const struct request *r, const struct frames *frames,
			const struct flame *flame)
{
	FILE *out = is_for_stdout(r) ? stdout : fopen(r->output, "w");
	int failed;

	if (out == NULL) {
		complain("cannot write %s: %s", r->output, strerror(errno));
		return OUTCOME_TROUBLE;
	}
	draw_as(out, frames, flame, r->format);
	if (out == stdout)
		return OUTCOME_DONE;
	failed = ferror(out);
	if (fclose(out) != 0 || failed) {
		complain("cannot write %s: %s", r->output, strerror(errno));
		return OUTCOME_TROUBLE;
	}
	return OUTCOME_DONE;
}

static enum outcome draw(const struct request *r, struct frames *now, const struct frames *before)
{
	struct flame flame = {.by = r->by,
			      .title = r->program == NULL ? "all programs" : r->program};

	if (now->count <= 1) {
		complain("no calls to draw");
		return OUTCOME_NO;
	}
	if (before != NULL) {
		flame.compared = true;
		if (!frames_compare(now, before))
			need(NULL);
	}
	return put(r, now, &flame);
}

enum outcome run_flame(const struct request *r)
{
	struct prof_range range = {r->since, r->until}, earlier;
	struct frames now = {0}, before = {0};
	struct prof_tree *tree = NULL, *tree_before = NULL;
	enum outcome outcome;
	prof_error error;

	if (r->format == FLAME_SVG && is_for_stdout(r) && isatty(STDOUT_FILENO)) {
		complain(
			"refusing to write SVG to a terminal: use --output or redirect the output");
		return OUTCOME_USAGE;
	}
	if (r->until > 0.0 && r->since >= r->until)
		return say_backwards();
	error = get(&now, &tree, r, &range);
	if (error == PROF_OK && r->before != NULL) {
		when_read_range(r->before, past_now(), &earlier.since, &earlier.until);
		error = get(&before, &tree_before, r, &earlier);
	}
	outcome = error != PROF_OK ? say_failure(r, error)
				   : draw(r, &now, r->before == NULL ? NULL : &before);
	frames_free(&now);
	frames_free(&before);
	prof_free(tree);
	prof_free(tree_before);
	return outcome;
}
