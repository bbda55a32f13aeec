/*
 * Writing metrics into one block of memory.
 */
#include "web/metrics/write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What stands between digits is the decimal point of the locale, of one byte or of several. */
static void make_point(char *text)
{
	char *digits = text + strspn(text, "-0123456789");
	size_t point = strcspn(digits, "0123456789e");

	if (point == 0)
		return;
	*digits = '.';
	memmove(digits + 1, digits + point, strlen(digits + point) + 1);
}

const char *metrics_number(char to[METRICS_NUMBER], double value)
{
	if (!isfinite(value))
		return strcpy(to, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(to, METRICS_NUMBER, "%.*g", digits, value);
		if (strtod(to, NULL) == value)
			break;
	}
	make_point(to);
	return to;
}

static bool write_all(const struct metrics *m, enum metrics_format format, unsigned buckets,
		      FILE *to)
{
	switch (format) {
	case METRICS_PROTOBUF:
		return metrics_write_protobuf(m, buckets, to);
	case METRICS_OPEN_TEXT:
	case METRICS_TEXT:
		return metrics_write_text(m, format == METRICS_OPEN_TEXT, to);
	case METRICS_FORMATS:
		break;
	}
	return false;
}

void *metrics_write(const struct metrics *m, enum metrics_format format, unsigned buckets,
		    size_t *size)
{
	char *bytes = NULL;
	size_t written = 0;
	FILE *to = open_memstream(&bytes, &written);
	bool whole;

	if (to == NULL)
		return NULL;
	whole = write_all(m, format, buckets, to);
	if (fclose(to) != 0 || !whole) {
		free(bytes);
		return NULL;
	}
	*size = written;
	return bytes;
}
