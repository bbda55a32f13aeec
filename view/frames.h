/*
 * The calling-context tree as it is drawn: each frame with its own time, its children the greatest
 * first.
 */
#ifndef VIEW_FRAMES_H
#define VIEW_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"

/* What a frame is as wide as. */
enum frames_by { FRAMES_BY_TIME, FRAMES_BY_CALLS };

struct frame {
	const char *name, *program;
	uint64_t calls, errors, slow;
	bool recursive;	    /* of calls within calls of the function; a leaf */
	double seconds;	    /* what its calls took; of "all" and programs, what the outermost did */
	double within;	    /* what recursive calls took, which have no seconds */
	double self;	    /* seconds in the function itself; 0 where children have more, and of a
			     * recursive one, whose are with the function it stands in */
	double weight, own; /* in seconds or calls: of its own, and with all below it: where
			     * children have more than their parent, so much as they have */
	double before;	    /* the same weight in the range it is compared with */
	size_t parent;	    /* FRAMES_NONE: outermost */
	size_t child, next; /* first child; next of the same parent; FRAMES_NONE: none */
	unsigned depth;	    /* 0: outermost */
};

#define FRAMES_NONE SIZE_MAX

/* A parent stands before its children. The first frame is all of it, under the name "all". */
struct frames {
	size_t count;
	struct frame *frame;
	unsigned depth; /* of the deepest */
};

/*
 * Frames of a tree; names point into it. `programs`: the outermost frames are programs. Paths of
 * several processes of the same functions are one frame. False, with no frame, without memory.
 */
bool frames_make(struct frames *frames, const struct prof_tree *tree, enum frames_by by,
		 bool programs);

/* Gives each frame the weight that it has in `before`; frames that only that one has are left out.
 * False without memory. */
bool frames_compare(struct frames *frames, const struct frames *before);

void frames_free(struct frames *frames);

#endif
