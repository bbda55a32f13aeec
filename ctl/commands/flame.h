/*
 * Flame graphs: the formats.
 */
#ifndef CTL_COMMANDS_FLAME_H
#define CTL_COMMANDS_FLAME_H

#include <stdbool.h>
#include <stdio.h>

#include "view/frames.h"

struct flame {
	enum frames_by by;
	const char *title;
	bool compared; /* frames know their weight before */
};

/* One file that a browser shows without anything else: a frame can be clicked to see it alone, and
 * names searched. */
void flame_svg(FILE *out, const struct frames *frames, const struct flame *flame);

#endif
