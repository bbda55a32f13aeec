/*
 * The figures of a function, as JSON names them: one table for whatever writes them.
 */
#ifndef VIEW_FIELDS_H
#define VIEW_FIELDS_H

#include <stddef.h>

enum field_kind { FIELD_COUNT, FIELD_REAL };

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset; /* in struct prof_stats, of a uint64_t or a double */
};

/* Ended by one without a name. "function_name" stands before them, "doubtful" behind them. */
extern const struct field view_fields[];

#endif
