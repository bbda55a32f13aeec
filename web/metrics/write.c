/*
 * Writing metrics into one block of memory.
 */
#include "web/metrics/write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text/number.h"

const char *metrics_number(char to[METRICS_NUMBER], double value)
{
	if (!isfinite(value))
		return strcpy(to, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
	return number_real(to, value, NUMBER_EXACT);
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
