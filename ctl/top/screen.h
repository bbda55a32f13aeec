/*
 * Drawing for `profctl top`, with ncurses.
 */
#ifndef CTL_TOP_SCREEN_H
#define CTL_TOP_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/top/model.h"

struct top_view {
	enum top_order order;
	char filter[256];
	bool typing; /* the filter is being typed */
	bool paused, help;
	const char *program;	/* NULL: all */
	const char *trouble;	/* NULL: profd answers */
	size_t selected, first; /* in the model's list of shown functions */
};

/* What is known of the one function that is looked at; parts may be NULL: not known (yet). */
struct top_detail {
	const char *name;
	struct prof_histogram_list *histogram;
	struct prof_tree *tree;
	struct prof_slow_list *slow, *running;
	double spark[TOP_SPARKS]; /* as of a function in the model */
};

/* False, after a message, where there is no terminal that can be drawn on. */
bool top_screen_open(void);

/* Leaves the terminal as it was found; may be called at any time, and more than once. */
void top_screen_close(void);

/* Lines for functions. */
size_t top_screen_lines(void);

void top_screen_list(const struct top_model *model, struct top_view *view);
void top_screen_detail(const struct top_model *model, const struct top_view *view,
		       const struct top_detail *detail);

#endif
