/*
 * Reading numbers and words strictly: what is left over makes the whole wrong, and no locale has a
 * say.
 */
#include "view/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "proto/limits.h"

#define MOST_PERCENT 1000.0

bool value_seconds(const char *text, double *seconds)
{
	char *end;
	double value;

	/* strtod would also take blanks, hexadecimal numbers, and words such as "nan". */
	if (text[0] == '\0' || text[strspn(text, "0123456789.eE+-")] != '\0')
		return false;
	value = strtod(text, &end);
	if (*end != '\0' || !isfinite(value) || value < 0.0 || value > PROF_SECONDS_MAX)
		return false;
	*seconds = value + 0.0;
	return true;
}

bool value_number(const char *text, uint64_t most, uint64_t *number)
{
	unsigned long long value;

	if (text[0] == '\0' || text[strspn(text, "0123456789")] != '\0')
		return false;
	errno = 0;
	value = strtoull(text, NULL, 10);
	if (errno != 0 || value > most)
		return false;
	*number = value;
	return true;
}

bool value_percent(const char *text, double *part)
{
	size_t length = strlen(text);
	double percent;
	char number[32];

	if (length == 0 || length >= sizeof(number))
		return false;
	memcpy(number, text, length + 1);
	if (number[length - 1] == '%')
		number[length - 1] = '\0';
	if (!value_seconds(number, &percent) || percent > MOST_PERCENT)
		return false;
	*part = percent / 100.0;
	return true;
}

bool value_word(const char *text, const char *const *words, size_t count, size_t *index)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, words[i]) == 0) {
			*index = i;
			return true;
		}
	return false;
}

bool value_order(const char *text, enum prof_order *order)
{
	static const char *const words[] = {
		[PROF_BY_TOTAL] = "total", [PROF_BY_CALLS] = "calls", [PROF_BY_AVERAGE] = "avg",
		[PROF_BY_MAX] = "max",	   [PROF_BY_P99] = "p99",     [PROF_BY_ERRORS] = "errors",
		[PROF_BY_SLOW] = "slow",   [PROF_BY_NAME] = "name",
	};
	size_t index;

	if (!value_word(text, words, sizeof(words) / sizeof(words[0]), &index))
		return false;
	*order = (enum prof_order)index;
	return true;
}

bool value_by(const char *text, enum frames_by *by)
{
	static const char *const words[] = {[FRAMES_BY_TIME] = "time", [FRAMES_BY_CALLS] = "calls"};
	size_t index;

	if (!value_word(text, words, sizeof(words) / sizeof(words[0]), &index))
		return false;
	*by = (enum frames_by)index;
	return true;
}
