/*
 * Writing JSON as it comes: nothing of it is kept in memory.
 *
 *	struct writer w = {.to = stdout, .indented = true};
 *
 *	writer_object(&w, NULL);
 *	writer_text(&w, "name", "sort");
 *	writer_array(&w, "timings");
 *	writer_real(&w, NULL, 0.25);
 *	writer_end(&w);
 *	writer_end(&w);
 *
 * Always true of what was written: brackets are closed in the order in which they were opened, and
 *a comma stands between two members. The caller gives each member of an object a name, an element
 *of an array none (NULL), and no name twice. Behind a whole document another may be begun. Any
 *bytes may be handed in: what comes out is JSON.
 */
#ifndef TEXT_WRITER_H
#define TEXT_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WRITER_DEEPEST 16

struct writer {
	FILE *to;
	bool indented; /* a line for each member, and one that ends the whole; else one line without
			  its end */
	bool exact;    /* reals read back as the same double; else they have 15 digits */
	bool failed;   /* something could not be written; nothing is from then on */

	/* Of its own. */
	unsigned depth, flat; /* flat: the depth from which on there is one line; 0: none */
	bool begun;	      /* something stands in the innermost bracket */
	char ends[WRITER_DEEPEST];
	char held[512]; /* what the stream has not been given yet */
	size_t size;
};

/* Until writer_end; writer_flat: all in the bracket that was just opened is one line. */
void writer_object(struct writer *w, const char *name);
void writer_array(struct writer *w, const char *name);
void writer_flat(struct writer *w);
void writer_end(struct writer *w);

/* What is not UTF-8 becomes '?'; NULL is null. */
void writer_text(struct writer *w, const char *name, const char *text);

/* Counts beyond 2^63 - 1, which many readers cannot take, become that. */
void writer_count(struct writer *w, const char *name, uint64_t count);
void writer_integer(struct writer *w, const char *name, int64_t number);

/* What is not finite becomes 0, or of a figure, which may be unknown, null. */
void writer_real(struct writer *w, const char *name, double number);
void writer_figure(struct writer *w, const char *name, double number);

void writer_bool(struct writer *w, const char *name, bool yes);
void writer_null(struct writer *w, const char *name);

#endif
