/*
 * Reading and writing durations, sizes, numbers and modes.
 */
#include "daemon/base/value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit durations[] = {
	{"d", UINT64_C(86400000000000)},
	{"h", UINT64_C(3600000000000)},
	{"min", UINT64_C(60000000000)},
	{"s", 1000000000},
	{"ms", 1000000},
	{"us", 1000},
	{"ns", 1},
};

static const struct unit sizes[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}};

static const struct unit *find_unit(const struct unit *units, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	}
	return NULL;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* strtod would also take hexadecimal, "inf", "nan" and a sign. */
static bool is_plain_number(const char *text)
{
	return isdigit((unsigned char)text[0]) && text[1] != 'x' && text[1] != 'X';
}

bool value_duration(const char *text, uint64_t *ns)
{
	const struct unit *unit;
	double number;
	char *end;

	if (!is_plain_number(text))
		return false;
	number = strtod(text, &end);
	while (*end == ' ')
		end++;
	unit = find_unit(durations, COUNT(durations), *end == '\0' ? "s" : end);
	if (unit == NULL)
		return false;
	number = rint(number * (double)unit->factor);
	if (!(number <= 9.2e18))
		return false;
	*ns = (uint64_t)number;
	return true;
}

static bool read_whole(const char *text, int base, uint64_t *number, char **end)
{
	if (!isdigit((unsigned char)text[0]))
		return false;
	errno = 0;
	*number = strtoull(text, end, base);
	return errno == 0;
}

bool value_size(const char *text, uint64_t *bytes)
{
	const struct unit *unit;
	uint64_t number;
	char *end;

	if (!read_whole(text, 10, &number, &end))
		return false;
	unit = find_unit(sizes, COUNT(sizes), end);
	return unit != NULL && !__builtin_mul_overflow(number, unit->factor, bytes);
}

bool value_number(const char *text, uint64_t *number)
{
	uint64_t n;
	char *end;

	if (!read_whole(text, 10, &n, &end) || *end != '\0')
		return false;
	*number = n;
	return true;
}

bool value_mode(const char *text, uint64_t *mode)
{
	uint64_t n;
	char *end;

	if (!read_whole(text, 8, &n, &end) || *end != '\0' || n > 0777)
		return false;
	*mode = n;
	return true;
}

void value_print_duration(char *to, size_t room, uint64_t ns)
{
	const struct unit *unit = durations;

	if (ns == 0) {
		snprintf(to, room, "0s");
		return;
	}
	while (ns % unit->factor != 0)
		unit++;
	snprintf(to, room, "%" PRIu64 "%s", ns / unit->factor, unit->name);
}
