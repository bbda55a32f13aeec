/*
 * Parsers for tables of options and of parameters: each parses a value into its field, and returns
 * NULL, or, with the field untouched, what the value must be.
 */
#ifndef VIEW_PARSE_H
#define VIEW_PARSE_H

const char *parse_by(void *frames_by, const char *value);
const char *parse_count(void *uint32, const char *value);   /* from 0 */
const char *parse_length(void *seconds, const char *value); /* of time: 5m */
const char *parse_order(void *prof_order, const char *value);
const char *parse_percent(void *part, const char *value);
const char *parse_point(void *seconds, const char *value); /* in time: 'yesterday 14:00' */
const char *parse_range(void *prof_range, const char *value);

#endif
