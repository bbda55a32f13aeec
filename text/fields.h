/*
 * What a struct is made of, as a table: each format is written from the same one.
 */
#ifndef TEXT_FIELDS_H
#define TEXT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "text/writer.h"

enum field_kind {
	FIELD_TEXT,	/* const char *; NULL: null */
	FIELD_KNOWN,	/* the same, and "": null */
	FIELD_COUNT,	/* uint64_t */
	FIELD_NUMBER,	/* the same from 1 on; 0: null */
	FIELD_UNSIGNED, /* unsigned */
	FIELD_OWNER,	/* the same of a user; UINT_MAX: null */
	FIELD_INTEGER,	/* int */
	FIELD_PID,	/* the same of a process; 0: null */
	FIELD_REAL,	/* double; 0 where it is not finite */
	FIELD_FIGURE,	/* the same; null where it is not finite */
	FIELD_POSITIVE, /* the same; null where it is not above 0 */
	FIELD_MILLI,	/* the same, told in thousandths */
	FIELD_BOOL,
	FIELD_FLAG,    /* bool, told as 0 or 1 */
	FIELD_OBJECT,  /* a struct that a pointer leads to */
	FIELD_MEMBERS, /* a struct whose fields stand among the others */
	FIELD_ROWS,    /* a list of pointers to structs */
	FIELD_OTHER    /* what a function makes of it */
};

struct field {
	const char *name; /* in JSON and CSV; NULL ends the table */
	enum field_kind kind;
	size_t offset;
	const struct field *fields; /* of a struct, of rows */
	size_t count;		    /* of rows: where their count is */
	size_t via; /* where the pointer to the member's struct is, and 1; 0: none */
	void (*write)(struct writer *w, const char *name, const void *of);
};

/*
 * FIELD(name, struct, member): the member's type says what kind it is. FIELD_AS says another kind
 * of the same type. FIELD_VIA and FIELD_VIA_AS are members of the struct that a pointer leads to.
 */
#define FIELD(name, type, member)                                                                  \
	{                                                                                          \
		name, FIELD_KIND_(struct type, member), offsetof(struct type, member), NULL, 0, 0, \
			NULL                                                                       \
	}
#define FIELD_AS(name, kind, type, member)                                                     \
	{                                                                                      \
		name, FIELD_##kind, FIELD_OFFSET_(kind, struct type, member), NULL, 0, 0, NULL \
	}
#define FIELD_VIA(name, type, pointer, member)                               \
	{                                                                    \
		name, FIELD_KIND_(FIELD_AT_(type, pointer), member),         \
			offsetof(FIELD_AT_(type, pointer), member), NULL, 0, \
			offsetof(struct type, pointer) + 1, NULL             \
	}
#define FIELD_VIA_AS(name, kind, type, pointer, member)                                          \
	{                                                                                        \
		name, FIELD_##kind, FIELD_OFFSET_(kind, FIELD_AT_(type, pointer), member), NULL, \
			0, offsetof(struct type, pointer) + 1, NULL                              \
	}
#define FIELD_AT_(type, pointer) __typeof__(*((struct type *)0)->pointer)
#define FIELD_KIND_(of, member) \
	_Generic(((of *)0)->member, const char * : FIELD_TEXT, uint64_t : FIELD_COUNT, \
		 unsigned : FIELD_UNSIGNED, int : FIELD_INTEGER, double : FIELD_REAL,  \
		 bool : FIELD_BOOL)
/* Does not compile where a member is of another type than the kind. */
#define FIELD_OFFSET_(kind, of, member) \
	(offsetof(of, member) +         \
	 0 * sizeof(char[FIELD_KIND_(of, member) == FIELD_TYPE_##kind ? 1 : -1]))
#define FIELD_TYPE_KNOWN    FIELD_TEXT
#define FIELD_TYPE_NUMBER   FIELD_COUNT
#define FIELD_TYPE_OWNER    FIELD_UNSIGNED
#define FIELD_TYPE_PID	    FIELD_INTEGER
#define FIELD_TYPE_FIGURE   FIELD_REAL
#define FIELD_TYPE_POSITIVE FIELD_REAL
#define FIELD_TYPE_MILLI    FIELD_REAL
#define FIELD_TYPE_FLAG	    FIELD_BOOL

/* OBJECT: the member points to it; MEMBERS: it lies there. */
#define FIELD_STRUCT(name, kind, type, member, fields)                                \
	{                                                                             \
		name, FIELD_##kind, offsetof(struct type, member), fields, 0, 0, NULL \
	}
/* The struct tells in `count` how many there are. */
#define FIELD_LIST(name, type, member, fields)                           \
	{                                                                \
		name, FIELD_ROWS, offsetof(struct type, member), fields, \
			offsetof(struct type, count), 0, NULL            \
	}
/* The function gets the whole struct. */
#define FIELD_MADE(name, function)                         \
	{                                                  \
		name, FIELD_OTHER, 0, NULL, 0, 0, function \
	}

/* Members of the object that is open in the writer; an object of them. */
void fields_write(struct writer *w, const struct field *fields, const void *of);
void fields_object(struct writer *w, const char *name, const struct field *fields, const void *of);

/* A line of CSV, but what stands before and behind it: a comma and a name, or a value, each. What
 * is unknown is empty. No field is made of several, or by a function. */
void csv_titles(FILE *to, const struct field *fields);
void csv_fields(FILE *to, const struct field *fields, const void *of);

/* A value in CSV, in quotes where it needs them: RFC 4180. */
void csv_text(FILE *to, const char *text);

#endif
