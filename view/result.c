/*
 * Names, figures and doubts of results.
 */
#include "view/result.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "view/series.h"
#include "view/value.h"

#define SENTENCE 8192 /* more of what is said of two machines is cut off */

bool result_read_name(const char *text, size_t *length, uint64_t *number)
{
	const char *sign = strrchr(text, '#');
	bool numbered = sign != NULL && sign[1 + strspn(sign + 1, "0123456789")] == '\0';
	size_t rest = numbered ? (size_t)(sign - text) : strlen(text);
	uint64_t read = 0;

	if (rest == 0)
		return false;
	if (numbered && sign[1] != '\0' && (!value_number(sign + 1, INT64_MAX, &read) || read == 0))
		return false;
	*length = rest;
	*number = read;
	return true;
}

prof_error result_find_figures(const struct prof_benchmark *b, const char *label,
			       struct prof_bench_result **figures)
{
	struct prof_bench_result *found;
	prof_error error = prof_bench_result_from(label, b->timings, b->count, NULL, &found);

	if (error != PROF_OK)
		return error;
	for (size_t i = 0; b->statuses != NULL && i < b->count; i++) {
		if (b->statuses[i] == 0)
			continue;
		if (found->failures++ == 0)
			found->error = b->statuses[i];
		found->doubts |= 1u << PROF_BENCH_FAILED;
	}
	*figures = found;
	return PROF_OK;
}

static const char *known(const char *text)
{
	return text == NULL || text[0] == '\0' ? "one that is not known" : text;
}

/* Of two samples without ties the least p-value is 2 in the number of ways to choose the one out of
 * both. */
static bool can_show(const struct prof_bench_comparison *c, size_t n, size_t m)
{
	double least = 2.0;

	for (size_t i = 1; i <= n && least >= c->significance; i++)
		least *= (double)i / (double)(m + i);
	return least < c->significance;
}

/* Whom to tell. */
struct told {
	result_tell *tell;
	void *context;
};

__attribute__((__format__(__printf__, 2, 3))) static void warn(const struct told *told,
							       const char *format, ...)
{
	char sentence[SENTENCE];
	va_list list;

	va_start(list, format);
	vsnprintf(sentence, sizeof(sentence), format, list);
	va_end(list);
	told->tell(told->context, sentence);
}

static void warn_of_doubts(const struct told *told, const struct result *r)
{
	char doubt[256];

	for (unsigned i = 0; i < PROF_BENCH_DOUBTS; i++)
		if (prof_bench_doubt_text(r->figures, i, doubt, sizeof(doubt)) != 0)
			warn(told, "%s: %s", r->label, doubt);
}

void result_warn(const struct result *first, const struct result *second,
		 const struct prof_bench_comparison *comparison, result_tell *tell, void *context)
{
	const struct prof_benchmark *one = first->benchmark, *two = second->benchmark;
	const struct told told = {tell, context};

	if (series_machines_differ(one, two))
		warn(&told,
		     "they were timed on different machines: %s (%s) and %s (%s), which alone may "
		     "be the difference",
		     known(one->machine), known(one->processor), known(two->machine),
		     known(two->processor));
	if (!can_show(comparison, one->count, two->count))
		warn(&told, "%zu and %zu timings are too few to show a difference, however large",
		     one->count, two->count);
	warn_of_doubts(&told, first);
	warn_of_doubts(&told, second);
}
