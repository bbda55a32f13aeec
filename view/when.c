/*
 * Reading points and stretches of time. Everything is read from the left; what is left over makes
 * the whole wrong.
 */
#include "view/when.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char when_points[] = "a time such as 2h, 14:00, 'yesterday 14:00' or 2026-11-22T14:00:00Z";
const char when_ranges[] = "a time or two, such as 2h, yesterday, 4h..2h or 14:00..15:00";
const char when_lengths[] = "a length of time, such as 10s, 5m, 1h30m or 1d";

#define DAY	     86400.0
#define LONGEST	     (200 * 366 * DAY)
#define WEEK_DAYS    7
#define FIRST_YEAR   1970
#define LAST_YEAR    2400
#define LONGEST_WORD 64

struct unit {
	const char *name; /* may be written as a part of it that is at least `least` letters long,
			     or with an s */
	size_t least;
	double seconds;
};

static const struct unit units[] = {
	{"milliseconds", 12, 1e-3}, {"ms", 2, 1e-3},	{"seconds", 1, 1.0}, {"minutes", 1, 60.0},
	{"hours", 1, 3600.0},	    {"hrs", 2, 3600.0}, {"days", 1, DAY},    {"weeks", 1, 7 * DAY},
};

#define UNITS (sizeof(units) / sizeof(units[0]))

static const char *const week_days[WEEK_DAYS] = {"sunday",   "monday", "tuesday", "wednesday",
						 "thursday", "friday", "saturday"};

static void skip_blanks(const char **at)
{
	*at += strspn(*at, " \t");
}

/* Letters of ASCII, whatever the locale. */
static size_t word_length(const char *at)
{
	size_t n = 0;

	while ((at[n] >= 'a' && at[n] <= 'z') || (at[n] >= 'A' && at[n] <= 'Z'))
		n++;
	return n;
}

static bool read_word(const char **at, const char *word, size_t least)
{
	size_t n = word_length(*at);

	if (n < least || n > strlen(word) || strncasecmp(*at, word, n) != 0)
		return false;
	*at += n;
	return true;
}

/* Exactly so many digits. */
static bool read_digits(const char **at, int least, int most, int *value)
{
	int n = 0, sum = 0;

	while (n < most && (*at)[n] >= '0' && (*at)[n] <= '9')
		sum = 10 * sum + ((*at)[n++] - '0');
	if (n < least || ((*at)[n] >= '0' && (*at)[n] <= '9'))
		return false;
	*at += n;
	*value = sum;
	return true;
}

static bool read_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* A decimal number without sign and exponent; the point is a point in every locale. */
static bool read_number(const char **at, double *value)
{
	const char *p = *at;
	double sum = 0.0, weight = 1.0;
	size_t digits = 0;

	for (; *p >= '0' && *p <= '9'; p++, digits++)
		sum = 10.0 * sum + (*p - '0');
	if (digits != 0 && *p == '.' && p[1] >= '0' && p[1] <= '9') {
		for (p++; *p >= '0' && *p <= '9'; p++, digits++)
			sum += (*p - '0') * (weight /= 10.0);
	}
	if (digits == 0 || digits > 20)
		return false;
	*at = p;
	*value = sum;
	return true;
}

static bool read_unit(const char **at, double *seconds)
{
	for (size_t i = 0; i < UNITS; i++) {
		if (read_word(at, units[i].name, units[i].least)) {
			*seconds = units[i].seconds;
			return true;
		}
	}
	return false;
}

/* "1h30m", "2 days" */
static bool read_length(const char **at, double *seconds)
{
	const char *p = *at, *end = NULL;
	double sum = 0.0, number, unit;

	for (;;) {
		skip_blanks(&p);
		if (!read_number(&p, &number))
			break;
		skip_blanks(&p);
		if (!read_unit(&p, &unit))
			return false;
		sum += number * unit;
		end = p;
	}
	if (end == NULL || sum > LONGEST)
		return false;
	*at = end;
	*seconds = sum;
	return true;
}

