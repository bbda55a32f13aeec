/*
 * Numbers of printf, without its locale.
 */
#include "text/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands between digits is the decimal point of the locale, of one byte or of several. */
static const char *with_point(char *text)
{
	char *digits;
	size_t point;

	if (strchr(text, '.') != NULL)
		return text;
	digits = text + strspn(text, "-0123456789");
	point = strcspn(digits, "0123456789e");
	if (point != 0) {
		*digits = '.';
		memmove(digits + 1, digits + point, strlen(digits + point) + 1);
	}
	return text;
}

const char *number_real(char to[NUMBER_ROOM], double value, int most)
{
	to[0] = '\0';
	if (!isfinite(value))
		return to;
	for (int digits = NUMBER_DIGITS; digits <= most; digits++) {
		snprintf(to, NUMBER_ROOM, "%.*g", digits, value);
		if (digits < most && strtod(to, NULL) == value)
			break;
	}
	return with_point(to);
}

const char *number_fixed(char to[NUMBER_ROOM], double value, int digits)
{
	if (isnan(value))
		return strcpy(to, "-");
	if (isinf(value))
		return strcpy(to, value > 0 ? "inf" : "-inf");
	snprintf(to, NUMBER_ROOM, fabs(value) < 1e15 ? "%.*f" : "%.*e", digits, value);
	return with_point(to);
}

/* Rounding never leaves 1000 of a unit. A whole number of nanoseconds is exact as it stands. */
const char *number_seconds(char to[NUMBER_ROOM], double seconds, int digits)
{
	static const char *const names[] = {" ns", " us", " ms", " s"};
	double half = 0.5 * pow(10.0, 3 - digits), value = seconds * 1e9;
	int unit = 0, decimals = digits - 3;

	if (!isfinite(seconds))
		return number_fixed(to, seconds, 0);
	if (fabs(seconds) < 0.5e-12)
		return strcpy(to, "0 s");
	for (; unit < 3 && fabs(value) >= 1000.0 - half; unit++)
		value /= 1000.0;
	if (unit == 0 && fabs(value - round(value)) < 1e-4)
		decimals = 0;
	else if (fabs(value) < 10.0 - half / 100.0)
		decimals += 2;
	else if (fabs(value) < 100.0 - half / 10.0)
		decimals += 1;
	else if (fabs(value) >= 1000.0 - half)
		decimals = 0;
	number_fixed(to, value, decimals);
	return strcat(to, names[unit]);
}
