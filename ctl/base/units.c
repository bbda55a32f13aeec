/*
 * Units: durations, counts, bytes, points in time.
 */
#include "ctl/base/units.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text/number.h"
#include "text/width.h"

/* Three significant digits. The value is below 1000, also when rounded. */
static const char *three_digits(char *to, double value, const char *unit)
{
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

	snprintf(to, UNITS_ROOM, "%.*f %s", decimals, value, unit);
	return to;
}

/* With the letter of the micro sign where the locale has it. */
static const char *seconds_of(char *to, double seconds, int digits)
{
	char *micro;

	if (!isfinite(seconds) || seconds < 0.0)
		return strcpy(to, "?");
	number_seconds(to, seconds, digits);
	micro = strchr(to, 'u');
	if (micro != NULL && text_is_unicode())
		strcpy(micro, "µs");
	return to;
}

static const char *two_units(char *to, double seconds)
{
	static const struct {
		double large, small;
		const char *large_name, *small_name;
	} pair[] = {{86400, 3600, "d", "h"}, {3600, 60, "h", "min"}, {60, 1, "min", "s"}};
	size_t i = 0;
	double units;

	/* What rounds up to the next larger unit is told in it: not 1 h 60 min. */
	while (i < 2 && round(seconds / pair[i + 1].small) * pair[i + 1].small < pair[i].large)
		i++;
	units = round(seconds / pair[i].small);
	snprintf(to, UNITS_ROOM, "%.0f %s %02.0f %s", floor(units * pair[i].small / pair[i].large),
		 pair[i].large_name, fmod(units, pair[i].large / pair[i].small),
		 pair[i].small_name);
	return to;
}

const char *units_seconds(char *to, double seconds)
{
	return seconds >= 59.95 && isfinite(seconds) ? two_units(to, seconds)
						     : seconds_of(to, seconds, 3);
}

const char *units_timing(char *to, double seconds)
{
	return seconds_of(to, seconds, 4);
}

const char *units_count(char *to, uint64_t count)
{
	char digits[24], *out = to;
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, count);

	for (int i = 0; i < n; i++) {
		if (i != 0 && (n - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return to;
}

const char *units_short_count(char *to, uint64_t count)
{
	static const char *const unit[] = {"M", "G", "T", "P", "E"};
	double value = (double)count / 1e6;
	int i;

	if (count < 10000000)
		return units_count(to, count);
	for (i = 0; i < 4 && value >= 999.5; i++)
		value /= 1000.0;
	return three_digits(to, value, unit[i]);
}

const char *units_pid(char *to, int pid)
{
	if (pid == 0)
		return "-";
	snprintf(to, UNITS_ROOM, "%d", pid);
	return to;
}

const char *units_bytes(char *to, double bytes)
{
	static const char *const unit[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB"};
	int i;

	for (i = 0; i < 5 && bytes >= 999.5; i++)
		bytes /= 1024.0;
	if (i == 0) {
		snprintf(to, UNITS_ROOM, "%.0f %s", bytes, bytes == 1.0 ? "byte" : unit[0]);
		return to;
	}
	return three_digits(to, bytes, unit[i]);
}

const char *units_moment(char *to, double moment, int milliseconds)
{
	double whole = floor(moment);
	time_t t = (time_t)whole;
	struct tm tm;
	size_t n;

	if (!(fabs(moment) < 1e12) || localtime_r(&t, &tm) == NULL)
		return strcpy(to, "?");
	n = strftime(to, UNITS_ROOM, "%Y-%m-%d %H:%M:%S", &tm);
	if (milliseconds)
		snprintf(to + n, UNITS_ROOM - n, ".%03d", (int)((moment - whole) * 1e3));
	return to;
}
