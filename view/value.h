/*
 * Values as people give them, in options and in addresses. Each is false, with the output
 * untouched, for anything else.
 */
#ifndef VIEW_VALUE_H
#define VIEW_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/profclient.h"
#include "view/frames.h"

/* Seconds: a finite decimal number from 0 on. */
bool value_seconds(const char *text, double *seconds);

/* A whole number of at most `most`. */
bool value_number(const char *text, uint64_t most, uint64_t *number);

/* "5" or "5%", as a part of 1. */
bool value_percent(const char *text, double *part);

/* The index of a word in a list. */
bool value_word(const char *text, const char *const *words, size_t count, size_t *index);

bool value_order(const char *text, enum prof_order *order);
bool value_by(const char *text, enum frames_by *by);

#endif
