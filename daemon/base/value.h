/*
 * Values as people write them in a configuration: "250ms", "16M", "0660". Each function is false,
 * with nothing changed, when the text is no such value.
 */
#ifndef DAEMON_BASE_VALUE_H
#define DAEMON_BASE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number with one of the units ns us ms s min h d, "1.5s" too; without a unit: seconds. */
bool value_duration(const char *text, uint64_t *ns);

/* Bytes, or with the unit K, M or G (1024 based). */
bool value_size(const char *text, uint64_t *bytes);

bool value_number(const char *text, uint64_t *number);

/* The mode of a file: octal, at most 0777. */
bool value_mode(const char *text, uint64_t *mode);

/* Writes a duration the way value_duration reads it: in the largest unit that leaves it whole. */
void value_print_duration(char *to, size_t room, uint64_t ns);

#endif
