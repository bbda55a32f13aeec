/*
 * Numbers and names as text, the same in every locale.
 */
#ifndef CLIENT_BENCH_TEXT_H
#define CLIENT_BENCH_TEXT_H

#include <stddef.h>
#include <stdio.h>

#define TEXT_NUMBER 40 /* room that a number needs */

/* As few digits as it takes to read the same double back; "" for what is not finite. */
const char *text_number(char to[TEXT_NUMBER], double value);

/* For people: "12.34 us"; "-" for what is not a number. */
const char *text_duration(char to[TEXT_NUMBER], double seconds);

/* With so many digits after the point; "-" for what is not a number. */
const char *text_fixed(char to[TEXT_NUMBER], double value, int digits);

/* In quotes, escaped. */
void text_json(FILE *out, const char *text);

/* Columns that well-formed UTF-8 takes on a terminal, where no character is wider than another. */
size_t text_width(const char *text);

#endif