/* "14:00", "9:30:05.25"; the fraction apart, since struct tm has none. */
static bool read_clock(const char **at, struct tm *tm, double *fraction)
{
	const char *p = *at;
	double seconds = 0.0;

	if (!read_digits(&p, 1, 2, &tm->tm_hour) || !read_char(&p, ':') ||
	    !read_digits(&p, 2, 2, &tm->tm_min))
		return false;
	if (read_char(&p, ':') &&
	    (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9' || !read_number(&p, &seconds)))
		return false;
	if (tm->tm_hour > 23 || tm->tm_min > 59 || seconds >= 61.0)
		return false;
	tm->tm_sec = (int)seconds;
	*fraction = seconds - floor(seconds);
	*at = p;
	return true;
}

static bool read_date(const char **at, struct tm *tm)
{
	const char *p = *at;
	int year, month, day;

	if (!read_digits(&p, 4, 4, &year) || !read_char(&p, '-') ||
	    !read_digits(&p, 2, 2, &month) || !read_char(&p, '-') || !read_digits(&p, 2, 2, &day))
		return false;
	if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	*at = p;
	return true;
}

/* "Z", "+01:00"; `east` gets seconds. */
static bool read_zone(const char **at, int *east)
{
	const char *p = *at;
	int hours, minutes, sign = *p == '-' ? -1 : 1;

	*east = 0;
	if (read_char(at, 'Z') || read_char(at, 'z'))
		return true;
	if (*p != '+' && *p != '-')
		return false;
	p++;
	if (!read_digits(&p, 2, 2, &hours) || !read_char(&p, ':') ||
	    !read_digits(&p, 2, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*east = sign * (3600 * hours + 60 * minutes);
	*at = p;
	return true;
}

/* Whether the day exists: mktime would make 3 March of 31 February. */
static bool is_day(const struct tm *tm)
{
	struct tm noon = {.tm_year = tm->tm_year,
			  .tm_mon = tm->tm_mon,
			  .tm_mday = tm->tm_mday,
			  .tm_hour = 12};

	return timegm(&noon) != (time_t)-1 && noon.tm_mday == tm->tm_mday &&
	       noon.tm_mon == tm->tm_mon;
}

static double local_moment(const struct tm *tm)
{
	struct tm copy = *tm;

	copy.tm_isdst = -1;
	return (double)mktime(&copy);
}

static struct tm day_of(double now, int days_ago)
{
	time_t t = (time_t)now;
	struct tm tm = {0};

	localtime_r(&t, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_mday -= days_ago;
	return tm;
}

/* "today", "yesterday", "monday", "tue" */
static bool read_day(const char **at, double now, struct tm *tm)
{
	struct tm today = day_of(now, 0);

	if (read_word(at, "today", 5)) {
		*tm = today;
		return true;
	}
	if (read_word(at, "yesterday", 9)) {
		*tm = day_of(now, 1);
		return true;
	}
	for (int i = 0; i < WEEK_DAYS; i++) {
		if (read_word(at, week_days[i], 3)) {
			*tm = day_of(now, (today.tm_wday - i + WEEK_DAYS) % WEEK_DAYS);
			return true;
		}
	}
	return false;
}

struct point {
	double moment, end; /* end: of the day, where a day was named alone; else that of moment */
};

/* What stands behind a day: nothing, or a time of it, and with a date perhaps a time zone. */
static bool read_rest_of_day(const char **at, struct tm *tm, bool dated, struct point *point)
{
	double fraction = 0.0;
	struct tm next = *tm;
	int east;

	if (!(dated && (read_char(at, 'T') || read_char(at, 't')))) {
		skip_blanks(at);
		if (**at == '\0') {
			next.tm_mday++;
			*point = (struct point){local_moment(tm), local_moment(&next)};
			return true;
		}
	}
	if (!read_clock(at, tm, &fraction))
		return false;
	if (dated && read_zone(at, &east))
		point->moment = (double)timegm(tm) - east + fraction;
	else
		point->moment = local_moment(tm) + fraction;
	point->end = point->moment;
	return true;
}

/* A time of the day alone: the latest one. */
static bool read_time(const char **at, double now, struct point *point)
{
	struct tm tm = day_of(now, 0);
	double fraction = 0.0;

	if (!read_clock(at, &tm, &fraction))
		return false;
	if (local_moment(&tm) + fraction > now)
		tm.tm_mday--;
	point->moment = point->end = local_moment(&tm) + fraction;
	return true;
}

static bool read_ago(const char **at, double now, struct point *point)
{
	double seconds;

	if (!read_length(at, &seconds))
		return false;
	skip_blanks(at);
	read_word(at, "ago", 3);
	point->moment = point->end = now - seconds;
	return true;
}

static bool read_epoch(const char **at, struct point *point)
{
	if (!read_char(at, '@') || !read_number(at, &point->moment) || point->moment > LONGEST)
		return false;
	point->end = point->moment;
	return true;
}

static bool read_point(const char *text, double now, struct point *point)
{
	const char *at = text;
	struct tm tm = {0};
	bool understood;

	skip_blanks(&at);
	if (*at == '@') {
		understood = read_epoch(&at, point);
	} else if (read_word(&at, "now", 3)) {
		*point = (struct point){now, now};
		understood = true;
	} else if (read_day(&at, now, &tm)) {
		understood = read_rest_of_day(&at, &tm, false, point);
	} else if (read_date(&at, &tm)) {
		understood = is_day(&tm) && read_rest_of_day(&at, &tm, true, point);
	} else {
		understood = read_time(&at, now, point) || read_ago(&at, now, point);
	}
	skip_blanks(&at);
	return understood && *at == '\0' && point->moment >= 0.0;
}

bool when_read(const char *text, double now, double *moment)
{
	struct point point;

	if (!read_point(text, now, &point))
		return false;
	*moment = point.moment;
	return true;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t")] == '\0';
}

bool when_read_range(const char *text, double now, double *since, double *until)
{
	const char *dots = strstr(text, "..");
	struct point from = {0}, to = {now, now};
	char first[LONGEST_WORD];

	if (dots == NULL) {
		if (!read_point(text, now, &from))
			return false;
		if (from.end > from.moment && from.end < now)
			to.moment = from.end;
	} else {
		if ((size_t)(dots - text) >= sizeof(first))
			return false;
		memcpy(first, text, (size_t)(dots - text));
		first[dots - text] = '\0';
		if (is_blank(first) && is_blank(dots + 2))
			return false;
		if (!is_blank(first) && !read_point(first, now, &from))
			return false;
		if (!is_blank(dots + 2) && !read_point(dots + 2, now, &to))
			return false;
		if (to.end > to.moment)
			to.moment = to.end;
	}
	if (from.moment >= to.moment)
		return false;
	*since = from.moment;
	*until = to.moment;
	return true;
}

bool when_read_length(const char *text, double *seconds)
{
	const char *at = text;
	double value;

	skip_blanks(&at);
	if (!read_number(&at, &value) || *at != '\0') {
		at = text;
		if (!read_length(&at, &value))
			return false;
		skip_blanks(&at);
	}
	if (*at != '\0' || !(value > 0.0) || value > LONGEST)
		return false;
	*seconds = value;
	return true;
}
