/*
 * Parameters: reading them, walking through their combinations, putting values into text.
 */
#include "ctl/bench/scan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/base/say.h"

#define MOST_DECIMALS 9
#define MOST_DIGITS   15 /* that a double holds for certain */

/* A decimal number without an exponent, and how many digits it has behind the point. */
static bool read_number(const char *text, double *number, int *decimals)
{
	const char *digits = text + (text[0] == '-' || text[0] == '+');
	size_t whole = strspn(digits, "0123456789"), part = 0;

	if (digits[whole] == '.')
		part = strspn(digits + whole + 1, "0123456789");
	if (whole + part == 0 || whole + part > MOST_DIGITS || part > MOST_DECIMALS ||
	    digits[whole + (digits[whole] == '.') + part] != '\0')
		return false;
	*number = strtod(text, NULL);
	*decimals = (int)part;
	return true;
}

static void add_value(struct scan_axis *axis, char *value)
{
	axis->values = need(realloc(axis->values, (axis->count + 1) * sizeof(*axis->values)));
	axis->values[axis->count++] = need(value);
}

/* NAME MIN MAX [STEP]. Each number is the first plus a multiple of the step, so no error adds up;
 * all have as many decimals as the exacter of the two. */
static bool read_scan(struct scan_axis *axis, const struct asked_parameter *asked)
{
	const char *const *text = asked->values + 1;
	double first, last, step = 1.0, steps;
	int decimals, unused, of_step = 0;

	if (!read_number(text[0], &first, &decimals) || !read_number(text[1], &last, &unused) ||
	    (asked->count > 3 && !read_number(text[2], &step, &of_step))) {
		complain("--parameter-scan %s: MIN, MAX and STEP must be numbers such as 8 or 0.25",
			 asked->values[0]);
		return false;
	}
	if (of_step > decimals)
		decimals = of_step;
	if (first > last || step <= 0.0) {
		complain("--parameter-scan %s: no number between %s and %s in steps of %g",
			 asked->values[0], text[0], text[1], step);
		return false;
	}
	/* A step that divides the stretch evenly reaches its end, whatever rounding says. */
	steps = floor((last - first) / step + 1e-9);
	if (steps >= SCAN_MOST) {
		complain("--parameter-scan %s: more than %d numbers", asked->values[0], SCAN_MOST);
		return false;
	}
	for (int i = 0; i <= (int)steps; i++) {
		char value[64];

		/* + 0.0: there is no -0 */
		snprintf(value, sizeof(value), "%.*f", decimals, first + i * step + 0.0);
		add_value(axis, strdup(value));
	}
	return true;
}

/* NAME A,B,...: a backslash before a comma makes it part of a value. */
static void read_list(struct scan_axis *axis, const char *list)
{
	char *value = need(malloc(strlen(list) + 1)), *to = value;

	for (;; list++) {
		if (list[0] == '\\' && (list[1] == ',' || list[1] == '\\')) {
			*to++ = *++list;
		} else if (*list == ',' || *list == '\0') {
			*to = '\0';
			add_value(axis, strdup(value));
			to = value;
		} else {
			*to++ = *list;
		}
		if (*list == '\0')
			break;
	}
	free(value);
}

static bool read_axis(struct scan *scan, struct scan_axis *axis,
		      const struct asked_parameter *asked)
{
	const char *name = asked->values[0];

	if (name[0] == '\0' || strpbrk(name, "{}") != NULL) {
		complain("'%s' is not a valid parameter name", name);
		return false;
	}
	for (const struct scan_axis *other = scan->axes; other < axis; other++)
		if (strcmp(other->name, name) == 0) {
			complain("parameter %s is given twice", name);
			return false;
		}
	axis->name = need(strdup(name));
	if (!asked->scan)
		read_list(axis, asked->values[1]);
	else if (!read_scan(axis, asked))
		return false;
	scan->combinations *= axis->count;
	if (scan->combinations > SCAN_MOST) {
		complain("more than %d combinations of parameters", SCAN_MOST);
		return false;
	}
	return true;
}

bool scan_read(struct scan *scan, const struct asked_parameter *parameters, size_t count)
{
	*scan = (struct scan){.combinations = 1};
	scan->axes = need(calloc(count + 1, sizeof(*scan->axes)));
	scan->count = count;
	for (size_t i = 0; i < count; i++)
		if (!read_axis(scan, &scan->axes[i], &parameters[i]))
			return false;
	return true;
}

void scan_free(struct scan *scan)
{
	for (size_t i = 0; i < scan->count; i++) {
		for (size_t k = 0; k < scan->axes[i].count; k++)
			free(scan->axes[i].values[k]);
		free(scan->axes[i].values);
		free(scan->axes[i].name);
	}
	free(scan->axes);
}

struct bench_parameter *scan_pick(const struct scan *scan, size_t combination)
{
	struct bench_parameter *picked;

	if (scan->count == 0)
		return NULL;
	picked = need(calloc(scan->count, sizeof(*picked)));
	for (size_t i = scan->count; i-- > 0;) {
		const struct scan_axis *axis = &scan->axes[i];

		picked[i].name = need(strdup(axis->name));
		picked[i].value = need(strdup(axis->values[combination % axis->count]));
		combination /= axis->count;
	}
	return picked;
}

void scan_drop(struct bench_parameter *parameters, size_t count)
{
	for (size_t i = 0; parameters != NULL && i < count; i++) {
		free(parameters[i].name);
		free(parameters[i].value);
	}
	free(parameters);
}

/* Whether the text begins with the name in braces; how long that is. */
static size_t braced(const char *text, const char *name)
{
	size_t length = strlen(name);

	return text[0] == '{' && strncmp(text + 1, name, length) == 0 && text[length + 1] == '}'
		       ? length + 2
		       : 0;
}

static const struct bench_parameter *
find_braced(const char *text, const struct bench_parameter *parameters, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (braced(text, parameters[i].name) > 0)
			return &parameters[i];
	return NULL;
}

char *scan_fill(const char *text, const struct bench_parameter *parameters, size_t count)
{
	char *filled = NULL;
	size_t length;
	FILE *out;

	if (text == NULL)
		return NULL;
	out = need(open_memstream(&filled, &length));
	while (*text != '\0') {
		const struct bench_parameter *p = find_braced(text, parameters, count);

		if (p == NULL) {
			putc(*text++, out);
		} else {
			fputs(p->value, out);
			text += braced(text, p->name);
		}
	}
	need(fclose(out) == 0 ? filled : NULL);
	return filled;
}

bool scan_uses(const char *text, const char *name)
{
	for (; text != NULL && *text != '\0'; text++)
		if (braced(text, name) > 0)
			return true;
	return false;
}
