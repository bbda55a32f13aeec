/*
 * Writing numbers and names.
 */
#include "client/bench/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The locale's point, whatever bytes it is, becomes '.'. Grouping is not asked for, so all that is
 * neither digit, sign nor exponent is the point. */
static const char *with_point(char *text)
{
	char *to = text, *from = text;

	while (*from != '\0') {
		if (strchr("0123456789+-e", *from) != NULL) {
			*to++ = *from++;
			continue;
		}
		*to++ = '.';
		while (*from != '\0' && strchr("0123456789+-e", *from) == NULL)
			from++;
	}
	*to = '\0';
	return text;
}

const char *text_number(char to[TEXT_NUMBER], double value)
{
	to[0] = '\0';
	if (!isfinite(value))
		return to;
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(to, TEXT_NUMBER, "%.*g", digits, value);
		if (strtod(to, NULL) == value)
			break;
	}
	return with_point(to);
}

const char *text_fixed(char to[TEXT_NUMBER], double value, int digits)
{
	if (isnan(value))
		return strcpy(to, "-");
	if (isinf(value))
		return strcpy(to, value > 0 ? "inf" : "-inf");
	snprintf(to, TEXT_NUMBER, fabs(value) < 1e15 ? "%.*f" : "%.*e", digits, value);
	return with_point(to);
}

/* Four digits: one more than a difference of 1 % needs. */
const char *text_duration(char to[TEXT_NUMBER], double seconds)
{
	static const struct {
		double unit;
		const char *name;
	} units[] = {{1, " s"}, {1e-3, " ms"}, {1e-6, " us"}, {1e-9, " ns"}};
	size_t i = 0;
	double value;

	if (!isfinite(seconds))
		return text_fixed(to, seconds, 0);
	/* What would be rounded up to 1000 of a unit belongs to the next one. */
	while (i < 3 && fabs(seconds) < units[i].unit * 0.99995)
		i++;
	value = seconds / units[i].unit;
	text_fixed(to, value,
		   fabs(value) >= 999.95   ? 0
		   : fabs(value) >= 99.995 ? 1
		   : fabs(value) >= 9.9995 ? 2
					   : 3);
	return strcat(to, units[i].name);
}

void text_json(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}
