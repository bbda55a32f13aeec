/*
 * The formats: shared by metrics_write.c, which chooses, and by the file of each.
 */
#ifndef WEB_METRICS_WRITE_H
#define WEB_METRICS_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include "text/number.h"
#include "web/metrics/metrics.h"

/* A decimal number that reads back as the same, with a point in every locale. Writes
 * into `to` (METRICS_NUMBER bytes) and returns it. */
#define METRICS_NUMBER NUMBER_ROOM
const char *metrics_number(char to[METRICS_NUMBER], double value);

/* False without memory, or when the stream refuses. */
bool metrics_write_text(const struct metrics *m, bool open, FILE *to);
bool metrics_write_protobuf(const struct metrics *m, unsigned buckets, FILE *to);

#endif
